import { generateHpkeKeyPair, openSealed } from '@salus/crypto/hpke';
import { SalusError } from '@salus/protocol';
import { TAG_KEY_INFO } from '@salus/wallet';
import type { EhrClient } from '../ehr/ehr-client.js';
import { askWallet, type WalletInvitation } from '../wallet/wallet-client.js';
import type { ImportPatient } from './new-record.js';

export type AdmittingLedger = Pick<EhrClient, 'getPatient' | 'registerPatient'>;

/**
 * Asks a patient's wallet for what a hospital needs to register records of the patient. One whom no
 * hospital has registered yet is registered, on the hospital's word that it has proofed the identity.
 *
 * @param isNew - nobody has registered the patient yet: the caller has to be a registrar
 * @throws SalusError `ERR_APPROVAL_NEEDED`; `ERR_KEY_MISMATCH` where the wallet is not that of the
 *   patient whom the ledger has under this pseudonym; what the ledger says
 */
export async function admitPatient(
  ehr: AdmittingLedger,
  wallet: WalletInvitation,
  { isNew = false }: { readonly isNew?: boolean } = {},
): Promise<ImportPatient> {
  const { publicKey: hpkePublicKey, privateKey } = await generateHpkeKeyPair();
  const type = isNew ? 'register' : 'identify';
  const answer = await askWallet(wallet, { type, hpkePublicKey });
  const { pseudonym = '', kid = '', statement = '', sealedTagKey } = answer;
  if (!sealedTagKey) {
    throw new SalusError('ERR_APPROVAL_NEEDED', 'The wallet sent no tag key', {
      argument: 'wallet',
      expected: 'the tag key',
    });
  }
  const context = { info: TAG_KEY_INFO, aad: pseudonym };
  const tagKey = Buffer.from(await openSealed(privateKey, sealedTagKey, context));
  const known = { pseudonym, tagKey: tagKey.toString('base64url') };
  if (isNew) {
    await ehr.registerPatient(statement);
    return { ...known, kid };
  }
  return { ...known, kid: await registeredKey(ehr, { pseudonym, kid }) };
}

/** The key that the patient was registered with, if the wallet's key is one of the patient's today. */
async function registeredKey(
  ehr: AdmittingLedger,
  { pseudonym, kid }: { readonly pseudonym: string; readonly kid: string },
): Promise<string> {
  const { keys } = await ehr.getPatient(pseudonym);
  const [registered] = keys;
  const isHeld = keys.some((key) => key.kid === kid && key.status === 'ACTIVE');
  if (registered && isHeld) return registered.kid;
  throw new SalusError('ERR_KEY_MISMATCH', 'The ledger has other keys of this patient', {
    argument: 'kid',
    expected: 'an active key of the patient',
    got: kid,
  });
}
