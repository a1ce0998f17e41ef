import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import {
  parseKept,
  parseKeptJson,
  readSecrets,
  writeAtomically,
  writeSecrets,
} from '@salus/client/home';
import type { WalletInvitation } from '@salus/client/wallet';
import type { ChannelTrust } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { ServiceTls } from '@salus/service-kit';
import {
  recoveryState,
  newWalletState,
  emptyState,
  institutionKinds,
  nationalIdLength,
  walletState,
  type WalletState,
  type SigningAlgorithm,
  type WalletStore,
  invitation,
} from '@salus/wallet';
import type { InvitationBook } from './wallet-service.js';

/** What lies encrypted in a wallet's home: the state, and the device's TLS certificate and key. */
const walletFile = z.strictObject({
  state: walletState,
  tls: z.strictObject({ certificate: z.string(), privateKey: z.string() }),
});

/** How a new wallet begins. */
export interface NewWallet {
  readonly nationalId: string;
  /** ES256 unless told. */
  readonly alg?: SigningAlgorithm;
  /** Waits for guardians, to take the place of a lost wallet. */
  readonly recover?: { readonly olderKeys: 'RETIRED' | 'LOST'; readonly lostSince?: string };
}

/** An unlocked wallet. */
export interface UnlockedWallet {
  readonly state: WalletState;
  readonly store: WalletStore;
  readonly tls: ServiceTls;
}

/** The folder of one patient's wallet. Everything in it is the owner's only. */
export class WalletHome {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  /**
   * @throws SalusError `ERR_ALREADY_EXISTS`: a second wallet would lose the first one's keys;
   *   `ERR_INVALID_ARGUMENT` for a national ID or passphrase of the wrong length
   */
  async init({ nationalId, alg, recover }: NewWallet, passphrase: string): Promise<void> {
    const file = this.#file('wallet.json');
    if (await readFile(file).catch(() => undefined)) {
      throw new SalusError('ERR_ALREADY_EXISTS', `There is a wallet in ${this.#home} already`);
    }
    const { minimum, maximum } = nationalIdLength;
    if (nationalId.length < minimum || nationalId.length > maximum) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'The national ID is too short or too long', {
        argument: 'SALUS_NATIONAL_ID',
        expected: `${minimum} to ${maximum} characters`,
        got: `${nationalId.length} characters`,
      });
    }
    const state = recover
      ? { ...emptyState(nationalId), recovery: await recoveryState(recover) }
      : await newWalletState(nationalId, institutionKinds, alg);
    const { makeDeviceCertificate } = await import('./device-certificate.js');
    const tls = await makeDeviceCertificate();
    await writeSecrets(file, { state, tls }, passphrase);
    await writeAtomically(this.#file('wallet.crt'), Buffer.from(tls.certificate));
    const token = randomBytes(32).toString('base64url');
    await writeAtomically(this.#file('owner.token'), Buffer.from(token));
  }

  /** @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_NOT_FOUND`, `ERR_STATE_UNREADABLE` */
  async unlock(passphrase: string): Promise<UnlockedWallet> {
    const file = this.#file('wallet.json');
    const { state, tls } = parseKept(file, walletFile, await readSecrets(file, passphrase));
    return {
      state,
      store: { save: (changed) => writeSecrets(file, { state: changed, tls }, passphrase) },
      tls: { certificate: Buffer.from(tls.certificate), key: Buffer.from(tls.privateKey) },
    };
  }

  /** Pins the channel's configuration, by which peers' signed answers are checked. */
  async pin(block: Uint8Array): Promise<ChannelTrust> {
    const { readChannelConfig } = await import('@salus/proofs');
    const trust = await readChannelConfig(block);
    await writeAtomically(this.#file('channel.block'), block);
    return trust;
  }

  /** The pinned configuration, where there is one. */
  async trust(): Promise<ChannelTrust | undefined> {
    const block = await readFile(this.#file('channel.block')).catch(() => undefined);
    if (!block) return undefined;
    const { readChannelConfig } = await import('@salus/proofs');
    return readChannelConfig(block);
  }

  async ownerToken(): Promise<string> {
    return (await this.#read('owner.token')).trim();
  }

  /** How the patient's own commands reach the running wallet. */
  async owner(): Promise<WalletInvitation> {
    const [url, certificate] = await Promise.all(
      ['wallet.url', 'wallet.crt'].map((name) => this.#read(name)),
    );
    return {
      url: (url ?? '').trim(),
      certificate: certificate ?? '',
      token: await this.ownerToken(),
    };
  }

  get invitations(): InvitationBook {
    const file = this.#file('invitations.json');
    return {
      load: async () => {
        const text = await readFile(file, 'utf8').catch(() => '[]');
        return parseKeptJson(file, z.array(invitation), text);
      },
      save: (all) => writeAtomically(file, Buffer.from(JSON.stringify(all))),
    };
  }

  async #read(name: string): Promise<string> {
    return readFile(this.#file(name), 'utf8').catch((cause: unknown) => {
      throw new SalusError('ERR_SERVICE_UNREACHABLE', `There is no ${name} in ${this.#home}`, {
        remedy: 'make the wallet with `salus wallet init` and run `salus wallet serve`',
        cause,
      });
    });
  }

  #file(name: string): string {
    return path.join(this.#home, name);
  }
}
