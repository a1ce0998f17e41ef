/** The guardian's side: keys for each ward alone, the share, and approvals that the owner agreed to. */
import { generateHpkeKeyPair, openSealed, sealTo, type SealedBox } from '@salus/crypto/hpke';
import { canonicalJson, SalusError, toBase64url } from '@salus/protocol';
import { sha256, utf8 } from './bytes.js';
import { forbidden, notFoundOf } from './faults.js';
import { RETURNED_SHARE_INFO, SHARE_INFO } from './guardians.js';
import type { RequestOf } from './requests.js';
import type { WalletSession } from './session.js';
import { generateSigningKey, thumbprintOf, type SigningJwk } from './signing-key.js';
import { sharePackage, type InstitutionKind, type Ward } from './state.js';

/** Becomes somebody's guardian, with keys that nothing else is signed by; asked again, with the same. */
export async function guard(
  { state }: WalletSession,
  name: string,
  kinds: readonly InstitutionKind[],
) {
  const known = state.wards.find((one) => one.name === name);
  const ward: Ward = known ?? { name, keys: [], hpke: await generateHpkeKeyPair(), agreed: [] };
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
  return { setId: ward.package.setId };
}

/** Gives the share back, to the new wallet whose keys the owner agreed to. */
export async function agree(session: WalletSession, name: string, request: RequestOf<'recover'>) {
  const ward = wardOf(session, name);
  const { hpkePublicKey, keys, olderKeys, lostSince } = request;
  if (!ward.package) throw notFoundOf('share');
  for (const { jwk } of keys) ward.agreed.push(await agreement({ jwk, olderKeys, lostSince }));
  const parcel = utf8(JSON.stringify(ward.package));
  const context = { info: RETURNED_SHARE_INFO, aad: hpkePublicKey };
  return { share: await sealTo(hpkePublicKey, parcel, context) };
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
      if (!ward.agreed.includes(await agreement({ jwk: key.jwk, olderKeys, lostSince }))) {
        throw new SalusError('ERR_APPROVAL_NEEDED', 'The guardian has not agreed to this key');
      }
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

/** What the owner agrees to: a key, and what becomes of the older ones. */
async function agreement(what: {
  readonly jwk: SigningJwk;
  readonly olderKeys: string;
  readonly lostSince?: string | undefined;
}): Promise<string> {
  const { jwk, olderKeys, lostSince = '' } = what;
  return toBase64url(
    await sha256(utf8(canonicalJson([await thumbprintOf(jwk), olderKeys, lostSince]))),
  );
}

/**
 * Six groups of digits that stand for the new keys: the ward reads them out, and the guardian compares them
 * before agreeing.
 */
export async function recoveryCode(keys: readonly { readonly jwk: SigningJwk }[]): Promise<string> {
  const kids = await Promise.all(keys.map(({ jwk }) => thumbprintOf(jwk)));
  const digest = await sha256(utf8(canonicalJson(kids.sort())));
  const groups = Array.from({ length: 6 }, (_, index) => {
    const [high = 0, middle = 0, low = 0] = digest.slice(index * 3, index * 3 + 3);
    return String(((high << 16) | (middle << 8) | low) % 100_000).padStart(5, '0');
  });
  return groups.join(' ');
}

function wardOf({ state }: WalletSession, name: string): Ward {
  const ward = state.wards.find((one) => one.name === name);
  if (ward) return ward;
  throw notFoundOf('ward');
}
