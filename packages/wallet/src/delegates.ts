/** Delegation: a parent, carer or proxy signs for the patient, with a key for this patient alone. */
import { generateHpkeKeyPair, openSealed, sealTo, type SealedBox } from '@salus/crypto/hpke';
import { utf8 } from './bytes.js';
import { grantBody } from './consent.js';
import { categoryTagOf } from './derive.js';
import { orderOf } from './erasure.js';
import { conflictOf, forbidden, notFoundOf } from './faults.js';
import type { RequestOf } from './requests.js';
import type { WalletSession } from './session.js';
import { generateSigningKey } from './signing-key.js';
import { heldDelegation, type InstitutionKind } from './state.js';

/** `info` of a delegation's terms sealed to the delegate. */
export const DELEGATION_INFO = 'salus/delegation/v1';

/** Signs a delegation, and seals what the delegate needs to sign within it. */
export async function delegate(
  session: WalletSession,
  kind: InstitutionKind,
  { name, jwk, hpkePublicKey, terms }: RequestOf<'delegate'>,
) {
  const pseudonym = await session.pseudonym(kind);
  const tagKey = await session.tagKey(kind);
  const { categories, ...rest } = terms;
  const categoryTags =
    categories && (await Promise.all(categories.map((one) => categoryTagOf(tagKey, one))));
  const delegateId = crypto.randomUUID();
  const body = { pseudonym, jwk, ...rest, ...(categoryTags && { categoryTags }) };
  const key = session.keyFor(kind, 'keys');
  const statement = await session.sign(key, 'Delegation.v1', body, delegateId);
  const parcel = utf8(JSON.stringify({ ...terms, delegateId, pseudonym, tagKey }));
  const sealed = await sealTo(hpkePublicKey, parcel, { info: DELEGATION_INFO });
  parcel.fill(0);
  session.state.delegates.push({ ...terms, delegateId, kind, name });
  return { statement, pseudonym, delegateId, terms: sealed };
}

/** Ends a delegation: one that was given, or one that is held. */
export async function endDelegation(session: WalletSession, delegateId: string) {
  const { state } = session;
  const given = state.delegates.find((one) => one.delegateId === delegateId);
  if (given) {
    if (given.endedAt !== undefined) throw conflictOf('delegate', 'The delegation has ended');
    const pseudonym = await session.pseudonym(given.kind);
    given.endedAt = session.time();
    const body = { pseudonym, delegate: delegateId };
    const key = session.keyFor(given.kind, 'keys');
    return { pseudonym, statement: await session.sign(key, 'DelegationEnd.v1', body) };
  }
  const { key, given: terms } = delegationOf(session, delegateId);
  const { pseudonym } = terms;
  const statement = await session.sign(key, 'DelegationEnd.v1', {
    pseudonym,
    delegate: delegateId,
  });
  state.delegations = state.delegations.filter((one) => one.given?.delegateId !== delegateId);
  return { pseudonym, statement };
}

/** Becomes somebody's delegate. */
export async function assist({ state }: WalletSession, name: string) {
  const [key, hpke] = [await generateSigningKey(), await generateHpkeKeyPair()];
  state.delegations.push({ name, key, hpke });
  return { jwk: key.jwk, hpkePublicKey: hpke.publicKey };
}

/** Takes the terms of a delegation that the owner agreed to. */
export async function takeDelegation(session: WalletSession, name: string, box: SealedBox) {
  const held = session.state.delegations.filter((one) => one.name === name && !one.given).at(-1);
  if (!held) throw notFoundOf('delegation');
  const bytes = await openSealed(held.hpke.privateKey, box, { info: DELEGATION_INFO });
  const given: unknown = JSON.parse(new TextDecoder().decode(bytes));
  held.given = heldDelegation.shape.given.unwrap().parse(given);
  return { delegateId: held.given.delegateId };
}

/**
 * Signs for the patient, within the delegation. The keys of whole categories stay with the patient's own
 * wallet: a delegate's grant of one opens by the custodian's key service, record by record.
 *
 * @throws SalusError `ERR_FORBIDDEN` for what the delegation does not cover
 */
export async function onBehalf(
  session: WalletSession,
  { delegate: delegateId, request }: RequestOf<'on-behalf'>,
) {
  const { key, given } = delegationOf(session, delegateId);
  const { pseudonym, tagKey } = given;
  if (session.now < Date.parse(given.notBefore) || session.now >= Date.parse(given.notAfter)) {
    throw forbidden('The delegation is not in force');
  }
  const action = request.type === 'request-access' ? 'access' : request.type;
  if (!given.actions.includes(action)) {
    throw forbidden('The delegation does not cover this');
  }
  switch (request.type) {
    case 'grant': {
      requireCategories(given.categories, request.categories);
      const grantId = crypto.randomUUID();
      const body = await grantBody(session, {
        pseudonym,
        tagKey,
        request,
        grantId,
        latest: new Date(given.notAfter).toISOString(),
      });
      const statement = await session.sign(key, 'AccessGrant.v1', body, grantId);
      return { statement, pseudonym, grantId };
    }
    case 'withdraw': {
      const body = { pseudonym, grant: request.grant };
      return { pseudonym, statement: await session.sign(key, 'ConsentWithdrawal.v1', body) };
    }
    case 'erase': {
      const body = { pseudonym, ...orderOf(request) };
      return { pseudonym, statement: await session.sign(key, 'ErasureOrder.v1', body) };
    }
    case 'request-access': {
      const { type: _, ...asked } = request;
      const body = { pseudonym, subject: pseudonym, ...asked };
      return { pseudonym, statement: await session.sign(key, 'AccessRequest.v1', body) };
    }
  }
}

/** A delegate of some categories grants some of these, by name. */
function requireCategories(
  allowed: readonly string[] | undefined,
  asked: readonly string[] | undefined,
): void {
  if (allowed === undefined) return;
  if (asked?.every((one) => allowed.includes(one)) !== true) {
    throw forbidden('The delegation covers other categories', 'categories');
  }
}

function delegationOf({ state }: WalletSession, delegateId: string) {
  const held = state.delegations.find((one) => one.given?.delegateId === delegateId);
  if (held?.given) return { key: held.key, given: held.given };
  throw notFoundOf('delegation');
}
