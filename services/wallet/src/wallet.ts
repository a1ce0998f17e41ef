import { z } from 'zod';
import { decryptContent } from '@salus/crypto/content';
import { type ChannelTrust, signedAnswers, verifySignedAnswers } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import {
  type RequestOf,
  type WalletRequest,
  institutionKinds,
  type InstitutionKind,
  type WalletState,
  type Asker,
  PatientWallet,
  type WalletStore,
  recoveryCode,
  describeRequest,
  type WalletAnswer,
} from '@salus/wallet';

/** What a wallet works with. */
export interface WalletOptions {
  readonly channel: string;
  readonly store: WalletStore;
  /** The channel's configuration that the owner has pinned; without it no peers' answer is believed. */
  readonly trust?: ChannelTrust;
}

const organisationKey = z.looseObject({
  mspId: z.string(),
  id: z.literal('organisation'),
  publicKey: z.string(),
  notAfter: z.string(),
  revokedAt: z.string().optional(),
});

const ledgerPatient = z.looseObject({
  pseudonym: z.string(),
  keys: z.array(z.looseObject({ kid: z.string(), status: z.enum(['ACTIVE', 'RETIRED', 'LOST']) })),
  categoryKeys: z.record(z.string(), z.looseObject({ epoch: z.int().min(0) })),
  endings: z
    .array(z.looseObject({ key: z.string(), by: z.string(), finalAt: z.string() }))
    .optional(),
  nextGuardians: z.looseObject({ by: z.string(), effectiveAt: z.string() }).optional(),
});

/** What a patient's keys do on a device that runs Node: the core, decryption, and peers' signed answers. */
export class Wallet {
  readonly #core: PatientWallet;
  readonly #trust: ChannelTrust | undefined;

  constructor(state: WalletState, { channel, store, trust }: WalletOptions) {
    this.#core = new PatientWallet(state, channel, store);
    this.#trust = trust;
  }

  /** Carries out a request; whether it may is decided before. */
  async perform(request: WalletRequest, asker: Asker): Promise<WalletAnswer> {
    switch (request.type) {
      case 'open':
        return { content: (await this.#open(request, asker)).toString('base64') };
      case 'sync':
        return this.#sync(request, asker);
      case 'grant':
        return this.#core.perform(await this.admit(request), asker);
      default:
        return this.#core.perform(request, asker);
    }
  }

  /**
   * Takes a request in: whose key a grantee's is, is proven when it comes, for the owner may take days to
   * answer.
   *
   * @throws SalusError `ERR_RECEIPT_…`, `ERR_KEY_INVALID`, `ERR_SETTINGS_MISSING`
   */
  async admit<R extends WalletRequest>(request: R): Promise<R> {
    if (request.type !== 'grant' || request.granteeKey === undefined) return request;
    await this.#believe(request.grantee.mspId, request.granteeKey);
    const { granteeKey: _proven, ...rest } = request;
    return rest as R;
  }

  /** See {@link PatientWallet.isAgreed}. */
  isAgreed(request: WalletRequest, name: string): Promise<boolean> {
    return this.#core.isAgreed(request, name);
  }

  /**
   * Says what a request would have signed.
   *
   * @param waiting - requests of the same person's that wait, this one or others
   */
  async describe(
    request: WalletRequest,
    { from, kind }: { readonly from: string; readonly kind: InstitutionKind },
    waiting: readonly WalletRequest[] = [],
  ): Promise<readonly string[]> {
    const { grants } = (await this.#core.perform({ type: 'overview' }, { kind })) as WalletState;
    const about = { from, kind, grants, now: Date.now() };
    if (request.type !== 'recover') return describeRequest(request, about);
    const [code, agreed] = [await recoveryCode(request), await this.#core.agreedRecovery(from)];
    const recoveries = waiting.filter((one) => one.type === 'recover');
    const codes = new Set(await Promise.all(recoveries.map(recoveryCode)));
    return describeRequest(request, {
      ...about,
      code,
      waiting: [...codes],
      ...(agreed !== undefined && { agreed }),
    });
  }

  pseudonym(kind: InstitutionKind): Promise<string> {
    return this.#core.pseudonym(kind);
  }

  /** Which entries of the audit trail are new since the last look. */
  unseen: PatientWallet['unseen'] = (kind, entries) => this.#core.unseen(kind, entries);

  /** The channel that peers' answers are checked by. @throws SalusError `ERR_SETTINGS_MISSING` */
  get trust(): ChannelTrust {
    if (this.#trust) return this.#trust;
    throw new SalusError(
      'ERR_SETTINGS_MISSING',
      "The wallet has not pinned the channel's members",
      {
        argument: 'trust',
        expected: "the channel's configuration block",
        remedy: 'take the block from an institution you trust: `salus wallet trust FILE`',
      },
    );
  }

  async #open(request: RequestOf<'open'>, asker: Asker): Promise<Buffer> {
    const { recordId, sealedKey } = request;
    const content = new Uint8Array(Buffer.from(request.content, 'base64'));
    const sealed = { recordId, sealedKey, content };
    const key = await this.#core.contentKey(request.kind ?? asker.kind, sealed);
    try {
      return decryptContent(key, content, recordId);
    } finally {
      key.fill(0);
    }
  }

  /**
   * Believes whose HPKE key it is where peers of most organisations sign that the ledger's registry says
   * so. Whoever asked for the grant could otherwise name a key of its own.
   */
  async #believe(mspId: string | undefined, evidence: unknown): Promise<void> {
    const bundle = signedAnswers.parse(evidence);
    const expected = { transaction: 'getHpkeKey', request: { mspId } };
    const { value, askedAt } = verifySignedAnswers(bundle, this.trust, expected);
    const key = organisationKey.parse(value);
    if (key.mspId !== mspId || key.revokedAt !== undefined || Date.parse(key.notAfter) <= askedAt) {
      throw new SalusError('ERR_KEY_INVALID', "The organisation's HPKE key has ended", {
        argument: 'granteeKey',
      });
    }
    const { publicKey, notAfter } = key;
    const at = new Date(askedAt).toISOString();
    await this.#core.believe({ mspId, publicKey, notAfter, trust: 'PROVEN', at });
  }

  async #sync(request: RequestOf<'sync'>, asker: Asker): Promise<object> {
    const kind = request.kind ?? asker.kind;
    const pseudonym = await this.pseudonym(kind);
    const bundle = signedAnswers.parse(request.patient);
    const expected = { transaction: 'getPatient', request: { pseudonym } };
    const { value } = verifySignedAnswers(bundle, this.trust, expected);
    return this.#core.takeOver(kind, ledgerPatient.parse(value));
  }
}

/** The kind of pseudonym that people's requests mean where they name none. */
export const [DEFAULT_KIND] = institutionKinds;
