/** Where parties of a computation leave letters for each other: paths of a store, and file names. */
import { SalusError } from '@salus/protocol';
import { segmentsOf, type MailboxPlace } from '@salus/protocol/computation';

export { pathOf, type MailboxPlace, type Matter } from '@salus/protocol/computation';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** The place that the segments after `computations` name. */
export function placeOf(segments: readonly string[]): MailboxPlace | undefined {
  const [chaincode, kind, id, ...rest] = segments;
  if (chaincode === undefined || id === undefined) return undefined;
  if (kind === 'openings') return partyOf({ chaincode, matter: { openingId: id } }, rest);
  const [epoch, ...others] = rest;
  if (kind !== 'ceremonies' || epoch === undefined || !/^\d{1,9}$/.test(epoch)) return undefined;
  return partyOf({ chaincode, matter: { keyId: id, epoch: Number(epoch) } }, others);
}

/**
 * File of a place, below the mailbox's folder.
 * @throws SalusError `ERR_INVALID_ARGUMENT` for names that could lead elsewhere
 */
export function fileOf(place: MailboxPlace): string {
  const segments = segmentsOf(place);
  for (const part of segments) {
    if (!NAME.test(part)) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'The path names no place of a mailbox', {
        argument: 'path',
      });
    }
  }
  return `${segments.join('/')}.json`;
}

function partyOf(
  about: Pick<MailboxPlace, 'chaincode' | 'matter'>,
  segments: readonly string[],
): MailboxPlace | undefined {
  const [what, from, to] = segments;
  if (from === undefined) return undefined;
  if (what === 'keys' && segments.length === 2) return { ...about, from };
  if (what === 'letters' && to !== undefined && segments.length === 3)
    return { ...about, from, to };
  return undefined;
}
