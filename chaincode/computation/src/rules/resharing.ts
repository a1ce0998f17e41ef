import { conflict } from '@salus/protocol';
import { isSameCommittee, type CommitteeTerms } from '@salus/protocol/computation';
import type { KeyRecord } from '../state/records.js';

/**
 * A member asks for a resharing. It begins once as many members ask for the same one as an opening takes. So
 * nobody below the threshold puts a resharing in the place of another, and with it vetoes its own removal. New
 * shares for the same members change nobody's power: one member is enough while no other resharing is running.
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
  const alike = others.filter((other) => isSameCommittee(other, to));
  const before = known.find(({ by }) => by === mspId);
  if (before !== undefined && isSameCommittee(before, to)) {
    throw conflict('members', 'this member has asked for it already', 'another member', mspId);
  }
  const isRefresh = isSameCommittee(committee, to) && ceremony.outcome !== undefined;
  if (alike.length + 1 < (isRefresh ? 1 : committee.threshold)) {
    return { ...rest, committee, ceremony, wishes: [...others, wish] };
  }
  return {
    ...rest,
    committee,
    ceremony: {
      kind: 'RESHARE',
      epoch,
      committee: { members: [...to.members], threshold: to.threshold },
      proposedBy: mspId,
      proposedAt: now,
    },
  };
}
