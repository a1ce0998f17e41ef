import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import {
  actorTrailRequest,
  answerReferralRequest,
  archiveGrantsRequest,
  auditTrailRequest,
  declineReferralRequest,
  decisionRef,
  copiesRequest,
  depositDetailsRequest,
  getGrantRequest,
  getRecordRequest,
  listGrantsRequest,
  listRecordsRequest,
  listReferralsRequest,
  onwardTerms,
  referralRef,
  referRequest,
  registerRecordsRequest,
  replaceKeysRequest,
  shareDetailsRequest,
  requestAccessRequest,
  statementRequest,
} from '@salus/protocol/ehr';
import { CustodyContract } from './custody-contract.js';
import { answer } from './state/answer.js';
import { evaluateAccess, requestAccess } from './transactions/access.js';
import {
  archiveGrants,
  getGrant,
  getShare,
  grantAccess,
  listGrants,
  withdrawConsent,
} from './transactions/consent.js';
import { actorTrail, getDecision } from './transactions/decisions.js';
import { listCopies } from './transactions/copies.js';
import { depositDetails, readDetails, replaceKeys, shareDetails } from './transactions/details.js';
import { shareOnward } from './transactions/onward.js';
import { getRecord, listRecords, registerRecords } from './transactions/records.js';
import { recordVersions } from './transactions/series.js';
import {
  acceptReferral,
  answerReferral,
  declineReferral,
  getReferral,
  listReferrals,
  refer,
} from './transactions/referral.js';
import { auditTrail } from './transactions/trail.js';

/**
 * Patients, records, consent and access decisions. The patient's own key signs consent; every read of
 * a record is decided here and logged.
 * Requests and answers are JSON of the types in `@salus/protocol/ehr`.
 */
@Info({
  title: 'ehr',
  description: 'Patients, records, consent and access decisions',
  version: '0.1.0',
  license: { name: 'Apache-2.0' },
})
export class EhrContract extends CustodyContract {
  constructor() {
    super('ehr');
  }

  @Transaction()
  @Returns('string')
  async registerRecords(ctx: Context, request: string): Promise<string> {
    return answer(registerRecordsRequest, request, ({ records }) => registerRecords(ctx, records));
  }

  /** By those who register records; the details come as transient data; endorsed by the custodian. */
  @Transaction()
  @Returns('string')
  async depositDetails(ctx: Context, request: string): Promise<string> {
    return answer(depositDetailsRequest, request, () => depositDetails(ctx));
  }

  /** By the custodian's key service; the details come as transient data; endorsed by who gets them. */
  @Transaction()
  @Returns('string')
  async shareDetails(ctx: Context, request: string): Promise<string> {
    return answer(shareDetailsRequest, request, (parsed) => shareDetails(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async listCopies(ctx: Context, request: string): Promise<string> {
    return answer(copiesRequest, request, (of) => listCopies(ctx, of));
  }

  /** By the custodian's key service; the sealed keys come as transient data; endorsed by the custodian. */
  @Transaction()
  @Returns('string')
  async replaceKeys(ctx: Context, request: string): Promise<string> {
    return answer(replaceKeysRequest, request, () => replaceKeys(ctx));
  }

  /** To roles that read records; only peers of the caller's own organisation answer. */
  @Transaction(false)
  @Returns('string')
  async readDetails(ctx: Context, request: string): Promise<string> {
    return answer(getRecordRequest, request, (of) => readDetails(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async getRecord(ctx: Context, request: string): Promise<string> {
    return answer(getRecordRequest, request, (of) => getRecord(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async recordVersions(ctx: Context, request: string): Promise<string> {
    return answer(getRecordRequest, request, (of) => recordVersions(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async listRecords(ctx: Context, request: string): Promise<string> {
    return answer(listRecordsRequest, request, (of) => listRecords(ctx, of));
  }

  @Transaction()
  @Returns('string')
  async grantAccess(ctx: Context, request: string): Promise<string> {
    return answer(statementRequest, request, ({ statement }) => grantAccess(ctx, statement));
  }

  @Transaction()
  @Returns('string')
  async withdrawConsent(ctx: Context, request: string): Promise<string> {
    return answer(statementRequest, request, ({ statement }) => withdrawConsent(ctx, statement));
  }

  @Transaction()
  @Returns('string')
  async shareOnward(ctx: Context, request: string): Promise<string> {
    return answer(onwardTerms, request, (terms) => shareOnward(ctx, terms));
  }

  @Transaction()
  @Returns('string')
  async archiveGrants(ctx: Context, request: string): Promise<string> {
    return answer(archiveGrantsRequest, request, ({ pseudonym }) => archiveGrants(ctx, pseudonym));
  }

  @Transaction(false)
  @Returns('string')
  async getGrant(ctx: Context, request: string): Promise<string> {
    return answer(getGrantRequest, request, (of) => getGrant(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async getShare(ctx: Context, request: string): Promise<string> {
    return answer(getGrantRequest, request, (of) => getShare(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async listGrants(ctx: Context, request: string): Promise<string> {
    return answer(listGrantsRequest, request, (of) => listGrants(ctx, of));
  }

  /** A denial is an answer, and is logged as one. */
  @Transaction()
  @Returns('string')
  async requestAccess(ctx: Context, request: string): Promise<string> {
    return answer(requestAccessRequest, request, (asked) => requestAccess(ctx, asked));
  }

  /** Decides and logs nothing: what it answers opens nothing. */
  @Transaction(false)
  @Returns('string')
  async evaluateAccess(ctx: Context, request: string): Promise<string> {
    return answer(requestAccessRequest, request, (asked) => evaluateAccess(ctx, asked));
  }

  @Transaction(false)
  @Returns('string')
  async getDecision(ctx: Context, request: string): Promise<string> {
    return answer(decisionRef, request, (ref) => getDecision(ctx, ref));
  }

  @Transaction(false)
  @Returns('string')
  async auditTrail(ctx: Context, request: string): Promise<string> {
    return answer(auditTrailRequest, request, (of) => auditTrail(ctx, of));
  }

  @Transaction(false)
  @Returns('string')
  async actorTrail(ctx: Context, request: string): Promise<string> {
    return answer(actorTrailRequest, request, (of) => actorTrail(ctx, of));
  }

  @Transaction()
  @Returns('string')
  async refer(ctx: Context, request: string): Promise<string> {
    return answer(referRequest, request, (terms) => refer(ctx, terms));
  }

  @Transaction()
  @Returns('string')
  async acceptReferral(ctx: Context, request: string): Promise<string> {
    return answer(referralRef, request, (ref) => acceptReferral(ctx, ref));
  }

  @Transaction()
  @Returns('string')
  async declineReferral(ctx: Context, request: string): Promise<string> {
    return answer(declineReferralRequest, request, (declined) => declineReferral(ctx, declined));
  }

  @Transaction()
  @Returns('string')
  async answerReferral(ctx: Context, request: string): Promise<string> {
    return answer(answerReferralRequest, request, (given) => answerReferral(ctx, given));
  }

  @Transaction(false)
  @Returns('string')
  async getReferral(ctx: Context, request: string): Promise<string> {
    return answer(referralRef, request, (ref) => getReferral(ctx, ref));
  }

  @Transaction(false)
  @Returns('string')
  async listReferrals(ctx: Context, request: string): Promise<string> {
    return answer(listReferralsRequest, request, (of) => listReferrals(ctx, of));
  }
}
