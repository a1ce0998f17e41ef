import { z } from 'zod';
import {
  categoryTag,
  distinctArray,
  eachOnce,
  hexHash,
  hpkePublicKey,
  identifier,
  kid,
  mspId,
  pseudonym,
  time,
} from '../base/forms.js';
import { publicJwk, type PublicJwk } from '../base/jwk.js';

/**
 * Bodies of the statements by which patients, their delegates and guardians keep keys, delegations and
 * erasure in their own hands; consent is in access-grant.ts. Wallets sign them, the ehr contract verifies them.
 */

/** Category keys that one statement names at most: a statement has 16 KiB. */
const MAX_CATEGORY_KEYS = 64;

const uuid = z.uuid();

// Registration

export const PATIENT_REGISTRATION = 'PatientRegistration.v1';

/** Signed by the key that it brings, which is possession; the first epoch of every category key is 1. */
export const patientRegistration = z.strictObject({
  pseudonym,
  jwk: publicJwk,
  hpkePublicKey,
  categoryKeys: z
    .array(z.strictObject({ categoryTag, publicKey: hpkePublicKey }))
    .max(MAX_CATEGORY_KEYS)
    .refine(eachOnce('categoryTag'), 'each category once')
    .optional(),
});
export type PatientRegistration = z.infer<typeof patientRegistration>;

// Keys

/**
 * What a key may sign: consent (grants, withdrawals, erasure), requests for access to the patient's own
 * records, and changes of keys, delegates and guardians.
 */
export const keyPurpose = z.enum(['consent', 'access', 'keys']);
export type KeyPurpose = z.infer<typeof keyPurpose>;

/** A key as it is to be added. */
export const newKey = z
  .strictObject({
    jwk: publicJwk,
    hpkePublicKey,
    purposes: distinctArray(keyPurpose, keyPurpose.options.length),
    notBefore: time,
    /** Signs no more from here on. */
    notAfter: time.optional(),
  })
  .refine(isWindow, 'a time window');
export type NewKey = z.infer<typeof newKey>;

export const KEY_ADDITION = 'KeyAddition.v1';

/** Signed by a key with the purpose `keys`. */
export const keyAddition = z.strictObject({ pseudonym, key: newKey });
export type KeyAddition = z.infer<typeof keyAddition>;

export const KEY_POSSESSION = 'KeyPossession.v1';

/** Signed by the new key itself; says under whom it comes, so that nobody adds another's key as theirs. */
export const keyPossession = z.strictObject({
  pseudonym,
  hpkePublicKey,
  /** `kid` of the key that adds it; left out where guardians do. */
  addedBy: kid.optional(),
});
export type KeyPossession = z.infer<typeof keyPossession>;

export const KEY_END = 'KeyEnd.v1';

/** Signed by a key with the purpose `keys`, or by the key that ends itself. */
export const keyEnd = z
  .strictObject({
    pseudonym,
    key: kid,
    /** What a retired key has signed holds on; what a lost one has signed since it was lost doesn't. */
    status: z.enum(['RETIRED', 'LOST']),
    /** Of a lost key; left out, nothing that it ever signed holds. */
    lostSince: time.optional(),
  })
  .refine(
    (end) => end.status === 'LOST' || end.lostSince === undefined,
    'a time of a lost key only',
  );
export type KeyEnd = z.infer<typeof keyEnd>;

// Guardians and recovery

export const GUARDIANS = 'Guardians.v1';

const HOUR = 3600;
const YEAR = 366 * 24 * HOUR;

/** Replaces the guardians; an empty list ends guardianship. Signed by a key with the purpose `keys`. */
export const guardians = z
  .strictObject({
    pseudonym,
    threshold: z.int().min(0).max(15),
    guardians: z
      .array(publicJwk)
      .max(15)
      .refine((keys) => new Set(keys.map(pointOf)).size === keys.length, 'each key once'),
    /** How long a recovery waits for a veto. */
    delaySeconds: z.int().min(0).max(YEAR),
  })
  .refine(
    ({ threshold, guardians: keys }) =>
      keys.length === 0 ? threshold === 0 : threshold >= 1 && threshold <= keys.length,
    'a threshold from 1 to the number of guardians',
  );
export type Guardians = z.infer<typeof guardians>;

export const RECOVERY_APPROVAL = 'RecoveryApproval.v1';

/** Signed by a guardian's key. */
export const recoveryApproval = z
  .strictObject({
    pseudonym,
    key: newKey,
    /** What becomes of every older key. */
    olderKeys: z.enum(['RETIRED', 'LOST']),
    lostSince: time.optional(),
  })
  .refine(
    (approval) => approval.olderKeys === 'LOST' || approval.lostSince === undefined,
    'a time of lost keys only',
  );
export type RecoveryApproval = z.infer<typeof recoveryApproval>;

export const RECOVERY_VETO = 'RecoveryVeto.v1';

/** Signed by any active key. */
export const recoveryVeto = z.strictObject({ pseudonym });
export type RecoveryVeto = z.infer<typeof recoveryVeto>;

// Delegates

export const delegateAction = z.enum(['grant', 'withdraw', 'access', 'erase']);
export type DelegateAction = z.infer<typeof delegateAction>;

export const DELEGATION = 'Delegation.v1';

/** The statement's `jti` is the delegation's ID. Signed by a key with the purpose `keys`. */
export const delegation = z
  .strictObject({
    pseudonym,
    jwk: publicJwk,
    relation: z.enum(['PARENT', 'CARER', 'GUARDIAN', 'EXECUTOR', 'PROXY']),
    actions: distinctArray(delegateAction, delegateAction.options.length),
    /** Only records of these; left out, of every category. */
    categoryTags: distinctArray(categoryTag, 100).optional(),
    notBefore: time,
    notAfter: time,
    /** The patient's status in which the delegate may act. */
    when: z.enum(['ALWAYS', 'INCAPACITATED', 'DECEASED']),
  })
  .refine(isWindow, 'a time window');
export type Delegation = z.infer<typeof delegation>;

export const DELEGATION_END = 'DelegationEnd.v1';

/** Signed by a key with the purpose `keys`, or by the delegate. */
export const delegationEnd = z.strictObject({ pseudonym, delegate: uuid });
export type DelegationEnd = z.infer<typeof delegationEnd>;

// Category keys

/** The public half of a category's next epoch. */
export const nextCategoryKeys = z
  .array(
    z.strictObject({ categoryTag, epoch: z.int().min(1).max(1_000_000), publicKey: hpkePublicKey }),
  )
  .min(1)
  .max(MAX_CATEGORY_KEYS)
  .refine(eachOnce('categoryTag'), 'each category once');
export type NextCategoryKey = z.infer<typeof nextCategoryKeys>[number];

export const CATEGORY_KEYS = 'CategoryKeys.v1';

/** Signed by a key with the purpose `keys` or `consent`. */
export const categoryKeys = z.strictObject({ pseudonym, keys: nextCategoryKeys });
export type CategoryKeys = z.infer<typeof categoryKeys>;

export const CATEGORY_KEY_DEPOSIT = 'CategoryKeyDeposit.v1';

/**
 * Vouches for the sealed private halves that are handed to a grantee's organisation beside it, so that
 * nobody puts others in their place.
 */
export const categoryKeyDeposit = z.strictObject({
  pseudonym,
  grantee: mspId,
  /** SHA-256 of the canonical JSON of the list of sealed keys. */
  keysHash: hexHash,
});
export type CategoryKeyDeposit = z.infer<typeof categoryKeyDeposit>;

// Erasure

export const ERASURE_ORDER = 'ErasureOrder.v1';

/** Signed by a key with the purpose `consent`, or a delegate with the action `erase`. */
export const erasureOrder = z.strictObject({
  pseudonym,
  records: distinctArray(identifier, 100),
  /** With `ALL`, every version of the records that are named goes; left out, these versions alone. */
  versions: z.literal('ALL').optional(),
});
export type ErasureOrder = z.infer<typeof erasureOrder>;

/** Tells keys apart, also malformed ones: checks of a list run whatever its elements are like. */
function pointOf(jwk: PublicJwk): string {
  return JSON.stringify(jwk.kty === 'EC' ? [jwk.x, jwk.y] : [jwk.x]);
}

function isWindow({ notBefore, notAfter }: { notBefore: string; notAfter?: string | undefined }) {
  return notAfter === undefined || Date.parse(notBefore) < Date.parse(notAfter);
}
