import type { NewKey, PublicJwk } from '@salus/protocol';
import type { Delegate, GuardianBoard, Patient, PatientKey } from '@salus/protocol/ehr';

/** A time of day in May 2026 as the ledger writes it. */
export const may = (day: number, time = '12:00:00.000'): string =>
  `2026-05-${String(day).padStart(2, '0')}T${time}Z`;

/** A key that stands for the one of that number. */
export function jwkOf(number: number): PublicJwk {
  return { kty: 'OKP', crv: 'Ed25519', x: String(number).padStart(43, 'A') };
}

/** A key as statements bring it; what it leaves out it does not name. */
type ExactKey = Omit<NewKey, 'notAfter'> & { readonly notAfter?: string };

export function newKey(number: number, more: Partial<ExactKey> = {}): ExactKey {
  return {
    jwk: jwkOf(number),
    hpkePublicKey: `hpke-${number}`,
    purposes: ['consent', 'access', 'keys'],
    notBefore: may(1),
    ...more,
  };
}

export function patientKey(kid: string, more: Partial<PatientKey> = {}): PatientKey {
  return { ...newKey(0), kid, status: 'ACTIVE', addedAt: may(1), ...more };
}

export function delegate(delegateId: string, more: Partial<Delegate> = {}): Delegate {
  return {
    delegateId,
    kid: `kid-${delegateId}`,
    jwk: jwkOf(0),
    relation: 'CARER',
    when: 'ALWAYS',
    actions: ['grant', 'withdraw', 'access', 'erase'],
    notBefore: may(2),
    notAfter: may(30),
    addedAt: may(2),
    addedBy: 'own',
    ...more,
  };
}

/** Guardians 11, 12, ... of whom two suffice. */
export function guardianBoard(more: Partial<GuardianBoard> = {}): GuardianBoard {
  return {
    threshold: 2,
    kids: [11, 12, 13].map((number) => ({ kid: `guardian-${number}`, jwk: jwkOf(number) })),
    delaySeconds: 3600,
    setAt: may(2),
    setBy: 'own',
    statement: 'jti-guardians',
    ...more,
  };
}

export function patient(more: Partial<Patient> = {}): Patient {
  return {
    pseudonym: 'p',
    registeredBy: 'CityHospitalMSP',
    registeredAt: may(1),
    status: 'ACTIVE',
    keys: [patientKey('own')],
    delegates: [],
    categoryKeys: {},
    ...more,
  };
}
