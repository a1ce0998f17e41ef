import { randomBytes } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { z } from 'zod';
import { merkleProofs, SalusError, type ErrorCode } from '@salus/protocol';
import {
  type Batch,
  type RegisterBatchRequest,
  type VerifyRequest,
  packLeaf,
  sgtinLink,
} from '@salus/protocol/drug';
import type { Receipt } from '../transaction/typed-contract.js';

const SALT_BYTES = 16;
/** AI (21), GS1 General Specifications 3.5.2: up to 20 characters of set 82. */
const serial = z.string().regex(/^[!"%-?A-Z_a-z]{1,20}$/, 'a serial number (AI 21)');

const packingList = z.strictObject({
  gtin: z.string(),
  lot: z.string(),
  expiry: z.string(),
  units: z
    .array(z.strictObject({ sscc: z.string(), serials: z.array(serial).min(1) }))
    .min(1)
    .refine((units) => {
      const all = units.flatMap(({ serials }) => serials);
      return new Set(all).size === all.length;
    }, 'each serial number once in the batch'),
});

/** A lot as it was packed: the serial numbers in each logistic unit. */
export type PackingList = z.infer<typeof packingList>;

/** What the ledger gets of a lot, and what goes with its packs. */
export interface PackedBatch {
  readonly request: RegisterBatchRequest;
  /** Of each pack, what its verification takes; the manufacturer's secret until it is handed on. */
  readonly packs: readonly VerifyRequest[];
}

/** Draws a salt for each pack, and commits each unit to its packs. */
export function packBatch({ units, ...product }: PackingList): PackedBatch {
  const packed = units.map(({ sscc, serials }) => {
    const labels = serials.map((serial) => ({
      gtin: product.gtin,
      serial,
      salt: randomBytes(SALT_BYTES).toString('base64url'),
    }));
    const { root, proofs } = merkleProofs(labels.map(packLeaf));
    return {
      unit: { sscc, contentsRoot: root, count: serials.length },
      packs: labels.flatMap((label, index) => {
        const proof = proofs[index];
        return proof ? [{ sscc, sgtin: sgtinLink(label), salt: label.salt, proof }] : [];
      }),
    };
  });
  return {
    request: { ...product, units: packed.map(({ unit }) => unit) },
    packs: packed.flatMap(({ packs }) => packs),
  };
}

/** What registers a packed lot. */
export interface BatchRegistrar {
  registerBatch(request: RegisterBatchRequest): Promise<Receipt<Batch>>;
}

/** Faults after which the batch may be on the ledger all the same. */
const uncertain: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'ERR_COMMIT_UNKNOWN',
  'ERR_DEADLINE_EXCEEDED',
  'ERR_ORDERER_UNAVAILABLE',
]);

/**
 * Registers a packed lot. Before anything is sent, salts and proofs are in the file, a pack a line of JSON,
 * readable by its owner only. Without them nobody could ever verify a pack of the lot.
 *
 * @param list - a `PackingList`
 * @param file - must not exist; it is removed again where the batch was not registered
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_ALREADY_EXISTS`, and those of the contract
 */
export async function registerPackedBatch(
  drug: BatchRegistrar,
  list: unknown,
  file: string,
): Promise<Receipt<Batch>> {
  const { request, packs } = packBatch(parse(list));
  await writeNew(file, packs.map((pack) => `${JSON.stringify(pack)}\n`).join(''));
  try {
    return await drug.registerBatch(request);
  } catch (error) {
    const refused = error instanceof SalusError && !uncertain.has(error.code);
    if (refused) await rm(file, { force: true });
    throw error;
  }
}

function parse(list: unknown): PackingList {
  const parsed = packingList.safeParse(list);
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_INVALID_ARGUMENT', z.prettifyError(parsed.error), {
    argument: 'batch',
    expected: '{gtin, lot, expiry, units: [{sscc, serials: [...]}]}',
  });
}

async function writeNew(file: string, text: string): Promise<void> {
  try {
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new SalusError(
      exists ? 'ERR_ALREADY_EXISTS' : 'ERR_INVALID_ARGUMENT',
      exists
        ? `${file} is there already; it may hold another lot's salts`
        : `${file} can't be made`,
      { argument: 'file', expected: 'the name of a new file', cause },
    );
  }
}
