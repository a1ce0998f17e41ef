import { conflict } from '@salus/protocol';
import { isSameCommittee, type CommitteeTerms } from '@salus/protocol/computation';
import type { KeyRecord } from '../state/records.js';

/**
 * A member asks for a resharing. It begins once as many members ask for the same one as an opening takes. So
 * nobody below the threshold puts a resharing in the place of another, and with it vetoes its own removal. New
 * shares for the same members change nobody's power: one member is enough while no other resharing is running.
 * What begins ends the wishes for itself. The others' wishes for something else wait on, whatever the epoch.
 * Members of an earlier committee don't count.
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
  const { committee, ceremony, wishes: known = [], ...rest } = key;
  const others = known.filter(({ by }) => by !== mspId && committee.members.includes(by));
  const wish = { by: mspId, members: [...to.members], threshold: to.threshold };
  const unlike = others.filter((other) => !isSameCommittee(other, to));
  const before = known.find(({ by }) => by === mspId);
  if (before !== undefined && isSameCommittee(before, to)) {
    throw conflict('members', 'this member has asked for it already', 'another member', mspId);
  }
  const isRefresh = isSameCommittee(committee, to) && ceremony.outcome !== undefined;
  const alike = others.length - unlike.length + 1;
  if (alike < (isRefresh ? 1 : committee.threshold)) {
    return { ...rest, committee, ceremony, wishes: [...others, wish] };
  }
  return {
    ...rest,
    committee,
    ...(unlike.length > 0 && { wishes: unlike }),
    ceremony: {
      kind: 'RESHARE',
      epoch,
      committee: { members: [...to.members], threshold: to.threshold },
      proposedBy: mspId,
      proposedAt: now,
    },
  };
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
