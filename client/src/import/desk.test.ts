import type { CustodianKey } from '@salus/ehr-contract';
import { SalusError } from '@salus/chaincode-common';
import { coded } from '../test-support/coded.js';
import { TestPatient } from '../test-support/consent-world.js';
import { recipientsOf, type RecordDesk } from './desk.js';

const patient = new TestPatient('p'.repeat(43));
const known = { pseudonym: patient.pseudonym, kid: patient.kid, tagKey: 't'.repeat(43) };

const keyOf = (keyId: string, status: CustodianKey['status']): CustodianKey => ({
  ...{ keyId, status, threshold: 2, custodians: ['AMSP', 'BMSP', 'CMSP'] },
  ...{ proposedBy: 'AMSP', proposedAt: '2026-01-01T00:00:00.000Z' },
  ...{ dealings: {}, confirmations: {}, publicKey: `B${'A'.repeat(86)}` },
});

/** A ledger on which somebody has put a key of its own, too. */
const keys = [keyOf('a-rogue-key', 'ACTIVE'), keyOf('ours', 'ACTIVE'), keyOf('old', 'RETIRED')];
const ehr = {
  getPatient: () => Promise.resolve(patient.registered),
  getCustodianKey: (keyId: string) => {
    const found = keys.find((key) => key.keyId === keyId);
    return found ? Promise.resolve(found) : Promise.reject(new SalusError('ERR_NOT_FOUND', 'none'));
  },
} as unknown as RecordDesk['ehr'];

describe('whom content keys are sealed to', () => {
  it('are custodians under the key that the hospital names, and no other', async () => {
    const { emergency } = await recipientsOf(known, { ehr, emergencyKey: 'ours' });
    expect(emergency?.keyId).toBe('ours');
    expect(await recipientsOf(known, { ehr })).not.toHaveProperty('emergency');
  });

  it('are no custodians whose key has ended or is not there', async () => {
    const under = (emergencyKey: string) => recipientsOf(known, { ehr, emergencyKey });
    await expect(under('old')).rejects.toThrow(coded('ERR_KEY_ENDED', { got: 'RETIRED' }));
    await expect(under('unknown')).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
