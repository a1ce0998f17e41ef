import { X509Certificate } from 'node:crypto';
import { hasRevoked, type MemberRoots, type VerifiedMember } from '@salus/proofs';
import { DAY_MS, ifFound, SalusError } from '@salus/protocol';
import type { HpkeKey } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import type { Identity } from '../identity/identity.js';
import type { KeyServiceClient } from './key-service-client.js';

/** A key with a smaller part of its time left is replaced. */
const RENEWED_BELOW = 0.25;

/** What the registry is read with. */
export interface RegistryView {
  readonly ledger: Pick<EhrClient, 'getHpkeKey'>;
  readonly members: MemberRoots;
  readonly now: number;
}

/**
 * An organisation's registered key, to which secrets may be sealed.
 *
 * @throws SalusError `ERR_NOT_FOUND`; `ERR_KEY_ENDED` where it has expired or was revoked, or the
 *   certificate that registered it was
 */
export async function organisationKey(mspId: string, view: RegistryView): Promise<HpkeKey> {
  const key = await view.ledger.getHpkeKey({ mspId });
  const end = endOf(key, view);
  if (end !== undefined) throw ended(`The HPKE key of ${mspId} ${end}`);
  return key;
}

/**
 * The own organisation's registered key, which its key service holds. The registration on the ledger is not
 * signed by anybody whom a client could check, and two organisations could replace it.
 *
 * @param keyService - the own one; without it the ledger alone says which key it is
 * @throws SalusError `ERR_KEY_MISMATCH` where the ledger names another one than the key service; as
 *   {@link organisationKey} and of the key service
 */
export async function ownKey(
  mspId: string,
  view: RegistryView,
  keyService?: Pick<KeyServiceClient, 'publicKey'>,
): Promise<string> {
  const { publicKey } = await organisationKey(mspId, view);
  const held = keyService && (await keyService.publicKey());
  if (held === undefined || held.publicKey === publicKey) return publicKey;
  throw new SalusError('ERR_KEY_MISMATCH', 'The registry names a key that the key service lacks', {
    argument: 'custodianKey',
    expected: held.publicKey,
    got: publicKey,
  });
}

/**
 * Refuses to seal to a registered key of a member of staff that is no longer good. Readers may also bring
 * keys made for one reading, which nobody has registered.
 *
 * @throws SalusError `ERR_KEY_ENDED`
 */
export async function requireNotEnded(
  publicKey: string,
  { mspId, id }: Pick<VerifiedMember, 'mspId' | 'id'>,
  view: RegistryView,
): Promise<void> {
  for (const owner of [{ mspId, id }, { mspId }]) {
    const registered = await registeredKey(view, owner);
    const end = registered?.publicKey === publicKey ? endOf(registered, view) : undefined;
    if (end !== undefined) throw ended(`The HPKE key that the decision names ${end}`);
  }
}

/** An HPKE key that is replaced by a newer one: the ring of a key service. */
export interface RotatingKey {
  readonly current: { readonly publicKey: string };
  rotate(): Promise<unknown>;
}

/**
 * Sees to it that the ledger's registry names the ring's current key. Where it doesn't, the key is
 * registered. Where the key is about to expire or was revoked, a new one is. No key outlives the
 * certificate it is registered by.
 */
export async function keepRegistered(
  ring: RotatingKey,
  { ehr, identity, days, now }: KeepOptions,
): Promise<HpkeKey> {
  const { mspId, certificate } = identity;
  const known = await registeredKey({ ledger: ehr }, { mspId });
  const isOurs = known?.publicKey === ring.current.publicKey;
  const latest = new X509Certificate(certificate).validToDate.getTime() - 1000;
  const until = Math.min(now + days * DAY_MS, latest);
  const left = known ? Date.parse(known.notAfter) - now : 0;
  const isGood = known?.revokedAt === undefined && left > (until - now) * RENEWED_BELOW;
  if (isOurs && isGood) return known;
  if (isOurs) await ring.rotate();
  const notAfter = new Date(until).toISOString();
  const { publicKey } = ring.current;
  const { value } = await ehr.registerHpkeKey({ scope: 'organisation', publicKey, notAfter });
  return value;
}

export interface KeepOptions {
  readonly ehr: Pick<EhrClient, 'getHpkeKey' | 'registerHpkeKey'>;
  /** Role `keyservice`. */
  readonly identity: Identity;
  /** For how long a key is registered. */
  readonly days: number;
  readonly now: number;
}

async function registeredKey(
  { ledger }: Pick<RegistryView, 'ledger'>,
  of: Parameters<EhrClient['getHpkeKey']>[0],
): Promise<HpkeKey | undefined> {
  return ifFound(ledger.getHpkeKey(of));
}

function endOf(key: HpkeKey, { members, now }: Omit<RegistryView, 'ledger'>): string | undefined {
  if (key.revokedAt !== undefined) return 'was revoked';
  if (now >= Date.parse(key.notAfter)) return 'has expired';
  const authorities = members.get(key.mspId);
  const isRevoked = authorities && hasRevoked(authorities, key.certificate.serialNumber);
  return isRevoked ? 'was registered by a certificate that is revoked' : undefined;
}

function ended(message: string): SalusError {
  return new SalusError('ERR_KEY_ENDED', message, {
    argument: 'hpkePublicKey',
    expected: 'a key that the registry holds in force',
  });
}
