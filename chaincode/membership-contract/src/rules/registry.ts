import { conflict, hashOf, SalusError } from '@salus/protocol';
import {
  MAX_MEMBERS,
  memberKind,
  type Member,
  type MembershipChange,
  type Registry,
} from '@salus/protocol/membership';
import { counted, majorityOf } from './majority.js';

/** Members in the one order that their hash is taken of: by MSP ID, kinds as the protocol lists them. */
export function inOrder(members: readonly Member[]): Member[] {
  return members.map(withKindsInOrder).sort((a, b) => (a.mspId < b.mspId ? -1 : 1));
}

/** A change in the one form that its hash is taken of: however its kinds are listed, it is one proposal. */
export function changeInOrder(change: MembershipChange): MembershipChange {
  if (change.action === 'remove') return change;
  return { action: 'register', member: withKindsInOrder(change.member) };
}

function withKindsInOrder({ mspId, kinds }: Member): Member {
  return { mspId, kinds: memberKind.options.filter((kind) => kinds.includes(kind)) };
}

/** What organisations approve when they approve a first list. */
export function hashOfMembers(members: readonly Member[]): string {
  return hashOf(inOrder(members));
}

/** A first list with who approved it, as an endorsing peer sees it. */
export interface FoundingQuestion {
  readonly members: readonly Member[];
  readonly approvedBy: readonly string[];
  /** MSP ID of the organisation whose peer asks. */
  readonly endorser: string;
  readonly at: string;
}

/**
 * The registry's first revision. A majority of the listed members approved the list, and so did the
 * organisation whose peer endorses: a majority of the channel's peers endorse only what a majority of
 * its organisations approved.
 *
 * @throws SalusError ERR_CONFLICT, ERR_FORBIDDEN
 */
export function foundedRegistry({ members, approvedBy, endorser, at }: FoundingQuestion): Registry {
  if (!approvedBy.includes(endorser)) {
    throw new SalusError('ERR_FORBIDDEN', `${endorser} has not approved this list of members`, {
      argument: 'members',
      expected: 'a list that the organisation of each endorsing peer approved',
      got: `one that ${endorser} did not approve`,
    });
  }
  const needed = majorityOf(members.length);
  const voices = counted(
    members.map(({ mspId }) => mspId),
    approvedBy,
  );
  if (voices.length < needed) {
    const message = `${voices.length} of the listed members approved the list, ${needed} have to`;
    throw conflict('members', message, `${needed} approvals`, String(voices.length));
  }
  return { revision: 1, members: inOrder(members), changedAt: at };
}

/**
 * Demands that an organisation has a voice.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireVoice({ members }: Pick<Registry, 'members'>, mspId: string): void {
  if (members.some((each) => each.mspId === mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', `${mspId} is no member of the registry`, {
    argument: 'caller',
    expected: 'a member of the registry',
    got: mspId,
  });
}

/**
 * The registry with a change made to it.
 *
 * @throws SalusError ERR_CONFLICT where it changes nothing, nobody would be left, or there would be more
 *   members than contracts read at once; ERR_NOT_FOUND where the member to remove is none
 */
export function changedRegistry(
  { revision, members }: Registry,
  change: MembershipChange,
  at: string,
): Registry {
  const subject = subjectOf(change);
  const before = members.find(({ mspId }) => mspId === subject);
  const others = members.filter(({ mspId }) => mspId !== subject);
  const after = inOrder(change.action === 'register' ? [...others, change.member] : others);
  if (change.action === 'remove' && before === undefined) {
    throw new SalusError('ERR_NOT_FOUND', `${subject} is no member of the registry`, {
      argument: 'change.mspId',
      expected: 'a member of the registry',
      got: subject,
    });
  }
  if (hashOf(after) === hashOf(members)) {
    const message = `The registry has ${subject} with these kinds already`;
    throw conflict('change.member', message, 'a change', 'what is in force');
  }
  if (after.length === 0) {
    const message = `${subject} is the last member: nobody could change the registry any more`;
    throw conflict('change.mspId', message, 'at least one other member', 'none');
  }
  if (after.length > MAX_MEMBERS) {
    const message = `The registry has as many members as it may: ${subject} finds no place`;
    throw conflict('change.member', message, `at most ${MAX_MEMBERS} members`, 'one more');
  }
  return { revision: revision + 1, members: after, changedAt: at };
}

/** MSP ID of the organisation that a change is about. */
export function subjectOf(change: MembershipChange): string {
  return change.action === 'register' ? change.member.mspId : change.mspId;
}
