import { grant, outrunCategories, withdraw } from './consent.js';
import { assist, delegate, endDelegation, onBehalf, takeDelegation } from './delegates.js';
import { rollOver } from './epochs.js';
import { orderOf } from './erasure.js';
import { forbidden } from './faults.js';
import { beginRecovery, possession, rebuild, setGuardians, veto } from './guardians.js';
import { addKey, identify, listKeys, loseKey, register, retireKey } from './keys.js';
import { overview } from './overview.js';
import { portalRequest } from './portal.js';
import type { RequestOf, WalletRequest } from './requests.js';
import type { WalletSession } from './session.js';
import type { InstitutionKind, KnownOrganisation, WalletState } from './state.js';
import { agree, approveKeys, guard, keepShare } from './wards.js';

/** For whom a request is carried out. */
export interface Asker {
  /** The pseudonym that is meant where the request names none. */
  readonly kind: InstitutionKind;
  /** The name on the invitation, of a person. */
  readonly name?: string;
}

/** What the core carries out: all but decrypting content and what peers' signatures prove. */
export type CoreRequest = Exclude<WalletRequest, RequestOf<'open'> | RequestOf<'sync'>>;

/** Does what a request asks; whether it may is decided before. */
export async function carryOut(
  session: WalletSession,
  request: CoreRequest,
  asker: Asker,
): Promise<object> {
  const kind = ('kind' in request ? request.kind : undefined) ?? asker.kind;
  switch (request.type) {
    case 'register':
      return register(session, kind, request.hpkePublicKey);
    case 'grant':
      return grant(session, kind, request);
    case 'withdraw':
      return withdraw(session, kind, request.grant);
    case 'identify':
      return identify(session, kind, request.hpkePublicKey);
    case 'erase':
      return signed(session, kind, 'ErasureOrder.v1', orderOf(request));
    case 'request-access':
      return requestAccess(session, kind, request);
    case 'portal':
      return portalRequest(session, kind, request);
    case 'roll-epochs':
      return roll(session, kind, request.categories);
    case 'keys':
      return { keys: listKeys(session) };
    case 'add-key':
      return addKey(session, kind, request);
    case 'retire-key':
      return retireKey(session, request.kid);
    case 'lose-key':
      return loseKey(session, kind, request);
    case 'set-guardians':
      return setGuardians(session, request);
    case 'veto':
      return veto(session, kind);
    case 'begin-recovery':
      return beginRecovery(session);
    case 'rebuild':
      return rebuild(session, request.shares);
    case 'possession':
      return possession(session, kind);
    case 'delegate':
      return delegate(session, kind, request);
    case 'end-delegation':
      return endDelegation(session, request.delegate);
    case 'on-behalf':
      return onBehalf(session, request);
    case 'pin-organisation': {
      const { mspId, publicKey } = request;
      remember(session.state, { mspId, publicKey, trust: 'PINNED', at: session.time() });
      return { mspId };
    }
    case 'texts':
      return { texts: session.state.texts };
    case 'overview':
      return overview(session);
    default:
      return forPerson(session, request, asker.name);
  }
}

type PersonRequest = Extract<
  CoreRequest,
  { type: 'guard' | 'keep-share' | 'recover' | 'approve-keys' | 'assist' | 'take-delegation' }
>;

function forPerson(
  session: WalletSession,
  request: PersonRequest,
  name: string | undefined,
): Promise<object> {
  if (name === undefined) throw forbidden('Only a person whom the owner invited asks this');
  switch (request.type) {
    case 'guard':
      return guard(session, name, request.kinds);
    case 'keep-share':
      return keepShare(session, name, request.package);
    case 'recover':
      return agree(session, name, request);
    case 'approve-keys':
      return approveKeys(session, name, request);
    case 'assist':
      return assist(session, name);
    case 'take-delegation':
      return takeDelegation(session, name, request.terms);
  }
}

async function signed(session: WalletSession, kind: InstitutionKind, type: string, body: object) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'consent');
  return { pseudonym, statement: await session.sign(key, type, { pseudonym, ...body }) };
}

/** The patient asks for access: to an own record, or as somebody's grantee. */
async function requestAccess(
  session: WalletSession,
  kind: InstitutionKind,
  { subject, recordId, purpose, hpkePublicKey }: RequestOf<'request-access'>,
) {
  const pseudonym = await session.pseudonym(kind);
  const key = session.keyFor(kind, 'access');
  const body = {
    pseudonym,
    subject: subject ?? pseudonym,
    recordId,
    purpose,
    hpkePublicKey: hpkePublicKey ?? session.stated(key).hpkePublicKey,
  };
  return { pseudonym, statement: await session.sign(key, 'AccessRequest.v1', body) };
}

/** Begins new epochs: of the categories given, or of those whose grantees' time is over. */
async function roll(
  session: WalletSession,
  kind: InstitutionKind,
  given: readonly string[] | undefined,
) {
  const rolled = given ?? outrunCategories(session, kind);
  if (rolled.length === 0 || !session.state.registered.includes(kind)) return { categories: [] };
  const result = await rollOver(session, kind, rolled);
  for (const one of session.state.grants) {
    const over = one.kind === kind && one.whole && Date.parse(one.notAfter) <= session.now;
    if (over && one.categories?.every((category) => rolled.includes(category))) {
      one.withdrawn ??= { at: session.time(), next: [] };
    }
  }
  return { ...result, categories: rolled };
}

/** Keeps an organisation's key, in place of an earlier one. */
export function remember(state: WalletState, organisation: KnownOrganisation): void {
  state.organisations = [
    ...state.organisations.filter(({ mspId }) => mspId !== organisation.mspId),
    organisation,
  ];
}
