import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import type { Receipt } from '@salus/client/transaction';
import { readStatement, SalusError, ownOf } from '@salus/protocol';
import type { SealedCategoryKey } from '@salus/protocol/ehr';
import { relayOnce } from '../consent/relay.js';
import { invalid } from '../errors/refusal.js';
import { unauthorised } from './patient-request.js';

const statement = z.string().min(1).max(16_384);

/** What a wallet has relayed: a statement, and what goes with some of them. */
export const relayRequest = z.strictObject({
  statement,
  /** With `KeyAddition.v1`: the new key's own statement. */
  possession: statement.optional(),
  /** With `CategoryKeyDeposit.v1`. */
  categoryKeys: z.array(z.custom<SealedCategoryKey>()).min(1).max(200).optional(),
});

/** What guardians signed for a new key, with the new key's own statement. */
export const recoveryRequest = z.strictObject({
  pseudonym: z.string().min(1).max(64),
  approvals: z.array(statement).min(1).max(15),
  possession: statement,
});
export type RelayRequest = z.output<typeof relayRequest>;

export interface Relayed {
  readonly type: string;
  readonly jti: string;
  /** Left out where the ledger had taken it before. */
  readonly transactionId?: string;
}

type Relay = (ehr: EhrClient, request: RelayRequest) => Promise<Receipt<unknown>>;

const relays: Readonly<Record<string, Relay>> = {
  'AccessGrant.v1': (ehr, one) => ehr.grantAccess(one.statement),
  'ConsentWithdrawal.v1': (ehr, one) => ehr.withdrawConsent(one.statement),
  'KeyAddition.v1': (ehr, one) =>
    ehr.addKey({ addition: one.statement, possession: needed(one, 'possession') }),
  'KeyEnd.v1': (ehr, one) => ehr.endKey(one.statement),
  'Guardians.v1': (ehr, one) => ehr.setGuardians(one.statement),
  'RecoveryVeto.v1': (ehr, one) => ehr.vetoRecovery(one.statement),
  'Delegation.v1': (ehr, one) => ehr.addDelegate(one.statement),
  'DelegationEnd.v1': (ehr, one) => ehr.endDelegate(one.statement),
  'CategoryKeys.v1': (ehr, one) => ehr.setCategoryKeys(one.statement),
  'CategoryKeyDeposit.v1': (ehr, one) =>
    ehr.depositCategoryKeys(one.statement, granteeOf(one), needed(one, 'categoryKeys')),
  'ErasureOrder.v1': (ehr, one) => ehr.eraseRecords(one.statement),
};

/** What tells whether a patient is known, and isn't told to whom it doesn't concern. */
const HIDDEN: readonly string[] = ['ERR_NOT_FOUND', 'ERR_STATEMENT_INVALID', 'ERR_FORBIDDEN'];

/**
 * Relays a statement to the ledger, which judges it: each proves itself, so whoever brings it needs no
 * proof of its own. Brought again, it is found taken.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED` for a patient who isn't known and for a signature that isn't
 *   the patient's alike; the ledger's own for what the patient did sign
 */
export async function relayStatement(ehr: EhrClient, request: RelayRequest): Promise<Relayed> {
  const payload = payloadOf(request.statement);
  const { type, jti, pseudonym } = payload;
  const relay = ownOf(relays, type);
  if (!relay || typeof pseudonym !== 'string') {
    throw invalid('statement', 'The portal relays no statements of this type');
  }
  try {
    const transactionId = await relayOnce(
      () => relay(ehr, request),
      () => keptStatement(ehr, { type, pseudonym, jti }),
      request.statement,
    );
    return { type, jti, ...(transactionId !== undefined && { transactionId }) };
  } catch (error) {
    throw hidden(error);
  }
}

/**
 * Relays what guardians signed; the ledger judges whether it suffices.
 *
 * @throws SalusError as {@link relayStatement}
 */
export async function relayRecovery(
  ehr: Pick<EhrClient, 'requestRecovery'>,
  request: z.output<typeof recoveryRequest>,
): Promise<Pick<Relayed, 'type' | 'transactionId'>> {
  try {
    const { transactionId } = await ehr.requestRecovery(request);
    return { type: 'RecoveryApproval.v1', transactionId };
  } catch (error) {
    throw hidden(error);
  }
}

function hidden(error: unknown): unknown {
  const tells = error instanceof SalusError && HIDDEN.includes(error.code);
  return tells ? unauthorised(error) : error;
}

/** What a statement says, not believed yet. @throws SalusError `ERR_REQUEST_REFUSED` for what is none */
function payloadOf(jws: string) {
  try {
    const { payload } = readStatement(jws);
    return { ...payload, pseudonym: payload['pseudonym'], grantee: payload['grantee'] };
  } catch (error) {
    throw hidden(error);
  }
}

function granteeOf({ statement: jws }: RelayRequest): string {
  const { grantee } = payloadOf(jws);
  if (typeof grantee === 'string') return grantee;
  throw invalid('statement', 'It names no organisation that the keys are for');
}

async function keptStatement(
  ehr: EhrClient,
  {
    type,
    pseudonym,
    jti,
  }: { readonly type: string; readonly pseudonym: string; readonly jti: string },
): Promise<string> {
  if (type === 'AccessGrant.v1') return (await ehr.getGrant({ pseudonym, grantId: jti })).statement;
  return (await ehr.getStatement({ pseudonym, jti })).statement;
}

function needed<K extends keyof RelayRequest>(
  request: RelayRequest,
  name: K,
): NonNullable<RelayRequest[K]> {
  const value = request[name];
  if (value === undefined) throw invalid(name, `The statement needs ${name} beside it`);
  return value;
}
