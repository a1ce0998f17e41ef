import { SalusError } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { CHANNEL, TAG } from '@salus/testing/consent-world';
import { TestWallet } from '@salus/testing/test-wallet';
import { recipientsOf, type RecordDesk } from './desk.js';

const patient = new TestWallet();
const { known } = patient;
const { jwk, hpkePublicKey } = patient.key;
const registration = patient.statement('PatientRegistration.v1', { jwk, hpkePublicKey });

const keyOf = (keyId: string, status: CustodianKey['status']): CustodianKey => ({
  keyId,
  status,
  threshold: 2,
  custodians: ['AMSP', 'BMSP', 'CMSP'],
  proposedBy: 'AMSP',
  proposedAt: '2026-01-01T00:00:00.000Z',
  dealings: {},
  confirmations: {},
  publicKey: `B${'A'.repeat(86)}`,
});

/** A ledger on which somebody has put a key of its own, too. */
const keys = [keyOf('a-rogue-key', 'ACTIVE'), keyOf('ours', 'ACTIVE'), keyOf('old', 'RETIRED')];
const ehr = {
  getPatient: async () => {
    const { jti } = await registration;
    return { ...patient.registered, keys: [{ ...patient.key, proof: [jti] }] };
  },
  getStatement: async () => ({ statement: (await registration).jws }),
  getCustodianKey: (keyId: string) => {
    const found = keys.find((key) => key.keyId === keyId);
    return found ? Promise.resolve(found) : Promise.reject(new SalusError('ERR_NOT_FOUND', 'none'));
  },
} as unknown as RecordDesk['ehr'];
const desk = { ehr, channel: CHANNEL };

describe('the recipients of content keys', () => {
  it('are custodians under the key that the hospital names, and no other', async () => {
    const { emergency } = await recipientsOf(known, [TAG], { ...desk, emergencyKey: 'ours' });
    expect(emergency?.keyId).toBe('ours');
    expect(await recipientsOf(known, [TAG], desk)).not.toHaveProperty('emergency');
  });

  it('are no custodians whose key has ended or is not there', async () => {
    const under = (emergencyKey: string) => recipientsOf(known, [TAG], { ...desk, emergencyKey });
    await expect(under('old')).rejects.toThrow(coded('ERR_KEY_ENDED', { got: 'RETIRED' }));
    await expect(under('unknown')).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
