import type { EhrClient } from '@salus/client/ehr';
import type { EmergencyKey } from '@salus/client/records';
import { denied, unproven } from '@salus/client/trust';
import {
  type SealedBox,
  type SealContext,
  openSealed,
  categoryContentContext,
  categoryKeyContext,
  custodianContext,
} from '@salus/crypto/hpke';
import { hashOf, SalusError } from '@salus/protocol';
import type { RecordDetails, SealedKey } from '@salus/protocol/ehr';
import type { ProvenAccess } from '@salus/service-kit';
import type { Opener } from './key-ring.js';

/** What an organisation opens content keys by. */
export interface ContentKeySource {
  readonly mspId: string;
  readonly keys: Opener;
  readonly ledger: Pick<EhrClient, 'readDetails' | 'readCategoryKeys'>;
}

/** A content key in clear, and what it is the key of. Wipe it when it is sealed again. */
export interface OpenedKey {
  readonly details: RecordDetails;
  readonly contentKey: Uint8Array;
}

/**
 * Opens the content key of a record to which access was proven. The record's custodian uses the copy that
 * was sealed to it. An organisation that holds a grant of the whole category uses the category's key.
 *
 * @throws SalusError `ERR_NO_DECISION`, `ERR_CONSENT_UNPROVEN`, `ERR_NOT_FOUND` without a key that opens
 */
export async function openContentKey(
  access: ProvenAccess,
  source: ContentKeySource,
): Promise<OpenedKey> {
  // The custodians of break-glass open these, so many of them together.
  if (access.decision.reason === 'EMERGENCY') {
    throw denied('no single organisation opens in emergencies');
  }
  const { details, keys } = await heldDetails(access, source);
  const contentKey =
    access.record.custodian === source.mspId
      ? await openCustodians(access, keys.sealedKeys, source)
      : await openByCategory(access, keys.sealedKeys, source);
  return { details, contentKey };
}

/**
 * What custodians open a record by in an emergency that the ledger has decided on.
 *
 * @throws SalusError `ERR_NO_DECISION` for any other decision; `ERR_CONSENT_UNPROVEN`
 */
export async function emergencyKey(
  access: ProvenAccess,
  source: ContentKeySource,
): Promise<EmergencyKey> {
  if (access.decision.reason !== 'EMERGENCY') throw denied('it is no emergency');
  const { details, keys } = await heldDetails(access, source);
  const sealedKeys = keys.sealedKeys.filter(({ kind }) => kind === 'emergency');
  return { recordId: access.record.recordId, details, sealedKeys };
}

/** Details and sealed keys that this organisation holds: for everybody as custodian, else for its own people. */
async function heldDetails(
  { record, decision }: ProvenAccess,
  { mspId, ledger }: ContentKeySource,
) {
  const { pseudonym, recordId, detailsHash, custodian } = record;
  if (custodian !== mspId && decision.requester.mspId !== mspId) {
    throw denied('another organisation keeps the record');
  }
  const held = await ledger.readDetails({ pseudonym, recordId });
  if (hashOf(held.details) !== detailsHash) {
    throw unproven('the details are not the ones registered');
  }
  return held;
}

function openCustodians(
  { record, kid }: ProvenAccess,
  sealedKeys: readonly SealedKey[],
  { mspId, keys }: ContentKeySource,
): Promise<Uint8Array> {
  const own = sealedKeys.find((one) => one.kind === 'custodian' && one.recipient === mspId);
  if (!own) throw noKey('The content key was not sealed to the custodian');
  const context = custodianContext({ ...record, kid });
  return opened(
    keys.open(own, context),
    "the content key was sealed for another anchor or patient's key",
  );
}

async function openByCategory(
  { record }: ProvenAccess,
  sealedKeys: readonly SealedKey[],
  { mspId, keys, ledger }: ContentKeySource,
): Promise<Uint8Array> {
  const { pseudonym, categoryTag } = record;
  const held = await ledger.readCategoryKeys({ pseudonym, categoryTag });
  for (const box of sealedKeys) {
    const { kind, epoch } = box;
    const privateHalf = held.find((one) => one.epoch === epoch);
    if (kind !== 'category' || epoch === undefined || !privateHalf) continue;
    const bound = { pseudonym, categoryTag, epoch };
    const privateKey = await opened(
      keys.open(privateHalf, categoryKeyContext({ ...bound, mspId })),
      "the category's key was sealed for another patient, category or organisation",
    );
    const context = categoryContentContext({ ...record, epoch });
    return opened(
      openWith(privateKey, box, context),
      'the content key was sealed for another anchor or category',
    );
  }
  throw noKey('The organisation holds no key of the category at the epoch of the record');
}

async function openWith(privateKey: Uint8Array, box: SealedBox, context: SealContext) {
  const encoded = Buffer.from(privateKey).toString('base64url');
  privateKey.fill(0);
  return openSealed(encoded, box, context);
}

async function opened(opening: Promise<Uint8Array>, otherwise: string): Promise<Uint8Array> {
  try {
    return await opening;
  } catch (cause) {
    throw unproven(otherwise, cause);
  }
}

function noKey(message: string): SalusError {
  return new SalusError('ERR_NOT_FOUND', message, {
    remedy: "ask the custodian's key service",
  });
}
