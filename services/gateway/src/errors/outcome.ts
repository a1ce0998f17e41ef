import type { OperationOutcome, OperationOutcomeIssue } from '@medplum/fhirtypes';
import { SALUS } from '@salus/fhir';
import type { ErrorCode, SalusError } from '@salus/protocol';

type IssueType = OperationOutcomeIssue['code'];

interface HttpMeaning {
  readonly status: number;
  /** http://hl7.org/fhir/R4/valueset-issue-type.html */
  readonly issue: IssueType;
}

const meanings: Readonly<Partial<Record<ErrorCode, HttpMeaning>>> = {
  ERR_REQUEST_REFUSED: { status: 401, issue: 'login' },
  ERR_CERTIFICATE_REVOKED: { status: 401, issue: 'login' },
  ERR_FORBIDDEN: { status: 403, issue: 'forbidden' },
  ERR_NO_DECISION: { status: 403, issue: 'suppressed' },
  ERR_CONSENT_UNPROVEN: { status: 403, issue: 'suppressed' },
  ERR_APPROVAL_NEEDED: { status: 403, issue: 'forbidden' },
  ERR_APPROVAL_PENDING: { status: 403, issue: 'forbidden' },
  ERR_NOT_FOUND: { status: 404, issue: 'not-found' },
  ERR_DETAILS_MISSING: { status: 404, issue: 'incomplete' },
  ERR_ALREADY_EXISTS: { status: 409, issue: 'duplicate' },
  ERR_CONFLICT: { status: 409, issue: 'conflict' },
  ERR_HOME_IN_USE: { status: 409, issue: 'conflict' },
  ERR_MVCC_CONFLICT: { status: 409, issue: 'conflict' },
  ERR_TOO_MANY_REQUESTS: { status: 429, issue: 'throttled' },
  ERR_TOO_LARGE: { status: 413, issue: 'too-long' },
  ERR_STATEMENT_INVALID: { status: 422, issue: 'security' },
  ERR_STATEMENT_EXPIRED: { status: 422, issue: 'expired' },
  ERR_STATEMENT_REPLAYED: { status: 409, issue: 'duplicate' },
  ERR_FHIR_INVALID: { status: 400, issue: 'structure' },
  ERR_FHIR_BROKEN_REFERENCE: { status: 422, issue: 'business-rule' },
  ERR_INVALID_ARGUMENT: { status: 400, issue: 'invalid' },
  ERR_INVALID_JSON: { status: 400, issue: 'structure' },
  ERR_PEER_UNREACHABLE: { status: 503, issue: 'transient' },
  ERR_SERVICE_UNREACHABLE: { status: 503, issue: 'transient' },
  ERR_ORDERER_UNAVAILABLE: { status: 503, issue: 'transient' },
  ERR_CHAINCODE_UNAVAILABLE: { status: 503, issue: 'transient' },
  ERR_COMMIT_UNKNOWN: { status: 503, issue: 'transient' },
  ERR_CLIENT_CLOSED: { status: 503, issue: 'transient' },
  ERR_DEADLINE_EXCEEDED: { status: 504, issue: 'timeout' },
};

const UNFORESEEN: HttpMeaning = { status: 500, issue: 'exception' };
const REFUSED_BY_LEDGER: HttpMeaning = { status: 422, issue: 'processing' };
const INTERNAL: ReadonlySet<string> = new Set(['ERR_INTERNAL', 'ERR_SETTINGS_MISSING']);

/** How HTTP and FHIR name an error of Salus. */
export function httpMeaning(code: ErrorCode): HttpMeaning {
  return meanings[code] ?? (INTERNAL.has(code) ? UNFORESEEN : REFUSED_BY_LEDGER);
}

/** Whether trying the same again later may help. */
export function isTransient(code: ErrorCode): boolean {
  const { issue } = httpMeaning(code);
  return issue === 'transient' || issue === 'timeout' || code === 'ERR_MVCC_CONFLICT';
}

/**
 * The OperationOutcome of an error: stable code, what was wrong, what to do. What an argument held isn't
 * told: it may be a patient's. Of what was unforeseen only the request's ID is, by which it is found in
 * the log.
 */
export function outcomeOf(error: SalusError, requestId: string): OperationOutcome {
  const { issue, status } = httpMeaning(error.code);
  const unforeseen = status === UNFORESEEN.status;
  const said = unforeseen ? `The gateway failed; request ${requestId}` : error.message;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'error',
        code: issue,
        details: { coding: [{ system: SALUS.error, code: error.code }], text: said },
        diagnostics: error.remedy,
        ...(error.argument !== undefined && { expression: [error.argument] }),
      },
    ],
  };
}
