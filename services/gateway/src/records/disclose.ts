import type { OpenedRecord } from '@salus/client/records';

/** A record's content as its reader may have it. */
export type Disclosed = Pick<OpenedRecord, 'contentType' | 'pieces'>;

/**
 * A content of which the first piece is there: what is wrong with it, and what can't be de-identified, shows
 * before an answer begins.
 *
 * @throws SalusError as reading the pieces does
 */
export async function disclose({ contentType, pieces }: Disclosed): Promise<Disclosed> {
  const iterator = pieces[Symbol.asyncIterator]();
  let next = await iterator.next();
  const begun: AsyncIterable<Buffer> = {
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
  return { contentType, pieces: begun };
}
