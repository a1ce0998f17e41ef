import type { Caller } from '@salus/chaincode-common';
import {
  canonicalJson,
  conflict,
  hashOf,
  invalidArgument,
  SalusError,
  ownOf,
} from '@salus/protocol';
import type {
  CommitDealingRequest,
  ConfirmCustodianKeyRequest,
  CustodianKey,
  Dealing,
  DealingComplaint,
  DealingOpening,
  ProposeCustodianKeyRequest,
  RevealDealingRequest,
} from '@salus/protocol/ehr';

/**
 * The ceremony of the custodians' key. All commit to their dealings before any is shown, so that nobody
 * chooses theirs by the others'. All confirm the same public key before it is used. What the points and
 * shares are worth the custodians check among themselves.
 */

type Custodian = Pick<Caller, 'mspId' | 'role'>;

/**
 * A ceremony as its proposal makes it.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function newCustodianKey(
  { keyId, threshold, custodians }: ProposeCustodianKeyRequest,
  who: Custodian,
  proposedAt: string,
): CustodianKey {
  const key: CustodianKey = {
    keyId,
    threshold,
    custodians,
    status: 'PROPOSED',
    proposedBy: who.mspId,
    proposedAt,
    dealings: {},
    confirmations: {},
  };
  requireCustodian(key, who);
  return key;
}

/**
 * Demands the role custodian of an organisation that is one.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireCustodian(
  { custodians }: Pick<CustodianKey, 'custodians'>,
  { mspId, role = 'no role' }: Custodian,
): void {
  if (role === 'custodian' && custodians.includes(mspId)) return;
  throw new SalusError('ERR_FORBIDDEN', 'This needs the role custodian of a custodian of the key', {
    argument: 'caller',
    expected: `custodian of ${custodians.join(' or ')}`,
    got: `${role} of ${mspId}`,
  });
}

/**
 * Takes a dealer's commitment; with the last one the dealings may be shown.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function withCommitment(
  key: CustodianKey,
  { commitment, hpkePublicKey }: Pick<CommitDealingRequest, 'commitment' | 'hpkePublicKey'>,
  who: Custodian,
): CustodianKey {
  requireCustodian(key, who);
  requireStatus(key, 'PROPOSED');
  requireFirst(key.dealings, who.mspId);
  const dealings = { ...key.dealings, [who.mspId]: { commitment, hpkePublicKey } };
  const all = key.custodians.every((mspId) => Object.hasOwn(dealings, mspId));
  return { ...key, dealings, status: all ? 'COMMITTED' : 'PROPOSED' };
}

/**
 * Takes what a dealer committed to; with the last one the key can be confirmed.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT, ERR_HASH_MISMATCH, ERR_INVALID_ARGUMENT
 */
export function withDealing(
  key: CustodianKey,
  { points, proof, sealedShares }: Omit<RevealDealingRequest, 'keyId'>,
  who: Custodian,
): CustodianKey {
  requireCustodian(key, who);
  requireStatus(key, 'COMMITTED');
  const own = ownOf(key.dealings, who.mspId);
  if (own === undefined || own.points !== undefined) throw twice();
  const { keyId, threshold, custodians } = key;
  const opening: DealingOpening = {
    keyId,
    dealer: who.mspId,
    threshold,
    custodians,
    points,
    proof,
  };
  if (hashOf(opening) !== own.commitment) {
    throw new SalusError('ERR_HASH_MISMATCH', 'The dealing is not the one that was committed to', {
      argument: 'points',
      expected: own.commitment,
      got: hashOf(opening),
    });
  }
  if (points.length !== threshold) {
    throw invalidArgument('points', `${threshold} points`, `${points.length}`);
  }
  const recipients = sealedShares.map(({ recipient }) => recipient);
  const others = custodians.filter((mspId) => mspId !== who.mspId);
  if (!sameMembers(recipients, others)) {
    throw invalidArgument('sealedShares', 'one for each other custodian', recipients.join(', '));
  }
  const dealing: Dealing = { ...own, points, proof, sealedShares };
  const dealings: CustodianKey['dealings'] = { ...key.dealings, [who.mspId]: dealing };
  const all = Object.values(dealings).every((each) => each.points !== undefined);
  return { ...key, dealings, status: all ? 'DEALT' : 'COMMITTED' };
}

/**
 * Takes a custodian's word on what the key is. All the same make it active; one that differs fails it.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT, ERR_INVALID_ARGUMENT
 */
export function withConfirmation(
  key: CustodianKey,
  { publicKey, shareImages }: Pick<ConfirmCustodianKeyRequest, 'publicKey' | 'shareImages'>,
  { who, at }: { readonly who: Custodian; readonly at: string },
): CustodianKey {
  requireCustodian(key, who);
  requireStatus(key, 'DEALT');
  requireFirst(key.confirmations, who.mspId);
  if (shareImages.length !== key.custodians.length) {
    throw invalidArgument('shareImages', 'one for each custodian', `${shareImages.length}`);
  }
  const hash = hashOf({ publicKey, shareImages });
  const confirmations = { ...key.confirmations, [who.mspId]: hash };
  if (Object.values(confirmations).some((each) => each !== hash)) {
    return { ...key, confirmations, status: 'FAILED', endedAt: at, failedBy: who.mspId };
  }
  const all = Object.keys(confirmations).length === key.custodians.length;
  const said = { ...key, confirmations, publicKey, shareImages };
  return all ? { ...said, status: 'ACTIVE', activeAt: at } : said;
}

/**
 * Fails a ceremony that is going on, or retires an active key: it opens on, and nothing more is sealed to it.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function endedCustodianKey(
  key: CustodianKey,
  complaint: DealingComplaint | undefined,
  { who, at }: { readonly who: Custodian; readonly at: string },
): CustodianKey {
  requireCustodian(key, who);
  if (key.status === 'ACTIVE') return { ...key, status: 'RETIRED', endedAt: at };
  if (key.status === 'RETIRED' || key.status === 'FAILED') {
    throw conflict('keyId', 'The key has ended already', 'a key in use', key.status);
  }
  const failed = { ...key, status: 'FAILED', endedAt: at, failedBy: who.mspId } as const;
  if (complaint === undefined) return failed;
  if (!key.custodians.includes(complaint.dealer) || complaint.dealer === who.mspId) {
    throw invalidArgument('complaint.dealer', 'another custodian', complaint.dealer);
  }
  return { ...failed, complaint: { by: who.mspId, ...complaint } };
}

function requireStatus(key: CustodianKey, expected: CustodianKey['status']): void {
  if (key.status === expected) return;
  throw conflict('keyId', 'The ceremony of the key is at another step', expected, key.status);
}

function requireFirst(done: Readonly<Record<string, unknown>>, mspId: string): void {
  if (Object.hasOwn(done, mspId)) throw twice();
}

function twice(): SalusError {
  const message = 'The custodian has taken this step already';
  return conflict('caller', message, 'each custodian once', 'twice');
}

function sameMembers(one: readonly string[], other: readonly string[]): boolean {
  return canonicalJson([...one].sort()) === canonicalJson([...other].sort());
}
