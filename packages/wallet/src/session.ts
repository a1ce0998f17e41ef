import { SalusError, toBase64url } from '@salus/protocol';
import { decoded, randomBytes } from './bytes.js';
import { hpkeKeyPairOf, pseudonymOf, SECRET_BYTES, tagKeyOf } from './derive.js';
import { signPortably } from './sign.js';
import { generateSigningKey, type SigningAlgorithm, type SigningKey } from './signing-key.js';
import {
  emptyState,
  keyPurposes,
  type HeldKey,
  type InstitutionKind,
  type KeyPurpose,
  type WalletState,
} from './state.js';

/** Contract and audience of the statements that the ehr contract takes. */
const EHR = { contract: 'ehr', audience: 'ehr' } as const;

/** How long before now keys and grants begin: clocks may be apart. */
const EARLIER_MS = 1000;

/** A fresh root secret. */
export function newRoot(): string {
  return toBase64url(randomBytes(SECRET_BYTES));
}

/** A wallet that never was: a fresh root secret, and a signing key for each kind of institution. */
export async function newWalletState(
  nationalId: string,
  kinds: readonly InstitutionKind[],
  alg: SigningAlgorithm = 'ES256',
): Promise<WalletState> {
  const secret = newRoot();
  const root = rootOf(secret);
  const keys = await Promise.all(kinds.map((kind) => newHeldKey(kind, { alg, root })));
  return { ...emptyState(nationalId, [secret]), keys };
}

/** A key as the wallet keeps it. Without a root it has no HPKE key yet. */
export async function newHeldKey(
  kind: InstitutionKind,
  {
    alg = 'ES256',
    purposes = keyPurposes,
    notAfter,
    root,
    now = Date.now(),
  }: {
    readonly alg?: SigningAlgorithm;
    readonly purposes?: readonly KeyPurpose[];
    readonly notAfter?: string;
    readonly root?: Uint8Array<ArrayBuffer>;
    readonly now?: number;
  },
): Promise<HeldKey> {
  const key = await generateSigningKey(alg);
  const hpke = root && (await hpkeKeyPairOf(root, kind, key.kid));
  const notBefore = new Date(now - EARLIER_MS).toISOString();
  return {
    ...key,
    kind,
    ...(hpke && { hpkePublicKey: hpke.publicKey }),
    purposes: [...purposes],
    notBefore,
    ...(notAfter !== undefined && { notAfter }),
    status: 'ACTIVE',
    addedAt: new Date(now).toISOString(),
  };
}

/** What of a key goes into a statement. */
export interface StatedKey {
  readonly jwk: HeldKey['jwk'];
  readonly hpkePublicKey: string;
  readonly purposes: readonly KeyPurpose[];
  readonly notBefore: string;
  readonly notAfter?: string;
}

/** One piece of work on a wallet: its state, which the work may change, and its pen. */
export class WalletSession {
  constructor(
    readonly state: WalletState,
    readonly channel: string,
    readonly now: number,
  ) {}

  /** Time of the session, so many milliseconds later. */
  time(offset = 0): string {
    return new Date(this.now + offset).toISOString();
  }

  /** When what is signed now begins to hold. */
  get begin(): string {
    return this.time(-EARLIER_MS);
  }

  /** The root that pseudonyms and tag keys come from. @throws SalusError `ERR_KEY_MISSING` */
  get firstRoot(): Uint8Array<ArrayBuffer> {
    return rootOf(this.state.roots[0]);
  }

  /** The root that new keys come from. @throws SalusError `ERR_KEY_MISSING` */
  get root(): Uint8Array<ArrayBuffer> {
    return rootOf(this.state.roots.at(-1));
  }

  /** All roots, newest first: for what was sealed at some time. */
  get rootsToTry(): readonly Uint8Array<ArrayBuffer>[] {
    return this.state.roots.map(rootOf).reverse();
  }

  pseudonym(kind: InstitutionKind): Promise<string> {
    return pseudonymOf(this.firstRoot, kind, this.state.nationalId);
  }

  tagKey(kind: InstitutionKind): Promise<string> {
    return tagKeyOf(this.firstRoot, kind);
  }

  stated({ jwk, hpkePublicKey, purposes, notBefore, notAfter }: HeldKey): StatedKey {
    if (hpkePublicKey === undefined) throw rootMissing();
    return { jwk, hpkePublicKey, purposes, notBefore, ...(notAfter !== undefined && { notAfter }) };
  }

  /**
   * The key that signs for a purpose: of those that may, the one held longest, for that one has reached
   * the ledger.
   *
   * @throws SalusError `ERR_KEY_MISSING`
   */
  keyFor(kind: InstitutionKind, purpose: KeyPurpose, except?: string): HeldKey {
    const key = this.state.keys.find(
      (one) =>
        one.kind === kind &&
        one.kid !== except &&
        one.status === 'ACTIVE' &&
        one.purposes.includes(purpose) &&
        this.now >= Date.parse(one.notBefore) &&
        (one.notAfter === undefined || this.now < Date.parse(one.notAfter)),
    );
    if (key) return key;
    throw new SalusError('ERR_KEY_MISSING', `The wallet has no valid key for ${purpose}`, {
      argument: 'key',
      expected: `an active key of kind ${kind} with the purpose ${purpose}`,
      got: 'none',
    });
  }

  /** Signs a statement for the ehr contract. */
  sign(key: SigningKey, type: string, body: object, jti?: string): Promise<string> {
    const use = { type, channel: this.channel, ...EHR, ...(jti !== undefined && { jti }) };
    return signPortably(key, use, { ...body }, this.now);
  }
}

function rootOf(root: string | undefined): Uint8Array<ArrayBuffer> {
  if (root === undefined) throw rootMissing();
  return decoded(root, 'root');
}

function rootMissing(): SalusError {
  return new SalusError('ERR_KEY_MISSING', 'The wallet has no root secret yet', {
    argument: 'root',
    remedy: 'recover it with the guardians first',
  });
}
