import { randomBytes } from 'node:crypto';
import { putContent } from '@salus/content';
import { generateContentKey, categoryTag, episodeTag, labelTag } from '@salus/crypto/content';
import { hashOf, SalusError } from '@salus/protocol';
import {
  recordDetails,
  type RecordAnchor,
  type RecordDeposit,
  type RecordDetails,
} from '@salus/protocol/ehr';
import { unwrap } from '../errors/unwrap.js';
import { recipientsOf, type RecordDesk, type Recipients } from './desk.js';
import { seriesNameOf } from './ledger-ids.js';
import type { ImportPatient, NewRecord } from './new-record.js';
import { sealRecord, type SealedFor } from './seal-record.js';

/** Content that is put at a time. */
const PARALLEL_PUTS = 8;

/** A record whose content is in the stores. */
interface Stored {
  readonly anchor: Omit<RecordAnchor, 'categoryEpoch' | 'emergency'>;
  readonly details: RecordDetails;
  readonly contentKey: Uint8Array;
}

/**
 * Encrypts records, each under a key of its own, splits and stores them, and registers all in one
 * transaction. Their keys go sealed to patient, custodian, category and emergency custodians. What is
 * needed to go on after a crash is in the journal from before they are registered.
 *
 * @throws SalusError `ERR_KEY_MISMATCH`, `ERR_CONSENT_UNPROVEN`, `ERR_NOT_FOUND` for an unknown patient,
 *   before anything is stored; then those of stores and ledger
 */
export async function registerRecords(
  records: readonly NewRecord[],
  patient: ImportPatient,
  desk: RecordDesk,
): Promise<readonly RecordAnchor[]> {
  if (records.length === 0) return [];
  for (const record of records) requireSayable(record, patient, desk);
  const tags = records.map(({ category }) => categoryTag(patient.tagKey, category));
  const readRecipients = () => recipientsOf(patient, tags, desk);
  const recipients = await readRecipients();
  const stored: Stored[] = [];
  try {
    for (let start = 0; start < records.length; start += PARALLEL_PUTS) {
      const some = records.slice(start, start + PARALLEL_PUTS);
      stored.push(...(await Promise.all(some.map((one) => store(one, patient, desk)))));
    }
    return await anchor(stored, { recipients, readRecipients, desk });
  } finally {
    for (const { contentKey } of stored) contentKey.fill(0);
  }
}

interface Anchoring {
  readonly recipients: Recipients;
  readonly readRecipients: () => Promise<Recipients>;
  readonly desk: RecordDesk;
}

async function anchor(
  stored: readonly Stored[],
  { recipients, readRecipients, desk }: Anchoring,
): Promise<readonly RecordAnchor[]> {
  const sealed = await Promise.all(
    stored.map((one) => sealRecord(one.contentKey, one.anchor, recipients, desk)),
  );
  const anchors = stored.map((one, at) => ({
    ...one.anchor,
    ...(sealed[at] as SealedFor).anchored,
  }));
  const deposits = stored.map(({ details }, at): RecordDeposit => ({
    details,
    keys: (sealed[at] as SealedFor).keys,
  }));
  await desk.journal.save(deposits);
  try {
    await desk.ehr.registerRecords(anchors);
  } catch (error) {
    const isConflict = error instanceof SalusError && error.code === 'ERR_CONFLICT';
    const latest = isConflict ? await readRecipients() : recipients;
    if (hashOf(latest.categoryKeys) === hashOf(recipients.categoryKeys)) throw error;
    // The patient has withdrawn meanwhile: who held the old epoch is not to open these.
    return anchor(stored, { recipients: latest, readRecipients, desk });
  }
  await desk.ehr.depositDetails(deposits);
  await desk.journal.clear();
  return anchors;
}

async function store(
  record: NewRecord,
  { pseudonym, tagKey }: ImportPatient,
  desk: RecordDesk,
): Promise<Stored> {
  const { content, amends, amendableBy, resourceCount, upload } = record;
  const { recordId, category, labels } = record;
  const contentKey = upload?.key ?? generateContentKey();
  const { contentHash, size, layout } = await putContent(
    typeof content === 'function' ? content() : content,
    {
      key: contentKey,
      context: recordId,
      stores: desk.stores,
      k: desk.k ?? majorityOf(desk.stores.length),
      ...(upload && { resume: upload.journal }),
    },
  );
  const details = detailsOf(record, { pseudonym, tagKey }, desk);
  return {
    anchor: {
      recordId,
      pseudonym,
      contentHash,
      size,
      layout: copyOf(layout),
      categoryTag: categoryTag(tagKey, category),
      labelTags: [...new Set(labels.map((label) => labelTag(tagKey, label)))].sort(),
      detailsHash: hashOf(details),
      version: (amends?.version ?? 0) + 1,
      ...(amends && { amends: amends.recordId }),
      ...(amendableBy && { amendableBy: [...amendableBy] }),
      ...(resourceCount !== undefined && { resourceCount }),
    },
    details,
    contentKey,
  };
}

/** What the ledger is told of a record, under a salt of its own. */
function detailsOf(
  record: NewRecord,
  { pseudonym, tagKey }: Pick<ImportPatient, 'pseudonym' | 'tagKey'>,
  { idSecret }: Pick<RecordDesk, 'idSecret'>,
): RecordDetails {
  const { content, amends, amendableBy, resourceCount, upload, ...described } = record;
  const { name, episode } = described;
  return {
    ...described,
    ...(episode !== undefined && { episode: episodeTag(tagKey, episode) }),
    name: seriesNameOf(idSecret, { pseudonym, name }),
    salt: randomBytes(32).toString('base64url'),
  };
}

/**
 * Judges by the contract's own form what the ledger is to be told of a record, before any of it is written: an anchor
 * whose details the ledger refuses stays without them for ever.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` naming record and element
 */
export function requireSayable(
  record: NewRecord,
  patient: Pick<ImportPatient, 'pseudonym' | 'tagKey'>,
  desk: Pick<RecordDesk, 'idSecret'>,
): void {
  const parsed = recordDetails.safeParse(detailsOf(record, patient, desk));
  if (parsed.success) return;
  const [issue] = parsed.error.issues;
  const element = issue?.path.map(String).join('.') ?? 'details';
  throw new SalusError(
    'ERR_INVALID_ARGUMENT',
    `${record.name}: the ledger takes no such ${element}`,
    {
      argument: element,
      expected: issue?.message ?? 'details of a record',
      remedy: 'Correct the element, or leave it out. Nothing was written.',
    },
  );
}

/** More than half: as few as no two disjoint sets of stores have. */
function majorityOf(n: number): number {
  return Math.floor(n / 2) + 1;
}

function copyOf({ parts, ...layout }: Awaited<ReturnType<typeof putContent>>['layout']) {
  return { ...layout, parts: parts.map((part) => ({ ...part })) };
}

/** What the ledger says of details that it takes neither now nor later. */
const FOR_GOOD: readonly string[] = [
  'ERR_INVALID_ARGUMENT',
  'ERR_ALREADY_EXISTS',
  'ERR_HASH_MISMATCH',
];

/**
 * Deposits the details of what was cut off between registering and depositing. What the ledger refuses for good is
 * set aside: it is not to keep the desk from other patients.
 */
export async function finishEarlier({ ehr, journal }: RecordDesk): Promise<void> {
  const missing: RecordDeposit[] = [];
  for (const deposit of await journal.load()) {
    if (await isMissing(ehr, deposit.keys)) missing.push(deposit);
  }
  if (missing.length > 0 && !(await isDeposited(missing, ehr))) {
    const refused: RecordDeposit[] = [];
    for (const one of missing) if (!(await isDeposited([one], ehr))) refused.push(one);
    if (refused.length > 0) await journal.setAside(refused);
  }
  await journal.clear();
}

/** False where the ledger refuses one of them for good. */
async function isDeposited(
  deposits: readonly RecordDeposit[],
  ehr: RecordDesk['ehr'],
): Promise<boolean> {
  try {
    await ehr.depositDetails(deposits);
    return true;
  } catch (error) {
    if (FOR_GOOD.includes(unwrap(error).code)) return false;
    throw error;
  }
}

/** Of what was never registered, or was erased since, nothing is left to do. */
async function isMissing(
  ehr: RecordDesk['ehr'],
  { pseudonym, recordId }: RecordDeposit['keys'],
): Promise<boolean> {
  try {
    const { erasedAt } = await ehr.getRecord({ pseudonym, recordId });
    if (erasedAt !== undefined) return false;
    const { records } = await ehr.listCopies({ pseudonym, records: [recordId] });
    return records.every(({ deposited }) => !deposited);
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_NOT_FOUND') return false;
    throw error;
  }
}
