import { canonicalJson, parseRequest, SalusContract } from '@salus/chaincode-common';
import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import {
  auditTrailRequest,
  depositDetailsRequest,
  getDecisionRequest,
  getGrantRequest,
  getPatientRequest,
  getRecordRequest,
  listRecordsRequest,
  registerPatientRequest,
  registerRecordsRequest,
  requestAccessRequest,
  statementRequest,
} from './api.js';
import { getDecision, requestAccess } from './transactions/access.js';
import { auditTrail } from './transactions/trail.js';
import { getGrant, grantAccess, withdrawConsent } from './transactions/consent.js';
import { getPatient, registerPatient } from './transactions/patients.js';
import {
  depositDetails,
  getRecord,
  listRecords,
  readDetails,
  registerRecords,
} from './transactions/records.js';

/**
 * Patients, records, consent and access decisions. The patient's own key signs consent; every read of
 * a record is decided here and logged.
 * Requests and answers are JSON of the types in api.ts.
 */
@Info({
  title: 'ehr',
  description: 'Patients, records, consent and access decisions',
  version: '0.1.0',
  license: { name: 'Apache-2.0' },
})
export class EhrContract extends SalusContract {
  constructor() {
    super('ehr');
  }

  @Transaction()
  @Returns('string')
  async registerPatient(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(registerPatientRequest, request);
    return canonicalJson(await registerPatient(ctx, parsed.registration));
  }

  @Transaction()
  @Returns('string')
  async registerRecords(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(registerRecordsRequest, request);
    return canonicalJson(await registerRecords(ctx, parsed.records));
  }

  /** The details come as transient data; endorsed by a hospital. */
  @Transaction()
  @Returns('string')
  async depositDetails(ctx: Context, request: string): Promise<string> {
    parseRequest(depositDetailsRequest, request);
    return canonicalJson(await depositDetails(ctx));
  }

  @Transaction()
  @Returns('string')
  async grantAccess(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(statementRequest, request);
    return canonicalJson(await grantAccess(ctx, parsed.statement));
  }

  @Transaction()
  @Returns('string')
  async withdrawConsent(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(statementRequest, request);
    return canonicalJson(await withdrawConsent(ctx, parsed.statement));
  }

  /** A denial is an answer, and is logged as one. */
  @Transaction()
  @Returns('string')
  async requestAccess(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(requestAccessRequest, request);
    return canonicalJson(await requestAccess(ctx, parsed));
  }

  /** Only the hospitals' peers can answer. */
  @Transaction(false)
  @Returns('string')
  async readDetails(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getRecordRequest, request);
    return canonicalJson(await readDetails(ctx, parsed.recordId));
  }

  @Transaction(false)
  @Returns('string')
  async getPatient(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getPatientRequest, request);
    return canonicalJson(await getPatient(ctx, parsed.pseudonym));
  }

  @Transaction(false)
  @Returns('string')
  async getRecord(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getRecordRequest, request);
    return canonicalJson(await getRecord(ctx, parsed.recordId));
  }

  @Transaction(false)
  @Returns('string')
  async listRecords(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(listRecordsRequest, request);
    return canonicalJson(await listRecords(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getGrant(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getGrantRequest, request);
    return canonicalJson(await getGrant(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getDecision(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getDecisionRequest, request);
    return canonicalJson(await getDecision(ctx, parsed.decisionId));
  }

  @Transaction(false)
  @Returns('string')
  async auditTrail(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(auditTrailRequest, request);
    return canonicalJson(await auditTrail(ctx, parsed));
  }
}
