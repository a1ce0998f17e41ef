import type { Context } from 'fabric-contract-api';
import { readStatement, SalusError, ACCESS_REQUEST, accessRequestStatement } from '@salus/protocol';
import type { HealthRecord, Patient, RequestAccessRequest, Requester } from '@salus/protocol/ehr';
import {
  requireUnused,
  subjectOf,
  putUsed,
  verifyStatementOf,
  requirePatient,
} from './statements.js';

/**
 * Finds the patient who asks through the caller by a statement of their own, or of a delegate. It
 * has to say the same as the request, and is used once.
 *
 * @throws SalusError ERR_STATEMENT_INVALID, ERR_STATEMENT_EXPIRED, ERR_STATEMENT_REPLAYED, ERR_NOT_FOUND
 */
export async function askingPatient(
  ctx: Context,
  jws: string,
  {
    request,
    patient,
    record,
  }: {
    readonly request: RequestAccessRequest;
    readonly patient: Patient | undefined;
    readonly record: HealthRecord | undefined;
  },
): Promise<{
  readonly requester: Pick<Requester, 'patient' | 'statement' | 'delegate'>;
  readonly spend: () => Promise<void>;
}> {
  const statement = readStatement(jws);
  const asking = subjectOf(statement);
  const asker = patient?.pseudonym === asking ? patient : await requirePatient(ctx, asking);
  const { claims, signer } = await verifyStatementOf(ctx, asker, statement, {
    type: ACCESS_REQUEST,
    body: accessRequestStatement,
    deed: () => ({
      action: 'access',
      ...(record !== undefined && { categoryTags: [record.categoryTag] }),
    }),
  });
  const { subject, recordId, purpose, hpkePublicKey, jti } = claims;
  requireSame({ pseudonym: subject, recordId, purpose, hpkePublicKey }, request);
  await requireUnused(ctx, asking, jti);
  return {
    requester: {
      patient: asking,
      statement: jti,
      ...(signer.kind === 'DELEGATE' && { delegate: signer.delegate.delegateId }),
    },
    spend: () => putUsed(ctx, asking, jti, { type: ACCESS_REQUEST, jws }),
  };
}

type Asked = Omit<RequestAccessRequest, 'asPatient'>;

function requireSame(signed: Asked, request: Asked): void {
  for (const name of ['pseudonym', 'recordId', 'purpose', 'hpkePublicKey'] as const) {
    if (signed[name] === request[name]) continue;
    throw new SalusError(
      'ERR_STATEMENT_INVALID',
      `The statement is refused: it was made for another ${name}`,
      { argument: 'asPatient', expected: `the ${name} of the request`, got: 'another' },
    );
  }
}
