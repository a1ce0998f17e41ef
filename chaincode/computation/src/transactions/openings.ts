import type { Context } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';
import {
  caller,
  deleteState,
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
  isAgain,
  openingIdOf,
  shownSlotsOf,
  slotsOf,
  type OpeningReason,
  type OpeningRule,
} from '@salus/protocol/computation';
import { requireProfile } from '../engine/engine.js';
import { examine } from '../rules/examine.js';
import { requireActive } from '../rules/key.js';
import {
  annulled,
  completed,
  expiryOf,
  isFor,
  renewed,
  requireUnanswered,
} from '../rules/opening.js';
import { requireEpoch, requireUnrecorded } from '../rules/partials.js';
import { requireShares, sharesHeldBy, type PostedHashes } from '../rules/shares.js';
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
  StoredOpening,
} from '../state/records.js';
import { getCiphertext } from './ciphertexts.js';
import { openedSlotsOf } from './keys.js';
import { readKey, requireOfficer } from './steps.js';
import { countWaiting } from './waiting.js';

/** A request for an opening, as a contract makes it. */
export interface OpeningRequest extends RequestOpeningRequest {
  readonly keyId: string;
}

/** What there is of an opening. */
export interface OpeningState {
  readonly opening: OpeningRecord;
  readonly posted: PostedHashes;
  readonly recorded: RecordedOpening | undefined;
}

/**
 * Decides on a request by the general rules and those of its purpose. A result has one opening in an epoch
 * of its key: a further request answers it as it is, and writes nothing. A denial is a committed
 * transaction like a permission.
 */
export async function addOpening(
  ctx: Context,
  request: OpeningRequest,
  rule: OpeningRule,
): Promise<Opening> {
  const { evaluationId, recipients, keyId } = request;
  const { mspId, role } = caller(ctx);
  const requester = { mspId, role };
  const key = await readKey(ctx, keyId);
  const evaluation = await getState<Evaluation>(ctx, evaluationKey(evaluationId));
  const contributions = await contributionsOf(ctx, evaluation);
  const markers = await markersOf(ctx, contributions);
  const profile = requireProfile(key.profile);
  const slots = evaluation === undefined ? 0 : slotsOf(evaluation.program, profile.degree);
  const openedSlots = await openedSlotsOf(ctx, keyId);
  const reason = decideOpening(
    { requester, recipients, key, evaluation, contributions, markers, slots, openedSlots },
    rule,
  );
  if (reason !== 'ENTITLED' || evaluation === undefined) return deny(ctx, request, key, reason);
  const { resultHash } = evaluation;
  const openingId = openingIdOf({ keyId, epoch: key.epoch, resultHash });
  const known = await findOpening(ctx, openingId);
  if (known !== undefined) {
    if (isFor(known.opening, recipients)) return askAgain(ctx, known);
    return deny(ctx, request, key, 'RECIPIENTS_NOT_ENTITLED');
  }
  const sorted = [...recipients].sort();
  const decidedAt = transactionTime(ctx);
  const opening: OpeningRecord = {
    ...decidedOn(key),
    openingId,
    evaluationId,
    permitted: true,
    reason,
    recipients: sorted,
    readers: Object.fromEntries(sorted.map((one) => [one, rule.reader(one)])),
    recorders: rule.recorders(sorted),
    requestedBy: mspId,
    decidedAt,
    expiresAt: expiryOf(decidedAt),
    provable: profile.proven,
    resultHash,
    slots,
    shownSlots: shownSlotsOf(contributions, profile.degree),
  };
  await countWaiting(ctx, mspId, opening);
  await putState(ctx, openingKey(openingId), opening);
  if (!isAgain(markers)) await putState(ctx, openedSlotsKey(keyId), openedSlots + slots);
  await markContributions(ctx, contributions, evaluation);
  await startRecord(ctx, opening);
  return tell(ctx, opening);
}

/** A denial is for itself: it stands in the way of no opening. */
async function deny(
  ctx: Context,
  { evaluationId, recipients }: OpeningRequest,
  key: KeyRecord,
  reason: OpeningReason,
): Promise<Opening> {
  const decidedAt = transactionTime(ctx);
  const denial: OpeningRecord = {
    ...decidedOn(key),
    openingId: ctx.stub.getTxID(),
    evaluationId,
    permitted: false,
    reason,
    recipients,
    readers: {},
    recorders: [],
    requestedBy: caller(ctx).mspId,
    decidedAt,
    expiresAt: decidedAt,
    provable: false,
    shownSlots: 0,
  };
  await requireAbsent(ctx, openingKey(denial.openingId), 'opening');
  await putState(ctx, openingKey(denial.openingId), denial);
  return tell(ctx, denial);
}

async function askAgain(ctx: Context, known: OpeningState): Promise<Opening> {
  const { opening, posted, recorded } = known;
  const again = renewed(opening, recorded, transactionTime(ctx));
  if (again === undefined) return describeOpening(known);
  await countWaiting(ctx, caller(ctx).mspId, again);
  await putState(ctx, openingKey(again.openingId), again);
  announce(ctx, again);
  return describeOpening({ opening: again, posted, recorded });
}

function decidedOn({ keyId, purpose, epoch, committee }: KeyRecord) {
  return { keyId, purpose, epoch, committee };
}

function tell(ctx: Context, opening: OpeningRecord): Opening {
  announce(ctx, opening);
  return describeOpening({ opening, posted: new Map(), recorded: undefined });
}

function announce(ctx: Context, opening: OpeningRecord): void {
  const { openingId, evaluationId, keyId, permitted, reason } = opening;
  emit(ctx, 'OpeningDecided.v1', { openingId, evaluationId, keyId, permitted, reason });
}

/**
 * A member posts the hashes of its partial openings, one for each share that it holds, before any
 * partial opening leaves it.
 */
export async function submitPartials(
  ctx: Context,
  { openingId, epoch, hashes }: SubmitPartialsRequest,
): Promise<Opening> {
  const state = await requirePermitted(ctx, openingId);
  const { opening, recorded } = state;
  const { keyId, committee } = opening;
  const mspId = requireOfficer(ctx, keyId, committee.members);
  const key = await readKey(ctx, keyId);
  requireActive(key);
  requireEpoch(key, opening.epoch);
  requireEpoch(key, epoch);
  requireShares('hashes', hashes, sharesHeldBy(committee, mspId));
  requireUnrecorded(recorded);
  const at = partialsKey(openingId, String(epoch), mspId);
  await requireAbsent(ctx, at, 'partial opening');
  await putState(ctx, at, { hashes } satisfies PartialsRecord);
  emit(ctx, 'PartialsSubmitted.v1', { openingId, epoch, mspId });
  const posted = new Map(state.posted).set(mspId, hashes);
  return describeOpening({ opening, posted, recorded });
}

/**
 * Takes the openings of a result back, of which nothing was shown: see {@link requireUnanswered}. Its contributions
 * may enter another opening. For the contract beside `computation`; emits nothing.
 *
 * @throws SalusError ERR_CONFLICT
 */
export async function annulOpenings(ctx: Context, openingId: string): Promise<void> {
  const { opening, resultHash } = await requirePermitted(ctx, openingId);
  const { keyId, evaluationId, slots = 0 } = opening;
  const openings: OpeningState[] = [];
  for (let epoch = (await readKey(ctx, keyId)).epoch; epoch >= 0; epoch -= 1) {
    const found = await findOpening(ctx, openingIdOf({ keyId, epoch, resultHash }));
    if (found !== undefined) openings.push(found);
  }
  const now = transactionTime(ctx);
  requireUnanswered(openings, now);
  for (const { opening: one } of openings) {
    await putState(ctx, openingKey(one.openingId), annulled(one, now));
  }
  const evaluation = await getState<Evaluation>(ctx, evaluationKey(evaluationId));
  for (const contribution of await contributionsOf(ctx, evaluation)) {
    await deleteState(ctx, markerOf(contribution));
  }
  await putState(ctx, openedSlotsKey(keyId), (await openedSlotsOf(ctx, keyId)) - slots);
}

export async function getOpening(ctx: Context, openingId: string): Promise<Opening> {
  return describeOpening(await requireOpening(ctx, openingId));
}

/** @throws SalusError ERR_NOT_FOUND, ERR_CONFLICT */
export async function requirePermitted(
  ctx: Context,
  openingId: string,
): Promise<OpeningState & { readonly resultHash: string }> {
  const state = await requireOpening(ctx, openingId);
  const { resultHash, reason } = state.opening;
  if (resultHash === undefined) {
    throw new SalusError('ERR_CONFLICT', `the opening was denied: ${reason}`, {
      argument: 'openingId',
      expected: 'an opening that was permitted',
      got: reason,
    });
  }
  return { ...state, resultHash };
}

async function requireOpening(ctx: Context, openingId: string): Promise<OpeningState> {
  const stored = await requireState<StoredOpening>(ctx, openingKey(openingId), 'opening');
  return await stateOf(ctx, stored);
}

async function findOpening(ctx: Context, openingId: string): Promise<OpeningState | undefined> {
  const stored = await getState<StoredOpening>(ctx, openingKey(openingId));
  return stored && (await stateOf(ctx, stored));
}

async function stateOf(ctx: Context, stored: StoredOpening): Promise<OpeningState> {
  const { openingId, keyId } = stored;
  const recorded = await getState<RecordedOpening>(ctx, openingRecordKey(openingId));
  const opening = completed(stored, await readKey(ctx, keyId), recorded);
  const posted = new Map<string, PartialsRecord['hashes']>();
  for (const member of opening.committee.members) {
    const at = partialsKey(openingId, String(opening.epoch), member);
    const record = await getState<PartialsRecord>(ctx, at);
    if (record) posted.set(member, record.hashes);
  }
  return { opening, posted, recorded };
}

export function describeOpening({ opening, posted, recorded }: OpeningState): Opening {
  const { status, agreed, unconfirmed, liars } = examine(opening, posted);
  const { openedHash, recordedAt, noisyAt } = recorded ?? {};
  const current = openedHash === undefined ? status : 'RECORDED';
  const permitted = noisyAt === undefined ? current : 'NOISY';
  return {
    ...opening,
    status: opening.permitted ? permitted : 'DENIED',
    posted: [...posted].map(([mspId, hashes]) => ({ mspId, hashes })),
    agreed,
    unconfirmed,
    liars: recorded?.liars ?? liars,
    unproven: recorded?.unproven ?? [],
    ...(openedHash !== undefined && { openedHash }),
    ...(recordedAt !== undefined && { recordedAt }),
    ...(noisyAt !== undefined && { noisyAt }),
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
  { openingId, recorders }: Pick<OpeningRecord, 'openingId' | 'recorders'>,
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
