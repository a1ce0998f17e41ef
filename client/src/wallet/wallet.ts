import { randomUUID } from 'node:crypto';
import {
  ACCESS_GRANT,
  EHR_STATEMENT_USE,
  jwkThumbprint,
  SalusError,
} from '@salus/chaincode-common';
import { decryptContent } from '../crypto/content.js';
import { openSealed, sealTo } from '../crypto/hpke.js';
import { contentKeyContext } from '../crypto/seal-contexts.js';
import { categoryTag } from '../crypto/tags.js';
import type { WalletAnswer, WalletRequest } from './requests.js';
import {
  pseudonymFor,
  publicJwkOf,
  signWith,
  type InstitutionKind,
  type WalletSecrets,
} from './secrets.js';

/** `info` of the tag key sealed to a hospital; its additional data is the pseudonym. */
export const TAG_KEY_INFO = 'salus/tag-key/v1';

/** Statements have to reach the ledger within this time. */
const STATEMENT_SECONDS = 600;
const DAY_MS = 86_400_000;

/** What the patient's keys do, once the patient has agreed. */
export class Wallet {
  readonly #secrets: WalletSecrets;
  readonly #channel: string;

  constructor(secrets: WalletSecrets, channel: string) {
    this.#secrets = secrets;
    this.#channel = channel;
  }

  /** Carries out a request; whether it may is decided before. */
  async perform(request: WalletRequest, kind: InstitutionKind): Promise<WalletAnswer> {
    switch (request.type) {
      case 'register':
        return this.#register(kind, request.hpkePublicKey);
      case 'grant':
        return this.#grant(kind, request);
      case 'withdraw': {
        const pseudonym = pseudonymFor(this.#secrets, kind);
        const body = { pseudonym, grant: request.grant };
        return { statement: await this.#sign('ConsentWithdrawal.v1', body), pseudonym };
      }
      case 'open':
        return { content: (await this.#open(request)).toString('base64') };
      case 'identify':
        return { pseudonym: pseudonymFor(this.#secrets, kind) };
    }
  }

  async #register(kind: InstitutionKind, hospitalKey: string): Promise<WalletAnswer> {
    const pseudonym = pseudonymFor(this.#secrets, kind);
    const jwk = publicJwkOf(this.#secrets);
    const hpkePublicKey = this.#secrets.hpke.publicKey;
    const tagKey = Buffer.from(this.#secrets.tagKey, 'base64url');
    return {
      statement: await this.#sign('PatientRegistration.v1', { pseudonym, jwk, hpkePublicKey }),
      pseudonym,
      kid: jwkThumbprint(jwk),
      hpkePublicKey,
      sealedTagKey: await sealTo(hospitalKey, tagKey, { info: TAG_KEY_INFO, aad: pseudonym }),
    };
  }

  async #grant(
    kind: InstitutionKind,
    request: Extract<WalletRequest, { type: 'grant' }>,
  ): Promise<WalletAnswer> {
    const { grantee, purposes, days, maxUses, records } = request;
    const pseudonym = pseudonymFor(this.#secrets, kind);
    const now = Date.now();
    const tags = request.categories?.map((one) => categoryTag(this.#secrets.tagKey, one));
    if (tags === undefined && records === undefined) {
      throw new SalusError('ERR_INVALID_ARGUMENT', 'A grant names categories or records', {
        argument: 'categories',
      });
    }
    const grantId = randomUUID();
    const body = {
      pseudonym,
      grantee,
      scope: { ...(tags && { categoryTags: tags }), ...(records && { records }) },
      purposes,
      notBefore: new Date(now - 1000).toISOString(),
      notAfter: new Date(now + days * DAY_MS).toISOString(),
      ...(maxUses !== undefined && { maxUses }),
    };
    return { statement: await this.#sign(ACCESS_GRANT, body, grantId), grantId, pseudonym };
  }

  async #open(request: Extract<WalletRequest, { type: 'open' }>): Promise<Buffer> {
    const { recordId, sealedKey, content } = request;
    const context = contentKeyContext(recordId);
    const key = await openSealed(this.#secrets.hpke.privateKey, sealedKey, context);
    return decryptContent(key, Buffer.from(content, 'base64'), recordId);
  }

  #sign(type: string, body: Record<string, unknown>, jti: string = randomUUID()): Promise<string> {
    const iat = Math.floor(Date.now() / 1000);
    return signWith(this.#secrets, {
      ...body,
      type,
      channel: this.#channel,
      ...EHR_STATEMENT_USE,
      jti,
      iat,
      exp: iat + STATEMENT_SECONDS,
    });
  }
}
