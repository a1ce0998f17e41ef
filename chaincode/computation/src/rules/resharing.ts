import { conflict, DAY_MS, SalusError } from '@salus/protocol';
import {
  isSameCommittee,
  type CommitteeTerms,
  type ReshareWish,
} from '@salus/protocol/computation';
import type { KeyRecord } from '../state/records.js';

/** Between two refreshes that one member alone begins: each costs all members work, and ends what they are answering. */
export const REFRESH_PAUSE_MS = DAY_MS;
/** Before a member replaces a wish: each is a change of the key's record, with which others' transactions conflict. */
export const WISH_PAUSE_MS = DAY_MS / 24;

/**
 * A member asks for a resharing. It begins once as many members ask for the same one as an opening takes. So
 * nobody below the threshold puts a resharing in the place of another, and with it vetoes its own removal. New shares
 * for the same members change nobody's power: one member is enough while no other resharing is running, once in
 * {@link REFRESH_PAUSE_MS}.
 * Sooner it waits for others, as with any other wish. What begins ends the wishes
 * for itself. The others' wishes for something else wait on, whatever the epoch. Members of an earlier committee
 * don't count.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function askForReshare(
  key: KeyRecord,
  mspId: string,
  to: CommitteeTerms,
  epoch: number,
  now: string,
): KeyRecord {
  const { wishes: known = [], ...rest } = key;
  const { committee } = key;
  const others = known.filter(({ by }) => by !== mspId && committee.members.includes(by));
  const wish = { by: mspId, members: [...to.members], threshold: to.threshold, at: now };
  const unlike = others.filter((other) => !isSameCommittee(other, to));
  const before = known.find(({ by }) => by === mspId);
  const isAlone = mayRefreshAlone(key, to, now);
  const isEnough = others.length - unlike.length + 1 >= committee.threshold;
  if (!isEnough && !isAlone) {
    if (before !== undefined) requireAnother(before, to, now);
    return { ...rest, wishes: [...others, wish] };
  }
  return {
    ...rest,
    ...(unlike.length > 0 && { wishes: unlike }),
    ...(!isEnough && { refreshedAt: now }),
    ceremony: {
      kind: 'RESHARE',
      epoch,
      committee: { members: [...to.members], threshold: to.threshold },
      proposedBy: mspId,
      proposedAt: now,
    },
  };
}

/** Whether one member's wish is enough. */
function mayRefreshAlone(
  { committee, ceremony, refreshedAt }: KeyRecord,
  to: CommitteeTerms,
  now: string,
): boolean {
  if (!isSameCommittee(committee, to) || ceremony.outcome === undefined) return false;
  return refreshedAt === undefined || !isWithin(REFRESH_PAUSE_MS, refreshedAt, now);
}

/** A member's wish may be replaced by another one, and not at once. @throws SalusError ERR_CONFLICT */
function requireAnother(wish: ReshareWish, to: CommitteeTerms, now: string): void {
  if (isSameCommittee(wish, to)) {
    throw conflict('members', 'this member has asked for it already', 'another member', wish.by);
  }
  if (wish.at === undefined || !isWithin(WISH_PAUSE_MS, wish.at, now)) return;
  const from = new Date(Date.parse(wish.at) + WISH_PAUSE_MS).toISOString();
  throw new SalusError('ERR_CONFLICT', 'this member has asked for another resharing just now', {
    argument: 'members',
    expected: `another wish from ${from} on`,
    got: now,
    remedy: 'wait an hour, or have as many members as an opening takes ask for the same before',
  });
}

function isWithin(pauseMs: number, begun: string, now: string): boolean {
  return Date.parse(now) < Date.parse(begun) + pauseMs;
}

/**
 * The key with its new shares. Wishes outlive new shares for the same committee. Another committee has members of
 * its own, and asks anew.
 */
export function reshared(key: KeyRecord, dissenting: readonly string[]): KeyRecord {
  const { wishes, ...rest } = key;
  const { ceremony, committee } = key;
  const isSame = isSameCommittee(committee, ceremony.committee);
  return {
    ...rest,
    ...(isSame && wishes !== undefined && { wishes }),
    epoch: ceremony.epoch,
    committee: ceremony.committee,
    ceremony: { ...ceremony, ...(dissenting.length > 0 && { dissenting }), outcome: 'DONE' },
  };
}
