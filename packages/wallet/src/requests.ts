import { z } from 'zod';
import { categories } from '@salus/fhir';
import {
  identifier,
  lineOfText,
  mspId,
  obligation,
  pseudonym,
  purposeOfUse,
  requestedPurpose,
} from '@salus/protocol';
import { signingAlgorithms, signingJwk } from './signing-key.js';
import { bytes32, delegationTerms, institutionKind, keyPurposes } from './state.js';
import { templateNames } from './templates.js';

/** The longest that a permit is given for. */
export const MAX_GRANT_DAYS = 3650;

const days = z.int().min(1).max(MAX_GRANT_DAYS);
const time = z.iso.datetime();
/** Lines without control characters, and nothing that turns the direction of writing. */
const text = z
  .string()
  .min(1)
  .max(20_000)
  .regex(/^(?:\n|[^\p{Cc}\p{Cs}\p{Cn}\u2028\u2029\u202A-\u202E\u2066-\u2069])*$/u, 'lines of text');
const line = lineOfText(256);
const category = z.enum(categories);
const sealedBox = z.strictObject({ enc: z.string(), ciphertext: z.string() });

/** The pseudonym that a statement is to be signed for; that of the asking institution if left out. */
const asKind = { kind: institutionKind.optional() };

const grant = z
  .strictObject({
    type: z.literal('grant'),
    ...asKind,
    decision: z.enum(['permit', 'deny']).default('permit'),
    grantee: z.strictObject({
      mspId: mspId.optional(),
      role: identifier.optional(),
      practitioner: identifier.optional(),
      patient: pseudonym.optional(),
    }),
    categories: z.array(category).min(1).optional(),
    labels: z
      .array(z.strictObject({ system: line, code: line }))
      .min(1)
      .max(50)
      .optional(),
    records: z.array(identifier).min(1).max(100).optional(),
    purposes: z.array(purposeOfUse).min(1).optional(),
    /** A permit needs them. A denial holds until it is withdrawn where neither days nor an end are given. */
    days: days.optional(),
    /** Ends no later than this. */
    until: time.optional(),
    maxUses: z.int().min(1).max(100).optional(),
    onward: z.boolean().optional(),
    obligations: z.array(obligation).min(1).optional(),
    template: z.enum(templateNames).optional(),
    language: z.string().max(35).optional(),
    /** The asking institution's own text, shown beside what will be signed. */
    text: z.strictObject({ language: z.string().max(35), version: identifier, text }).optional(),
    /** Signed answers of peers that tell the grantee organisation's HPKE key; see `SignedAnswers`. */
    granteeKey: z.looseObject({}).optional(),
  })
  .refine(({ decision, days: given }) => decision === 'deny' || given !== undefined, {
    path: ['days'],
    message: 'the days of a permit',
  });

/** Which records are to be destroyed: all of their versions, unless these versions alone are meant. */
const erasure = {
  records: z.array(identifier).min(1).max(100),
  versions: z.literal('NAMED').optional(),
};

/** What institutions that the patient invited may ask, each for the pseudonym it knows. */
export const institutionRequests = [
  /** The statement that registers the patient, and the tag key sealed to the hospital's key service. */
  z.strictObject({ type: z.literal('register'), ...asKind, hpkePublicKey: bytes32 }),
  grant,
  z.strictObject({ type: z.literal('withdraw'), ...asKind, grant: z.uuid() }),
  z.strictObject({ type: z.literal('erase'), ...asKind, ...erasure }),
  /**
   * The pseudonym by which institutions of the invited kind know the patient. An institution that is to
   * register records of a patient whom another has registered names a key. It also gets the tag key, sealed
   * to that key.
   */
  z.strictObject({ type: z.literal('identify'), ...asKind, hpkePublicKey: bytes32.optional() }),
] as const;

/** What people whom the owner invited may ask: wallets of patients and of their helpers. */
export const personRequests = [
  /** To become a guardian: answered with keys for this ward alone. */
  z.strictObject({ type: z.literal('guard'), kinds: z.array(institutionKind).min(1).max(4) }),
  /** Keep a share of the root secret; taken only by who agreed to be a guardian. */
  z.strictObject({ type: z.literal('keep-share'), package: sealedBox }),
  /** Agree to new keys of a ward who lost the wallet, and give the share back. */
  z.strictObject({
    type: z.literal('recover'),
    keys: z
      .array(z.strictObject({ kind: institutionKind, jwk: signingJwk }))
      .min(1)
      .max(4),
    hpkePublicKey: bytes32,
    olderKeys: z.enum(['RETIRED', 'LOST']),
    lostSince: time.optional(),
  }),
  /** The same keys, complete; signed without another question if they were agreed to. */
  z.strictObject({
    type: z.literal('approve-keys'),
    keys: z
      .array(
        z.strictObject({
          kind: institutionKind,
          key: z.strictObject({
            jwk: signingJwk,
            hpkePublicKey: bytes32,
            purposes: z.array(z.enum(keyPurposes)).min(1),
            notBefore: time,
            notAfter: time.optional(),
          }),
        }),
      )
      .min(1)
      .max(4),
    olderKeys: z.enum(['RETIRED', 'LOST']),
    lostSince: time.optional(),
  }),
  /** To become a delegate: answered with a key for this patient alone. */
  z.strictObject({ type: z.literal('assist') }),
  /** The terms of a delegation, sealed; taken only by who agreed to be a delegate. */
  z.strictObject({ type: z.literal('take-delegation'), terms: sealedBox }),
] as const;

/** What only the owner may command. */
export const ownerRequests = [
  /** Decrypts one of the patient's own records. */
  z.strictObject({
    type: z.literal('open'),
    ...asKind,
    recordId: identifier,
    /** One of the record's sealed keys: for the patient, or for a category's epoch. */
    sealedKey: z.looseObject({ enc: z.string(), ciphertext: z.string() }),
    /** Base64. */
    content: z.string(),
  }),
  z.strictObject({
    type: z.literal('request-access'),
    ...asKind,
    /** Whose record: another patient's, or the own one. */
    subject: pseudonym.optional(),
    recordId: identifier,
    purpose: requestedPurpose,
    hpkePublicKey: bytes32.optional(),
  }),
  z.strictObject({ type: z.literal('keys') }),
  z.strictObject({
    type: z.literal('add-key'),
    ...asKind,
    alg: z.enum(signingAlgorithms).optional(),
    purposes: z.array(z.enum(keyPurposes)).min(1).optional(),
    notAfter: time.optional(),
  }),
  z.strictObject({ type: z.literal('retire-key'), kid: bytes32 }),
  /** Calls a key lost: an own one, or one that somebody added by an own one. */
  z.strictObject({
    type: z.literal('lose-key'),
    ...asKind,
    kid: bytes32,
    lostSince: time.optional(),
    /** The own key that signs; one that was closed contradicts its accuser so. */
    by: bytes32.optional(),
  }),
  z.strictObject({
    type: z.literal('roll-epochs'),
    ...asKind,
    categories: z.array(category).min(1).optional(),
  }),
  z.strictObject({
    type: z.literal('set-guardians'),
    threshold: z.int().min(0).max(15),
    guardians: z
      .array(
        z.strictObject({
          name: z.string().min(1).max(64),
          keys: z.array(z.strictObject({ kind: institutionKind, jwk: signingJwk })),
          hpkePublicKey: bytes32,
        }),
      )
      .max(15),
    delaySeconds: z.int().min(0).max(31_622_400),
  }),
  z.strictObject({ type: z.literal('veto'), ...asKind }),
  z.strictObject({ type: z.literal('begin-recovery') }),
  z.strictObject({ type: z.literal('rebuild'), shares: z.array(sealedBox).min(2).max(15) }),
  z.strictObject({ type: z.literal('possession'), ...asKind }),
  z.strictObject({
    type: z.literal('delegate'),
    ...asKind,
    name: z.string().min(1).max(64),
    jwk: signingJwk,
    hpkePublicKey: bytes32,
    terms: delegationTerms,
  }),
  z.strictObject({ type: z.literal('end-delegation'), delegate: z.uuid() }),
  /** Signs for a patient whose delegate the owner is. */
  z.strictObject({
    type: z.literal('on-behalf'),
    delegate: z.uuid(),
    request: z.discriminatedUnion('type', [
      grant,
      z.strictObject({ type: z.literal('withdraw'), grant: z.uuid() }),
      z.strictObject({ type: z.literal('erase'), ...erasure }),
      z.strictObject({
        type: z.literal('request-access'),
        recordId: identifier,
        purpose: requestedPurpose,
        hpkePublicKey: bytes32,
      }),
    ]),
  }),
  /** Believes an organisation's HPKE key: on the owner's own word. */
  z.strictObject({ type: z.literal('pin-organisation'), mspId, publicKey: bytes32 }),
  /** Takes over what the ledger has: signed answers of peers to `getPatient`. */
  z.strictObject({ type: z.literal('sync'), ...asKind, patient: z.looseObject({}) }),
  z.strictObject({ type: z.literal('texts') }),
  z.strictObject({ type: z.literal('overview') }),
  /** A request to a portal, e.g. of a gateway. */
  z.strictObject({
    type: z.literal('portal'),
    ...asKind,
    origin: z.url(),
    method: z.enum(['GET', 'POST']),
    path: z.string().startsWith('/').max(2048),
    bodyHash: z.string().regex(/^[0-9a-f]{64}$/),
  }),
] as const;

export const institutionRequest = z.discriminatedUnion('type', institutionRequests);
export const personRequest = z.discriminatedUnion('type', personRequests);

/** Everything that a wallet can be asked. */
export const walletRequest = z.discriminatedUnion('type', [
  ...institutionRequests,
  ...personRequests,
  ...ownerRequests,
]);
export type WalletRequest = z.infer<typeof walletRequest>;
/** A request as it may be written: defaults left out. */
export type WalletAsk = z.input<typeof walletRequest>;
export type RequestOf<T extends WalletRequest['type']> = Extract<WalletRequest, { type: T }>;
