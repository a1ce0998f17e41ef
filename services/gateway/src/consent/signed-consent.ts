import type { Consent } from '@medplum/fhirtypes';
import { SALUS } from '@salus/fhir';
import {
  ACCESS_GRANT,
  accessGrant,
  readStatement,
  type AccessGrant,
  SalusError,
} from '@salus/protocol';
import { invalid, Refusal } from '../errors/refusal.js';

/** What a Consent carries of the patient's signature. */
export interface SignedConsent {
  readonly statement: string;
  readonly type: string;
  readonly jti: string;
  readonly body: unknown;
}

/**
 * The patient's statement in a Consent. It is read and not believed: the ledger verifies it.
 *
 * @throws SalusError `ERR_STATEMENT_INVALID` where there is none
 */
export function statementIn(consent: Consent): SignedConsent {
  const found = consent.extension?.filter(({ url }) => url === SALUS.statement) ?? [];
  const [statement, ...more] = found.map(({ valueString }) => valueString);
  if (statement === undefined || more.length > 0) {
    throw new SalusError('ERR_STATEMENT_INVALID', "The Consent carries no patient's statement", {
      argument: 'Consent.extension',
      expected: `one extension ${SALUS.statement} with what the wallet signed`,
    });
  }
  const {
    type,
    channel: _c,
    contract: _k,
    audience: _a,
    kid: _i,
    jti,
    iat: _t,
    exp: _e,
    ...body
  } = readStatement(statement).payload;
  return { statement, type, jti, body };
}

/** The grant in a statement. @throws SalusError `ERR_STATEMENT_INVALID` */
export function grantIn({ type, body }: SignedConsent): AccessGrant {
  const parsed = type === ACCESS_GRANT ? accessGrant.safeParse(body) : undefined;
  if (parsed?.success) return parsed.data;
  throw new SalusError('ERR_STATEMENT_INVALID', 'The statement is no grant', {
    argument: 'Consent.extension',
    expected: ACCESS_GRANT,
  });
}

/** The grant that a statement withdraws. @throws SalusError `ERR_STATEMENT_INVALID` */
export function withdrawalIn({ type, body }: SignedConsent): {
  readonly pseudonym: string;
  readonly grant: string;
} {
  const { pseudonym, grant } = body as Readonly<Record<string, unknown>>;
  if (
    type === 'ConsentWithdrawal.v1' &&
    typeof pseudonym === 'string' &&
    typeof grant === 'string'
  ) {
    return { pseudonym, grant };
  }
  throw new SalusError('ERR_STATEMENT_INVALID', 'The statement is no withdrawal', {
    argument: 'Consent.extension',
    expected: 'ConsentWithdrawal.v1',
  });
}

/** The error of a Consent that says other than its statement; each difference is an issue of its own. */
export function mismatch(issues: Refusal['issues']): Refusal {
  return new Refusal(
    'ERR_CONFLICT',
    'The Consent says other than what the patient signed; each difference is told',
    { status: 422, issues, argument: 'Consent' },
  );
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
export function requireId(id: string, expected: string): void {
  if (id !== expected) throw invalid('id', 'The statement is about another consent');
}
