import { hashOf, SalusError } from '@salus/chaincode-common';
import type { Patient, RecordDetails } from '../api.js';
import { requireActiveKey, requireAnchored } from './registration.js';

const details: RecordDetails = {
  recordId: 'r1',
  category: 'laboratory',
  label: 'N',
  salt: 'c2FsdHNhbHRzYWx0c2FsdA',
  sealedKeys: [{ recipient: 'CityMSP', kind: 'custodian', enc: 'ZQ', ciphertext: 'Yw' }],
};
const record = { custodian: 'CityMSP', detailsHash: hashOf(details) };

function patient(status: 'ACTIVE' | 'REVOKED'): Pick<Patient, 'key'> {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: 'x' } as const;
  return { key: { kid: 'k', jwk, hpkePublicKey: 'h', status } };
}

function errorOf(run: () => void): SalusError {
  try {
    run();
  } catch (error) {
    if (error instanceof SalusError) return error;
  }
  throw new Error('It was expected to fail');
}

describe('requireActiveKey', () => {
  test('takes an active key', () => {
    expect(() => requireActiveKey(patient('ACTIVE'))).not.toThrow();
  });

  test('refuses a revoked key', () => {
    expect(errorOf(() => requireActiveKey(patient('REVOKED')))).toMatchObject({
      code: 'ERR_STATEMENT_INVALID',
      message: 'The statement is refused: the key of the patient is no longer active',
      argument: 'statement',
      expected: 'a statement by an active key',
      got: 'a revoked key',
    });
  });
});

describe('requireAnchored', () => {
  test('takes from the custodian what was registered', () => {
    expect(() => requireAnchored(record, details, 'CityMSP')).not.toThrow();
  });

  test('refuses any other organisation', () => {
    expect(errorOf(() => requireAnchored(record, details, 'ValleyMSP'))).toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'Only the custodian of a record deposits its details',
      argument: 'caller',
      expected: 'CityMSP',
      got: 'ValleyMSP',
    });
  });

  test('refuses details that were changed, and does not tell them', () => {
    const changed = { ...details, category: 'psychiatry' };
    const error = errorOf(() => requireAnchored(record, changed, 'CityMSP'));
    expect(error).toMatchObject({
      code: 'ERR_HASH_MISMATCH',
      message: 'The details of record r1 are not the ones that were registered',
      argument: 'details',
      expected: record.detailsHash,
      got: hashOf(changed),
    });
    expect(error.message).not.toContain('psychiatry');
  });
});
