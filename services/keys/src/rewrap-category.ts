import type { EhrClient } from '@salus/client/ehr';
import { ProvenKeys } from '@salus/client/trust';
import { sealTo, categoryContentContext, custodianContext } from '@salus/crypto/hpke';
import { SalusError, ownOf } from '@salus/protocol';
import type { HealthRecord, Patient, RecordKeys, SealedKey } from '@salus/protocol/ehr';
import type { Opener } from './key-ring.js';

/** Records whose keys one transaction replaces. */
const BATCH = 50;

/** What re-wrapping asks of the ledger. */
export type RewrapLedger = Pick<
  EhrClient,
  'getPatient' | 'getStatement' | 'records' | 'readDetails' | 'replaceKeys'
>;

/** The custodian that re-wraps. */
export interface Rewrapping {
  readonly mspId: string;
  readonly channel: string;
  readonly ledger: RewrapLedger;
  readonly keys: Opener;
}

/** A patient's category. */
export interface PatientCategory {
  readonly pseudonym: string;
  readonly categoryTag: string;
}

/** How far it is. */
export interface RewrapProgress {
  /** The epoch that content keys are sealed to. */
  readonly epoch: number;
  /** Records of the custodian in this category. */
  readonly total: number;
  /** Of these, sealed to the epoch. */
  readonly done: number;
  /** Of these, without details on the ledger yet. */
  readonly waiting: number;
}

/**
 * Seals the content keys of a patient's category to its current epoch, and drops the boxes of earlier
 * epochs. What has a box of the current one is left as it is: cut off, it goes on where it stopped.
 *
 * The epoch is proven first. Two organisations could put a key of theirs on the ledger, and have all that
 * the category ever held sealed to it.
 *
 * @param onProgress called after each transaction
 * @throws SalusError `ERR_CONSENT_UNPROVEN` where no statement of the patient's began the epoch
 */
export async function rewrapCategory(
  { pseudonym, categoryTag }: PatientCategory,
  rewrapping: Rewrapping,
  onProgress: (progress: RewrapProgress) => Promise<void> | void = () => undefined,
): Promise<RewrapProgress> {
  const { mspId, channel, ledger } = rewrapping;
  const patient = await ledger.getPatient(pseudonym);
  const proven = await new ProvenKeys(patient, ledger, channel).categoryKey(categoryTag);
  const epoch = proven?.epoch ?? 0;
  const records: HealthRecord[] = [];
  for await (const record of ledger.records(pseudonym)) {
    const isOwn = record.custodian === mspId && record.erasedAt === undefined;
    if (isOwn && record.categoryTag === categoryTag) records.push(record);
  }
  let progress: RewrapProgress = { epoch, total: records.length, done: 0, waiting: 0 };
  for (let start = 0; start < records.length; start += BATCH) {
    const batch = records.slice(start, start + BATCH);
    const renewed = await Promise.all(batch.map((one) => renew(one, patient, rewrapping)));
    const changed = renewed.flatMap((one) => (typeof one === 'object' ? [one] : []));
    if (changed.length > 0) await ledger.replaceKeys(changed);
    const waiting = renewed.filter((one) => one === 'WAITING').length;
    progress = {
      ...progress,
      done: progress.done + batch.length - waiting,
      waiting: progress.waiting + waiting,
    };
    await onProgress(progress);
  }
  return progress;
}

async function renew(
  record: HealthRecord,
  patient: Patient,
  { ledger, keys }: Rewrapping,
): Promise<RecordKeys | 'CURRENT' | 'WAITING'> {
  const { recordId, pseudonym, categoryTag } = record;
  const current = ownOf(patient.categoryKeys, categoryTag);
  const sealed = await sealedKeysOf(ledger, record);
  if (sealed === undefined) return 'WAITING';
  const [own, ...others] = byKind(sealed, 'category');
  const isCurrent = others.length === 0 && own?.epoch === current?.epoch;
  if (isCurrent || current === undefined) return 'CURRENT';
  const [custodians] = byKind(sealed, 'custodian');
  const [{ kid } = { kid: '' }] = patient.keys;
  if (!custodians) throw new SalusError('ERR_NOT_FOUND', 'A record has no copy for its custodian');
  const contentKey = await keys.open(custodians, custodianContext({ ...record, kid }));
  const { epoch, publicKey } = current;
  const context = categoryContentContext({ ...record, epoch });
  const box = await sealTo(publicKey, contentKey, context);
  contentKey.fill(0);
  const renewed: SealedKey = { recipient: categoryTag, kind: 'category', epoch, ...box };
  const kept = sealed.filter(({ kind }) => kind !== 'category');
  return { pseudonym, recordId, sealedKeys: [...kept, renewed] };
}

async function sealedKeysOf(
  ledger: RewrapLedger,
  { pseudonym, recordId }: HealthRecord,
): Promise<readonly SealedKey[] | undefined> {
  try {
    return (await ledger.readDetails({ pseudonym, recordId })).keys.sealedKeys;
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_DETAILS_MISSING') return undefined;
    throw error;
  }
}

function byKind(sealed: readonly SealedKey[], kind: SealedKey['kind']): readonly SealedKey[] {
  return sealed.filter((one) => one.kind === kind);
}
