import { z } from 'zod';
import {
  base64url,
  distinctArray,
  hexHash,
  identifier,
  lineOfText,
  mspId,
  pseudonym,
  labelTag,
  categoryTag,
} from '../base/forms.js';
import type { Page } from '../base/page.js';
import type { RecordVersions } from '../consent/grant.js';
import { code, contentType, dateTime, recipient, system } from './forms.js';
import { paged } from './paging.js';

/** Records: anchors for everybody, details and sealed keys for the organisations that care for the patient. */

/** Records that one transaction registers or gives details of at most. */
export const MAX_RECORDS = 500;

/** Parts that a content is split into at most. */
export const MAX_PARTS = 16;

const base64urlOf = (length: number) => base64url.length(length);

/** How the ciphertext is split: any `k` of the `n` parts give it back. */
export const contentLayout = z
  .strictObject({
    k: z.int().min(1).max(MAX_PARTS),
    n: z.int().min(1).max(MAX_PARTS),
    /** Bytes of a block, which is what a Merkle leaf stands for. */
    blockSize: z.int().min(1).max(16_777_216),
    /** Part by part; several parts may lie in one store. */
    parts: z
      .array(
        z.strictObject({
          /** Merkle root over the blocks of the part. */
          root: hexHash,
          /** MSP ID of the organisation that keeps it. */
          store: mspId,
        }),
      )
      .min(1)
      .max(MAX_PARTS),
  })
  .refine(({ k, n }) => k <= n, 'k at most n')
  .refine(({ n, parts }) => parts.length === n, 'n parts');
export type ContentLayout = z.infer<typeof contentLayout>;

/** What everybody may know of a record. */
export const recordAnchor = z
  .strictObject({
    /** One among the patient's. */
    recordId: identifier,
    pseudonym,
    categoryTag,
    /** Of the labels in the details, in ascending order. */
    labelTags: z
      .array(labelTag)
      .max(16)
      .refine(
        (tags) => tags.every((tag, at) => at === 0 || (tags[at - 1] ?? '') < tag),
        'ascending order',
      ),
    /** SHA-256 of the stored ciphertext, which has a random key. */
    contentHash: hexHash,
    /** Bytes of the stored ciphertext. */
    size: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
    layout: contentLayout,
    /** SHA-256 of the canonical JSON of the {@link RecordDetails}, which are salted. */
    detailsHash: hexHash,
    /** The patient's current epoch of this category; 0 where the patient has no key for it. */
    categoryEpoch: z.int().min(0).max(1_000_000),
    /** The content key is sealed to the custodians of break-glass too. */
    emergency: z
      .strictObject({
        keyId: identifier,
        /** SHA-256 of the encapsulation's bytes. */
        encHash: hexHash,
      })
      .optional(),
    /** The version before this one. */
    amends: identifier.optional(),
    /** 1, or one more than that of the version before. */
    version: z.int().min(1).max(1_000_000),
    /** Other organisations that the custodian lets register the next version. */
    amendableBy: distinctArray(mspId, 8).optional(),
    resourceCount: z.int().min(1).max(1_000_000).optional(),
  })
  .refine(({ amends, version }) => (amends === undefined) === (version === 1), {
    path: ['version'],
    message: '1 where it amends nothing, more where it does',
  });
export type RecordAnchor = z.infer<typeof recordAnchor>;

export const registerRecordsRequest = z.strictObject({
  records: z
    .array(recordAnchor)
    .min(1)
    .max(MAX_RECORDS)
    .refine(eachOf('recordId'), 'each record once')
    .refine(eachOf('amends'), 'one next version of a record'),
});
export type RegisterRecordsRequest = z.infer<typeof registerRecordsRequest>;

export interface RecordsRegistered {
  readonly recordIds: readonly string[];
}

export interface HealthRecord extends RecordAnchor {
  /** MSP ID of the hospital that registered the record. */
  readonly custodian: string;
  readonly registeredAt: string;
  /** ID of the first version. First versions do not have it, nor records of release 0.1.0. */
  readonly series?: string;
  /** The version after this one. */
  readonly amendedBy?: string;
  /** When the patient had the content erased; the anchor stays. */
  readonly erasedAt?: string;
}

export const getRecordRequest = z.strictObject({ pseudonym, recordId: identifier });
export type GetRecordRequest = z.infer<typeof getRecordRequest>;

export const listRecordsRequest = z.strictObject({ pseudonym, ...paged });
export type ListRecordsRequest = z.infer<typeof listRecordsRequest>;

/** The content key, sealed with HPKE (RFC 9180) to one recipient. */
export const sealedKey = z.strictObject({
  /** `kid` of the patient's key, MSP ID of the custodian, category tag, or ID of the emergency key. */
  recipient: recipient.or(identifier),
  kind: z.enum(['patient', 'custodian', 'category', 'emergency']),
  /** Of a category. */
  epoch: z.int().min(1).max(1_000_000).optional(),
  enc: base64url.max(1024),
  ciphertext: base64url.max(4096),
  /** Of `emergency`: proof of knowledge of the ephemeral key, bound to the record. */
  proof: base64urlOf(86).optional(),
});
export type SealedKey = z.infer<typeof sealedKey>;

/** Who can open a record; the custodian replaces it when keys change. */
export const recordKeys = z.strictObject({
  pseudonym,
  recordId: identifier,
  sealedKeys: z.array(sealedKey).min(1).max(64),
});
export type RecordKeys = z.infer<typeof recordKeys>;

/** What only the organisations that care for the patient may know of a record. */
export const recordDetails = z.strictObject({
  recordId: identifier,
  category: lineOfText(256),
  /** HL7 confidentiality and sensitivity codes. */
  labels: z.array(z.strictObject({ system, code })).max(16),
  /** What stands for its name at the custodian: opaque, for a name often tells of the patient. */
  name: lineOfText(1024, 0),
  contentType,
  /** Type of the FHIR resource where it is one. */
  fhirType: z
    .string()
    .regex(/^[A-Z][A-Za-z]{0,63}$/, 'a FHIR resource type')
    .optional(),
  author: z
    .strictObject({ mspId: mspId.optional(), practitioner: identifier.optional() })
    .optional(),
  careTime: z.strictObject({ start: dateTime, end: dateTime.optional() }).optional(),
  episode: identifier.optional(),
  links: z
    .array(
      z.strictObject({
        relation: z.enum(['part-of', 'based-on', 'derived-from', 'replaces', 'context']),
        recordId: identifier,
      }),
    )
    .max(64),
  /** Keeps the hash from being guessed; purged with the details. */
  salt: base64url.min(22).max(128),
});
export type RecordDetails = z.infer<typeof recordDetails>;

/** Details with the keys, as they come to the ledger. */
export const recordDeposit = z
  .strictObject({ details: recordDetails, keys: recordKeys })
  .refine(
    ({ details, keys }) => details.recordId === keys.recordId,
    'details and keys of one record',
  );
export type RecordDeposit = z.infer<typeof recordDeposit>;

/** What `details` in the transient data holds. */
export const transientDetails = z
  .array(recordDeposit)
  .min(1)
  .max(MAX_RECORDS)
  .refine((deposits) => eachOf('recordId')(deposits.map(({ keys }) => keys)), 'each record once');

/** What `keys` in the transient data holds. */
export const transientKeys = z
  .array(recordKeys)
  .min(1)
  .max(MAX_RECORDS)
  .refine(eachOf('recordId'), 'each record once');

/** The details themselves are transient data. */
export const depositDetailsRequest = z.strictObject({});
export type DepositDetailsRequest = z.infer<typeof depositDetailsRequest>;

/** The keys themselves are transient data. */
export const replaceKeysRequest = z.strictObject({});
export type ReplaceKeysRequest = z.infer<typeof replaceKeysRequest>;

export interface DetailsDeposited {
  readonly recordIds: readonly string[];
}

/** The details themselves are transient data. */
export const shareDetailsRequest = z.strictObject({ holder: mspId });
export type ShareDetailsRequest = z.infer<typeof shareDetailsRequest>;

export interface DetailsShared extends DetailsDeposited {
  readonly holder: string;
}

/** Records about whose copies one query answers. */
export const MAX_COPIES = 50;

export const copiesRequest = z.strictObject({
  pseudonym,
  records: distinctArray(identifier, MAX_COPIES),
});
export type CopiesRequest = z.infer<typeof copiesRequest>;

/** Which organisations beside its custodian hold a copy of a record's details, and which are to. */
export interface RecordCopies {
  readonly recordId: string;
  /** The custodian's own collection holds the details. */
  readonly deposited: boolean;
  /** MSP IDs that consent lets know what the record is about, and that hold no copy or an earlier one. */
  readonly due: readonly string[];
  /** MSP IDs that hold a copy, and that consent lets know it no longer. */
  readonly over: readonly string[];
}

export interface Copies {
  readonly records: readonly RecordCopies[];
  /** When `due` or `over` may be others without an event: a permit, a deny or a share begins or ends. ISO 8601. */
  readonly nextChangeAt?: string;
}

export interface ReadDetails {
  readonly details: RecordDetails;
  readonly keys: RecordKeys;
}

/** The transactions on records by name. */
export interface RecordTransactions {
  readonly registerRecords: { request: RegisterRecordsRequest; response: RecordsRegistered };
  readonly depositDetails: { request: DepositDetailsRequest; response: DetailsDeposited };
  readonly shareDetails: { request: ShareDetailsRequest; response: DetailsShared };
  readonly listCopies: { request: CopiesRequest; response: Copies };
  readonly replaceKeys: { request: ReplaceKeysRequest; response: DetailsDeposited };
  readonly readDetails: { request: GetRecordRequest; response: ReadDetails };
  readonly getRecord: { request: GetRecordRequest; response: HealthRecord };
  /** The versions before and after one of a record's, as consent goes by them. */
  readonly recordVersions: { request: GetRecordRequest; response: RecordVersions };
  readonly listRecords: { request: ListRecordsRequest; response: Page<HealthRecord> };
}

/** A check that no record of a patient is named twice under a key. */
function eachOf<K extends 'recordId' | 'amends'>(key: K) {
  return (
    records: readonly (Readonly<Partial<Record<K, string | undefined>>> & {
      readonly pseudonym: string;
    })[],
  ): boolean => {
    const named = records
      .filter((record) => record[key] !== undefined)
      .map((record) => `${record.pseudonym}/${record[key] ?? ''}`);
    return new Set(named).size === named.length;
  };
}
