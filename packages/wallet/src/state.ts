import { z } from 'zod';
import { signingKey } from './signing-key.js';

/** Institutions of one kind know the patient by the same pseudonym, those of another by another. */
export const institutionKinds = ['hospital', 'insurer', 'pharmacy', 'research'] as const;
export const institutionKind = z.enum(institutionKinds);
export type InstitutionKind = z.infer<typeof institutionKind>;

/** Characters of a national ID. */
export const nationalIdLength = { minimum: 4, maximum: 64 } as const;

/** What a key may sign, as the contract knows it. */
export const keyPurposes = ['consent', 'access', 'keys'] as const;
export type KeyPurpose = (typeof keyPurposes)[number];

export const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/, '32 bytes in base64url');
const time = z.iso.datetime();
const name = z.string().min(1).max(64);

/** A signing key of the patient's, for one kind of institution: a shared one would join the kinds. */
export const heldKey = signingKey.extend({
  kind: institutionKind,
  /** Missing only while the wallet waits for guardians: its private half comes from the root secret. */
  hpkePublicKey: bytes32.optional(),
  purposes: z.array(z.enum(keyPurposes)).min(1),
  notBefore: time,
  notAfter: time.optional(),
  status: z.enum(['ACTIVE', 'RETIRED', 'LOST']),
  addedAt: time,
});
export type HeldKey = z.infer<typeof heldKey>;

/** A grant that was signed here, as far as withdrawing it needs. */
export const keptGrant = z.strictObject({
  grantId: z.uuid(),
  kind: institutionKind,
  decision: z.enum(['permit', 'deny']),
  /** The organisation it is made to; left out where it is another patient, or everybody. */
  mspId: z.string().optional(),
  categories: z.array(z.string()).optional(),
  /** The organisation gets the keys of its categories. */
  whole: z.boolean(),
  signedAt: time,
  notAfter: time,
  /** The epochs that its withdrawal began, so that it can be signed again. */
  withdrawn: z
    .strictObject({
      at: time,
      next: z.array(z.strictObject({ category: z.string(), epoch: z.int().min(0) })),
    })
    .optional(),
});
export type KeptGrant = z.infer<typeof keptGrant>;

/** Whose HPKE key an organisation's is, and how the wallet knows. */
export const knownOrganisation = z.strictObject({
  mspId: z.string().min(1),
  publicKey: bytes32,
  /** `PROVEN` by peers of most organisations, or `PINNED` by the owner's own hand. */
  trust: z.enum(['PROVEN', 'PINNED']),
  at: time,
  notAfter: time.optional(),
});
export type KnownOrganisation = z.infer<typeof knownOrganisation>;

/** A text that the patient was shown before a grant was signed. */
export const shownText = z.strictObject({
  hash: z.string(),
  language: z.string(),
  version: z.string(),
  text: z.string(),
  /** The text with the names filled in, as it stood before the patient's eyes. */
  shown: z.string(),
  at: time,
  grantId: z.uuid(),
});
export type ShownText = z.infer<typeof shownText>;

/** A guardian's part of somebody's root secret. */
export const sharePackage = z.strictObject({
  setId: z.uuid(),
  threshold: z.int().min(2).max(15),
  share: z.string(),
  /** Tells whether the shares put together are the root. */
  check: bytes32,
  /** Earlier root secrets, encrypted under the root. */
  heritage: z.string(),
  pseudonyms: z.array(z.strictObject({ kind: institutionKind, pseudonym: z.string() })).min(1),
});
export type SharePackage = z.infer<typeof sharePackage>;

/** A request to recover a ward that the guardian's owner agreed to. */
export const agreedRecovery = z.strictObject({
  at: time,
  /** SHA-256 over the whole request; see recovery-code.ts. */
  digest: bytes32,
  keys: z.array(z.strictObject({ kind: institutionKind, kid: bytes32 })),
  olderKeys: z.enum(['RETIRED', 'LOST']),
  lostSince: time.optional(),
});
export type AgreedRecovery = z.infer<typeof agreedRecovery>;

/** Somebody whose guardian this wallet's owner is. */
export const ward = z.strictObject({
  /** Who asked, by the name on the invitation. */
  name,
  keys: z.array(signingKey.extend({ kind: institutionKind })),
  /** Opens the share package. */
  hpke: z.strictObject({ publicKey: bytes32, privateKey: bytes32 }),
  package: sharePackage.optional(),
  /** The last request to recover that the owner agreed to. Keys of no other are approved. */
  recovery: agreedRecovery.optional(),
  /** Of release 0.1.0, by keys alone, whoever the shares went to. It counts no more. */
  agreed: z.array(z.string()).optional(),
});
export type Ward = z.infer<typeof ward>;

/** The terms on which a delegate acts, as in Delegation.v1. */
export const delegationTerms = z.strictObject({
  relation: z.enum(['PARENT', 'CARER', 'GUARDIAN', 'EXECUTOR', 'PROXY']),
  actions: z.array(z.enum(['grant', 'withdraw', 'access', 'erase'])).min(1),
  categories: z.array(z.string()).min(1).optional(),
  when: z.enum(['ALWAYS', 'INCAPACITATED', 'DECEASED']),
  notBefore: time,
  notAfter: time,
});
export type DelegationTerms = z.infer<typeof delegationTerms>;

/** A delegation, in the wallet of who gave it. */
export const givenDelegation = delegationTerms.extend({
  delegateId: z.uuid(),
  kind: institutionKind,
  name,
  endedAt: time.optional(),
});

/** Somebody for whom this wallet's owner acts. */
export const heldDelegation = z.strictObject({
  name,
  key: signingKey,
  /** Opens the terms' secrets. */
  hpke: z.strictObject({ publicKey: bytes32, privateKey: bytes32 }),
  given: delegationTerms
    .extend({ delegateId: z.uuid(), pseudonym: z.string(), tagKey: bytes32 })
    .optional(),
});
export type HeldDelegation = z.infer<typeof heldDelegation>;

const trailPosition = z.strictObject({ at: time, transactionIds: z.array(z.string()) });

/** All that a wallet keeps. Every member is secret. */
export const walletState = z.strictObject({
  nationalId: z.string().min(nationalIdLength.minimum).max(nationalIdLength.maximum),
  /**
   * Root secrets, oldest first: pseudonyms and tag keys come from the first, new keys from the last.
   * Empty while the wallet waits for guardians.
   */
  roots: z.array(bytes32).max(32),
  keys: z.array(heldKey),
  registered: z.array(institutionKind),
  epochs: z.array(
    z.strictObject({ kind: institutionKind, category: z.string(), epoch: z.int().min(0) }),
  ),
  grants: z.array(keptGrant),
  organisations: z.array(knownOrganisation),
  texts: z.array(shownText),
  guardians: z
    .strictObject({
      setId: z.uuid(),
      threshold: z.int().min(0),
      names: z.array(name),
      setAt: time,
      /** How many root secrets their shares give back; a later one needs new shares. */
      roots: z.int().min(0),
    })
    .optional(),
  wards: z.array(ward),
  delegates: z.array(givenDelegation),
  delegations: z.array(heldDelegation),
  /** Opens what guardians send while the wallet has no root secret. */
  recovery: z
    .strictObject({
      hpke: z.strictObject({ publicKey: bytes32, privateKey: bytes32 }),
      olderKeys: z.enum(['RETIRED', 'LOST']),
      lostSince: time.optional(),
      /** Whose ledger does not show the new key yet. */
      waiting: z.array(institutionKind),
    })
    .optional(),
  /** How far the owner has seen the audit trail. */
  seen: z.partialRecord(institutionKind, trailPosition),
});
export type WalletState = z.infer<typeof walletState>;

/** The state of a wallet that holds nothing yet. */
export function emptyState(nationalId: string, roots: readonly string[] = []): WalletState {
  return walletState.parse({
    nationalId,
    roots,
    keys: [],
    registered: [],
    epochs: [],
    grants: [],
    organisations: [],
    texts: [],
    wards: [],
    delegates: [],
    delegations: [],
    seen: {},
  });
}
