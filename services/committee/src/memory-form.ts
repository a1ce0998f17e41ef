import { z } from 'zod';

const count = z.int().min(0);
const block = z.string().regex(/^\d+$/);

/** What a contribution was opened with. */
const markerSchema = z.strictObject({ evaluationId: z.string(), resultHash: z.string() });

/** Terms of a key that never change; see `CollectiveKey`. */
const termsSchema = z.strictObject({
  profile: z.string(),
  purpose: z.string(),
  slotBudget: count,
});
export type KeyTerms = z.infer<typeof termsSchema>;

const keyMemorySchema = z.strictObject({
  /** The latest epoch that shares were made for here. */
  epoch: count,
  /** As the ledger showed them first. */
  terms: termsSchema.optional(),
  slots: count,
  /** What the ledger told when `salus committee recover` asked, and what was opened since. */
  told: count.optional(),
});

/** The record of what a member has helped to open, for one contract. */
export const MEMORY_RECORD = 'opened';
export const memorySchema = z.strictObject({
  /** The first block that may hold answers of this member which have not been met. */
  position: block,
  /** Set by `salus committee recover`: answers in blocks below are as the ledger tells them. */
  believesBelow: block.optional(),
  /** The record comes from release 0.1.0, which did not note answers. */
  isCarriedOver: z.boolean().optional(),
  /** By key. A map, as a proposer names keys: `constructor` is a name like another. */
  keys: z.array(z.tuple([z.string(), keyMemorySchema])).transform((entries) => new Map(entries)),
  /** By contributor, measure and period. */
  contributions: z.record(z.string(), markerSchema),
  /** By epoch and opening; whether a block showed the answer. Noted before it is posted. */
  answers: z.record(z.string(), z.boolean()),
});
export type Memory = z.infer<typeof memorySchema>;

export const formerMemorySchema = z.strictObject({
  contributions: z.record(z.string(), markerSchema),
  slots: z.record(z.string(), count),
});

export const APPROVALS_RECORD = 'approvals';
export const approvalsSchema = z.record(
  z.string(),
  z.strictObject({ members: z.array(z.string()), threshold: count }),
);

export const WORKLIST_RECORD = 'worklist';
export const worklistSchema = z.array(z.string());

export function emptyMemory(): Memory {
  return { position: '0', keys: new Map(), contributions: {}, answers: {} };
}

/** As {@link memorySchema} reads it. */
export function keptForm(memory: Memory): unknown {
  return { ...memory, keys: [...memory.keys] };
}
