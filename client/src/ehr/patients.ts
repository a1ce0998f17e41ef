import type { AnswerOf, EhrCalls, Query, Relay, Submit } from './calls.js';

/** Patients, their keys, and who may act for them. All but the registration answer with the patient. */
export interface PatientCalls {
  /**
   * Registers a patient's pseudonym and key (`PatientRegistration.v1`). By a hospital, role registrar,
   * who has proofed the identity.
   */
  readonly registerPatient: Relay<'registerPatient'>;
  getPatient(pseudonym: string): Promise<AnswerOf<'getPatient'>>;
  /** A statement that was used, such as the one that brought a key; grants are found by `getGrant`. */
  readonly getStatement: Query<'getStatement'>;
  /** Adds a key: `KeyAddition.v1` by a key of the patient's, `KeyPossession.v1` by the new one. */
  readonly addKey: Submit<'addKey'>;
  /** Retires a key, or ends at once one that was lost (`KeyEnd.v1`). */
  readonly endKey: Relay<'endKey'>;
  /** What a key signed, what of it still holds, and what it could open; the records by pages. */
  readonly touchedByKey: Query<'touchedByKey'>;
  /** Names the guardians who together may bring a new key (`Guardians.v1`). */
  readonly setGuardians: Relay<'setGuardians'>;
  /** Brings enough guardians' `RecoveryApproval.v1` of a new key, which then waits for a veto. */
  readonly requestRecovery: Submit<'requestRecovery'>;
  /** Stops a recovery while it waits (`RecoveryVeto.v1`). */
  readonly vetoRecovery: Relay<'vetoRecovery'>;
  /** Puts a recovered key into force once its delay has passed. */
  completeRecovery(pseudonym: string): ReturnType<Submit<'completeRecovery'>>;
  /** Lets somebody act for the patient (`Delegation.v1`). */
  readonly addDelegate: Relay<'addDelegate'>;
  /** Ends a delegation (`DelegationEnd.v1`). */
  readonly endDelegate: Relay<'endDelegate'>;
  /** Proposes that a patient is incapacitated, deceased or active again; role registrar. */
  readonly proposeStatus: Submit<'proposeStatus'>;
  /** Confirms what another organisation has proposed. */
  readonly confirmStatus: Submit<'confirmStatus'>;
}

export function patientCalls({ submits, relays, queries, contract }: EhrCalls): PatientCalls {
  return {
    registerPatient: (registration, options) =>
      contract.submit('registerPatient', { registration }, options),
    getPatient: (pseudonym) => contract.evaluate('getPatient', { pseudonym }),
    getStatement: queries('getStatement'),
    addKey: submits('addKey'),
    endKey: relays('endKey'),
    touchedByKey: queries('touchedByKey'),
    setGuardians: relays('setGuardians'),
    requestRecovery: submits('requestRecovery'),
    vetoRecovery: relays('vetoRecovery'),
    completeRecovery: (pseudonym) => contract.submit('completeRecovery', { pseudonym }),
    addDelegate: relays('addDelegate'),
    endDelegate: relays('endDelegate'),
    proposeStatus: submits('proposeStatus'),
    confirmStatus: submits('confirmStatus'),
  };
}
