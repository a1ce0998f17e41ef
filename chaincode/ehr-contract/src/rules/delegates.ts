import { conflict, jwkThumbprint, notFound, SalusError, type Delegation } from '@salus/protocol';
import type { Delegate, Patient } from '@salus/protocol/ehr';

/** Delegations of a patient at most, the ended ones too: what delegates signed is verified by them. */
export const MAX_DELEGATES = 64;

/**
 * Adds a delegate.
 *
 * @param delegateId - `jti` of the delegation
 * @throws SalusError ERR_ALREADY_EXISTS where the patient has the key, ERR_CONFLICT
 */
export function withDelegate(
  patient: Patient,
  delegateId: string,
  {
    jwk,
    relation,
    actions,
    categoryTags,
    notBefore,
    notAfter,
    when,
  }: Omit<Delegation, 'pseudonym'>,
  { by, at }: { readonly by: string; readonly at: string },
): Patient {
  const kid = jwkThumbprint(jwk);
  if (patient.keys.some((each) => each.kid === kid)) {
    throw new SalusError('ERR_ALREADY_EXISTS', "The delegate's key is one of the patient's own", {
      argument: 'jwk',
      expected: 'a key of somebody else',
      got: "one of the patient's",
    });
  }
  if (patient.delegates.length >= MAX_DELEGATES) {
    const expected = `at most ${MAX_DELEGATES}`;
    throw conflict('delegate', 'The patient has had too many delegates', expected, 'more');
  }
  const delegate: Delegate = {
    delegateId,
    kid,
    jwk,
    relation,
    actions,
    ...(categoryTags !== undefined && { categoryTags }),
    notBefore,
    notAfter,
    when,
    addedAt: at,
    addedBy: by,
  };
  return { ...patient, delegates: [...patient.delegates, delegate] };
}

/**
 * Ends a delegation at once; what the delegate signed before holds on.
 *
 * @throws SalusError ERR_NOT_FOUND, ERR_CONFLICT
 */
export function withDelegateEnded(patient: Patient, delegateId: string, at: string): Patient {
  const { endedAt } = requireDelegate(patient, delegateId);
  if (endedAt !== undefined) {
    throw conflict(
      'delegate',
      'The delegation was ended before',
      'one that goes on',
      'an ended one',
    );
  }
  const delegates = patient.delegates.map((each) =>
    each.delegateId === delegateId ? { ...each, endedAt: at } : each,
  );
  return { ...patient, delegates };
}

/** @throws SalusError ERR_NOT_FOUND */
export function requireDelegate({ delegates }: Patient, delegateId: string): Delegate {
  const found = delegates.find((each) => each.delegateId === delegateId);
  if (found === undefined) throw notFound('delegate');
  return found;
}
