import type { Context } from 'fabric-contract-api';
import { emit, putState, transactionTime } from '@salus/chaincode-common';
import { conflict } from '@salus/protocol';
import type { OnwardShare, OnwardTerms } from '@salus/protocol/ehr';
import { MAX_SHARES, requireShareable } from '../rules/onward.js';
import { consentOf, describeShare, type StoredShare } from '../rules/stored-grant.js';
import { grantKey } from '../state/keys.js';
import { readConsent } from './grants.js';
import { getRecord } from './records.js';
import { requesterOf } from './requester.js';
import { withVersions, type VersionedRecord } from './series.js';
import { requirePatient } from './statements.js';

/**
 * Shares on what the patient granted with `onward`, within that grant. It is withdrawn with it, or by
 * itself by the patient.
 *
 * @throws SalusError ERR_NOT_FOUND, ERR_FORBIDDEN, ERR_CONFLICT
 */
export async function shareOnward(ctx: Context, terms: OnwardTerms): Promise<OnwardShare> {
  const { pseudonym, grantId, grantee } = terms;
  const patient = await requirePatient(ctx, pseudonym);
  const { stored } = await readConsent(ctx, pseudonym);
  const { grants, shares } = consentOf(patient, stored);
  const by = requesterOf(ctx);
  const at = transactionTime(ctx);
  const records: VersionedRecord[] = [];
  for (const recordId of terms.records ?? []) {
    records.push(await withVersions(ctx, await getRecord(ctx, { pseudonym, recordId })));
  }
  requireShareable({ terms, sharer: by, at, records }, grants);
  if (shares.filter((share) => share.grantId === grantId).length >= MAX_SHARES) {
    const message = 'The grant is shared as often as it may be; archive the shares that are over';
    throw conflict('grantId', message, `fewer than ${MAX_SHARES} shares`, `${MAX_SHARES}`);
  }
  const transactionId = ctx.stub.getTxID();
  const share: StoredShare = {
    ...terms,
    shareId: transactionId,
    sharedAt: at,
    relayed: { by, transactionId },
  };
  await putState(ctx, grantKey(pseudonym, transactionId), share);
  const shareId = transactionId;
  emit(ctx, 'SharedOnward.v1', { pseudonym, grantId, shareId, grantee: grantee.mspId });
  return describeShare(share);
}
