import { createHmac } from 'node:crypto';
import type { OpenedRecord } from '@salus/client/records';
import { deidentifyRecord } from '@salus/fhir/deid';
import type { Obligation } from '@salus/protocol';

/** A record's content as its reader may have it. */
export interface Disclosed {
  readonly contentType: string;
  readonly pieces: AsyncIterable<Buffer>;
}

/** Obligations that change what is handed out, the strictest first, with the profile that meets them. */
const PROFILES = [
  ['ANONY', 'strict'],
  ['DEID', 'standard'],
  ['REDACT', 'standard'],
  ['MASK', 'standard'],
  ['PSEUD', 'limited'],
] as const satisfies readonly (readonly [Obligation, string])[];

/**
 * Meets the obligations of a decision before anything is handed out: content that is to be de-identified
 * is, and what can't be is not handed out. What the reader has to heed itself is told, not done.
 *
 * @param secret - keys replaced identifiers and shifted dates
 * @throws SalusError `ERR_DEID_UNSUPPORTED`, before anything is handed out
 */
export async function disclose(
  { decision, details, pieces }: OpenedRecord,
  secret: Uint8Array,
): Promise<Disclosed> {
  const { obligations, pseudonym } = decision;
  const { contentType } = details;
  const [, profile] = PROFILES.find(([one]) => obligations.includes(one)) ?? [];
  if (profile === undefined) return { contentType, pieces: await started(pieces) };
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  const key = createHmac('sha256', secret).update('salus/gateway/deid/v1').digest();
  const made = deidentifyRecord(
    { contentType, bytes: Buffer.concat(read) },
    { key, patient: pseudonym, profile },
  );
  const bytes = Buffer.from(made.bytes);
  return { contentType: made.contentType, pieces: piecesOf(bytes) };
}

/** Pieces of which the first is there: what is wrong with a content shows before an answer begins. */
async function started(pieces: AsyncIterable<Buffer>): Promise<AsyncIterable<Buffer>> {
  const iterator = pieces[Symbol.asyncIterator]();
  let next = await iterator.next();
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => {
        const current = next;
        if (current.done !== true) next = await iterator.next();
        return current;
      },
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    }),
  };
}

async function* piecesOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

/** All of a content. */
export async function wholeOf({ pieces }: Disclosed): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}
