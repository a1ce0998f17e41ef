import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import { z } from 'zod';
import { writeAtomically } from '../atomic-file.js';
import { readSecrets, writeSecrets } from '../service/secret-file.js';
import { invitation } from './requests.js';
import { nationalIdLength, newSecrets, walletSecrets, type WalletSecrets } from './secrets.js';
import type { WalletInvitation } from './wallet-client.js';
import type { InvitationBook } from './wallet-service.js';

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
  async init(nationalId: string, passphrase: string): Promise<void> {
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
    const secrets = await newSecrets(nationalId);
    await writeSecrets(file, secrets, passphrase);
    await writeAtomically(this.#file('wallet.crt'), Buffer.from(secrets.tls.certificate));
    const token = randomBytes(32).toString('base64url');
    await writeAtomically(this.#file('owner.token'), Buffer.from(token));
  }

  async unlock(passphrase: string): Promise<WalletSecrets> {
    return walletSecrets.parse(await readSecrets(this.#file('wallet.json'), passphrase));
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
        return z.array(invitation).parse(JSON.parse(text));
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
