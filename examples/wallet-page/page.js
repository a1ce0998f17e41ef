// A wallet in a page: the patient's keys never leave the browser. `build.mjs` bundles it as `salus`.

import { newWalletState, PatientWallet } from '@salus/wallet';

/** A new wallet; `save` keeps its state, e.g. in IndexedDB. */
export async function createWallet(nationalId, channel, save) {
  const state = await newWalletState(nationalId, ['hospital'], 'ES256');
  return new PatientWallet(state, channel, { save });
}

/** What a hospital registers the patient with. */
export function register(wallet, hospitalKey) {
  return wallet.perform({ type: 'register', hpkePublicKey: hospitalKey }, { kind: 'hospital' });
}
