import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import {
  caller,
  emit,
  getState,
  ledgerKey,
  putState,
  requireAbsent,
  requireState,
  transactionTime,
} from '@salus/chaincode-common';
import { SalusError } from '@salus/protocol';
import {
  type Evaluation,
  type Opening,
  type RegisteredCiphertext,
  type RequestOpeningRequest,
  type SubmitPartialsRequest,
  type ContributionMarker,
  decideOpening,
  slotsOf,
  type OpeningRule,
} from '@salus/protocol/computation';
import { requireProfile } from '../engine/engine.js';
import { examine } from '../rules/examine.js';
import { requireEpoch, requireUnrecorded } from '../rules/partials.js';
import { requireShares, sharesHeldBy } from '../rules/shares.js';
import {
  contributionMarkerKey,
  evaluationKey,
  openedSlotsKey,
  openingKey,
  openingRecordKey,
  partialsKey,
} from '../state/keys.js';
import type {
  KeyRecord,
  OpeningRecord,
  PartialsRecord,
  RecordedOpening,
} from '../state/records.js';
import { getCiphertext } from './ciphertexts.js';
import { openedSlotsOf } from './keys.js';
import { readKey, requireOfficer } from './steps.js';

/**
 * Decides on a request by the general rules and those of its purpose, and records the decision. A denial is
 * a committed transaction like a permission.
 */
export async function addOpening(
  ctx: Context,
  { openingId, evaluationId, recipients, keyId }: RequestOpeningRequest & { keyId: string },
  rule: OpeningRule,
): Promise<Opening> {
  const { mspId, role } = caller(ctx);
  const requester = { mspId, role };
  await requireAbsent(ctx, openingKey(openingId), 'opening');
  const key = await readKey(ctx, keyId);
  const evaluation = await getState<Evaluation>(ctx, evaluationKey(evaluationId));
  const contributions = await contributionsOf(ctx, evaluation);
  const markers = await markersOf(ctx, contributions);
  const { degree } = requireProfile(key.profile);
  const slots = evaluation === undefined ? 0 : slotsOf(evaluation.program, degree);
  const openedSlots = await openedSlotsOf(ctx, keyId);
  const reason = decideOpening(
    { requester, recipients, key, evaluation, contributions, markers, slots, openedSlots },
    rule,
  );
  const permitted = reason === 'ENTITLED';
  const opening: OpeningRecord = {
    openingId,
    evaluationId,
    keyId,
    purpose: key.purpose,
    permitted,
    reason,
    recipients,
    requestedBy: mspId,
    decidedAt: transactionTime(ctx),
    ...(permitted && evaluation && { resultHash: evaluation.resultHash, slots }),
  };
  await putState(ctx, openingKey(openingId), opening);
  if (permitted && evaluation !== undefined) {
    const isAgain = markers.every((marker) => marker !== undefined);
    if (!isAgain) await putState(ctx, openedSlotsKey(keyId), openedSlots + slots);
    await markContributions(ctx, contributions, evaluation);
    await startRecord(ctx, openingId, rule.recorders(requester, recipients));
  }
  emit(ctx, 'OpeningDecided.v1', { openingId, evaluationId, keyId, permitted, reason });
  return describeOpening(opening, key, new Map());
}

/**
 * A member posts the hashes of its partial openings, one for each share that it holds, before any
 * partial opening leaves it.
 */
export async function submitPartials(
  ctx: Context,
  { openingId, epoch, hashes }: SubmitPartialsRequest,
): Promise<Opening> {
  const opening = await requirePermitted(ctx, openingId);
  const key = await readKey(ctx, opening.keyId);
  const mspId = requireOfficer(ctx, key.keyId, key.committee.members);
  requireEpoch(key, epoch);
  requireShares('hashes', hashes, sharesHeldBy(key.committee, mspId));
  const recorded = await getState<RecordedOpening>(ctx, openingRecordKey(openingId));
  requireUnrecorded(recorded);
  const at = partialsKey(openingId, String(epoch), mspId);
  await requireAbsent(ctx, at, 'partial opening');
  await putState(ctx, at, { hashes } satisfies PartialsRecord);
  emit(ctx, 'PartialsSubmitted.v1', { openingId, epoch, mspId });
  const posted = (await readPartials(ctx, openingId, key)).set(mspId, hashes);
  return describeOpening(opening, key, posted, recorded);
}

export async function getOpening(ctx: Context, openingId: string): Promise<Opening> {
  const opening = await requireState<OpeningRecord>(ctx, openingKey(openingId), 'opening');
  const key = await readKey(ctx, opening.keyId);
  const recorded = await getState<RecordedOpening>(ctx, openingRecordKey(openingId));
  return describeOpening(opening, key, await readPartials(ctx, openingId, key), recorded);
}

/** @throws SalusError ERR_NOT_FOUND, ERR_CONFLICT */
export async function requirePermitted(
  ctx: Context,
  openingId: string,
): Promise<OpeningRecord & { readonly resultHash: string }> {
  const opening = await requireState<OpeningRecord>(ctx, openingKey(openingId), 'opening');
  const { resultHash } = opening;
  if (resultHash === undefined) {
    throw new SalusError('ERR_CONFLICT', `the opening was denied: ${opening.reason}`, {
      argument: 'openingId',
      expected: 'an opening that was permitted',
      got: opening.reason,
    });
  }
  return { ...opening, resultHash };
}

/** What the members have posted in the key's epoch. */
export async function readPartials(ctx: Context, openingId: string, key: KeyRecord) {
  const posted = new Map<string, PartialsRecord['hashes']>();
  for (const mspId of key.committee.members) {
    const at = partialsKey(openingId, String(key.epoch), mspId);
    const found = await getState<PartialsRecord>(ctx, at);
    if (found !== undefined) posted.set(mspId, found.hashes);
  }
  return posted;
}

export function describeOpening(
  opening: OpeningRecord,
  key: KeyRecord,
  posted: ReadonlyMap<string, PartialsRecord['hashes']>,
  recorded?: RecordedOpening,
): Opening {
  const { status, agreed, liars } = examine(key.committee, posted);
  const { openedHash, recordedAt } = recorded ?? {};
  const current = openedHash === undefined ? status : 'RECORDED';
  return {
    ...opening,
    status: opening.permitted ? current : 'DENIED',
    epoch: recorded?.epoch ?? key.epoch,
    posted: [...posted].map(([mspId, hashes]) => ({ mspId, hashes })),
    agreed,
    liars: recorded?.liars ?? liars,
    ...(openedHash !== undefined && { openedHash }),
    ...(recordedAt !== undefined && { recordedAt }),
  };
}

async function contributionsOf(
  ctx: Context,
  evaluation: Evaluation | undefined,
): Promise<RegisteredCiphertext[]> {
  const found: RegisteredCiphertext[] = [];
  for (const leaf of evaluation?.leaves ?? []) found.push(await getCiphertext(ctx, leaf));
  return found;
}

async function markersOf(ctx: Context, contributions: readonly RegisteredCiphertext[]) {
  const markers: (ContributionMarker | undefined)[] = [];
  for (const contribution of contributions) {
    markers.push(await getState<ContributionMarker>(ctx, markerOf(contribution)));
  }
  return markers;
}

/** MVCC lets only one of two openings through that would both write a marker. */
async function markContributions(
  ctx: Context,
  contributions: readonly RegisteredCiphertext[],
  { evaluationId, resultHash }: Evaluation,
): Promise<void> {
  const marker: ContributionMarker = { evaluationId, resultHash };
  for (const contribution of contributions) await putState(ctx, markerOf(contribution), marker);
}

function markerOf({ contributor: { mspId, id }, measure, period }: RegisteredCiphertext) {
  return contributionMarkerKey(mspId, id, measure, period);
}

/** From here on only the recorders together say what was opened: they alone may see it. */
async function startRecord(
  ctx: Context,
  openingId: string,
  recorders: readonly string[],
): Promise<void> {
  const record: RecordedOpening = { recorders };
  await putState(ctx, openingRecordKey(openingId), record);
  const endorsers = new KeyEndorsementPolicy();
  endorsers.addOrgs('PEER', ...[...recorders].sort());
  await ctx.stub.setStateValidationParameter(
    ledgerKey(ctx, openingRecordKey(openingId)),
    endorsers.getPolicy(),
  );
}
