/** The guardian's side: keys for each ward alone, the share, and approvals that the owner agreed to. */
import { generateHpkeKeyPair, openSealed, sealTo, type SealedBox } from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';
import { utf8 } from './bytes.js';
import { forbidden, notFoundOf } from './faults.js';
import { RETURNED_SHARE_INFO, SHARE_INFO } from './guardians.js';
import { agreementOn } from './recovery-code.js';
import type { RequestOf } from './requests.js';
import type { WalletSession } from './session.js';
import { generateSigningKey, thumbprintOf } from './signing-key.js';
import {
  keyPurposes,
  sharePackage,
  type AgreedRecovery,
  type InstitutionKind,
  type Ward,
} from './state.js';

/** Becomes somebody's guardian, with keys that nothing else is signed by; asked again, with the same. */
export async function guard(
  { state }: WalletSession,
  name: string,
  kinds: readonly InstitutionKind[],
) {
  const known = state.wards.find((one) => one.name === name);
  const ward: Ward = known ?? { name, keys: [], hpke: await generateHpkeKeyPair() };
  if (!known) state.wards.push(ward);
  for (const kind of new Set(kinds)) {
    if (ward.keys.some((one) => one.kind === kind)) continue;
    ward.keys.push({ kind, ...(await generateSigningKey()) });
  }
  return {
    keys: ward.keys.map(({ kind, jwk }) => ({ kind, jwk })),
    hpkePublicKey: ward.hpke.publicKey,
  };
}

/** Whether a ward's share may be taken without a question: the first one, by who agreed to be a guardian. */
export function awaitsShare({ state }: WalletSession, name: string): boolean {
  const ward = state.wards.find((one) => one.name === name);
  return ward !== undefined && ward.package === undefined;
}

/** Keeps a ward's share. @throws SalusError `ERR_NOT_FOUND` for who is no ward */
export async function keepShare(session: WalletSession, name: string, box: SealedBox) {
  const ward = wardOf(session, name);
  const bytes = await openSealed(ward.hpke.privateKey, box, { info: SHARE_INFO });
  ward.package = sharePackage.parse(JSON.parse(new TextDecoder().decode(bytes)));
  // Who hands out new shares has been recovered, if ever asked for.
  delete ward.recovery;
  return { setId: ward.package.setId };
}

/**
 * Gives the share back, sealed to the key of the request that the owner agreed to. A later agreement takes
 * the place of an earlier one: keys of one request alone are approved.
 */
export async function agree(session: WalletSession, name: string, request: RequestOf<'recover'>) {
  const ward = wardOf(session, name);
  if (!ward.package) throw notFoundOf('share');
  ward.recovery = await agreementOn(request, session.time());
  const { hpkePublicKey } = request;
  const parcel = utf8(JSON.stringify(ward.package));
  const context = { info: RETURNED_SHARE_INFO, aad: hpkePublicKey };
  return { share: await sealTo(hpkePublicKey, parcel, context) };
}

/** The recovery of a ward that the owner agreed to last, where there is one. */
export function agreedOf({ state }: WalletSession, name: string): AgreedRecovery | undefined {
  return state.wards.find((one) => one.name === name)?.recovery;
}

/** Approves keys on the ledger. @throws SalusError `ERR_APPROVAL_NEEDED` for others than were agreed to */
export async function approveKeys(
  session: WalletSession,
  name: string,
  { keys, olderKeys, lostSince }: RequestOf<'approve-keys'>,
) {
  const ward = wardOf(session, name);
  const approvals = await Promise.all(
    keys.map(async ({ kind, key }) => {
      await requireAgreed(ward, { kind, key, olderKeys, lostSince });
      const own = ward.keys.find((one) => one.kind === kind);
      const known = ward.package?.pseudonyms.find((one) => one.kind === kind);
      if (!own || !known) throw forbidden('The guardian holds nothing for this kind');
      const { pseudonym } = known;
      const body = { pseudonym, key, olderKeys, ...(lostSince !== undefined && { lostSince }) };
      const statement = await session.sign(own, 'RecoveryApproval.v1', body);
      return { kind, pseudonym, statement };
    }),
  );
  return { approvals };
}

/** The owner agreed to keys that are for everything and have no end, as every wallet makes them. */
async function requireAgreed(
  { recovery }: Ward,
  asked: Pick<RequestOf<'approve-keys'>, 'olderKeys' | 'lostSince'> &
    RequestOf<'approve-keys'>['keys'][number],
): Promise<void> {
  const { kind, key, olderKeys, lostSince } = asked;
  const kid = await thumbprintOf(key.jwk);
  const agreed =
    recovery?.keys.some((one) => one.kind === kind && one.kid === kid) === true &&
    recovery.olderKeys === olderKeys &&
    recovery.lostSince === lostSince &&
    keyPurposes.every((purpose) => key.purposes.includes(purpose)) &&
    key.notAfter === undefined;
  if (agreed) return;
  throw new SalusError('ERR_APPROVAL_NEEDED', 'The guardian has not agreed to this key');
}

function wardOf({ state }: WalletSession, name: string): Ward {
  const ward = state.wards.find((one) => one.name === name);
  if (ward) return ward;
  throw notFoundOf('ward');
}
