import { coded } from '@salus/testing/coded';
import { checkComputationContent } from './computation-rules.js';
import type { ComputationView } from './ledger-view.js';
import { KEPT_AFTER_RECORD_MS } from './retention.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const shares = (hash: string) => [{ shareId: 's0', hash }];

/** A ledger with one key, one opening and one ciphertext. */
function ledger({ phase = 'READY', ...changes }: Record<string, unknown> = {}): ComputationView {
  const members = ['AMSP', 'BMSP'];
  const key = {
    publicKeyHash: 'public',
    committee: { members, threshold: 2 },
    ceremony: {
      phase,
      members: members.map((mspId) => ({
        mspId,
        contributions: shares('contribution'),
        trial: shares('trial'),
      })),
    },
  };
  const opening = { permitted: true, recipients: ['CMSP'], keyId: 'k1', resultHash: 'result' };
  const view: Record<keyof ComputationView, () => Promise<unknown>> = {
    getKey: () => Promise.resolve(key),
    getOpening: () => Promise.resolve({ ...opening, ...changes }),
    getEvaluation: () => Promise.resolve({ leaves: ['leaf'] }),
    getCiphertext: () => Promise.resolve({ contributor: { mspId: 'CMSP' }, keyId: 'k1' }),
  };
  return view as unknown as ComputationView;
}

const ask = (mspId: string, hash: string, by: object, view = ledger()) => {
  const asker = { mspId, id: 'i'.repeat(64) };
  return checkComputationContent(
    { asker, hash, now: NOW, by: { chaincode: 'claims', ...by } },
    view,
  );
};

describe('the content of computations', () => {
  it.each([
    ['the public key', 'DMSP', 'public', { key: 'k1' }],
    ['a contribution that was revealed', 'DMSP', 'contribution', { key: 'k1' }],
    ['a trial opening, to a member', 'BMSP', 'trial', { key: 'k1' }],
    ['a result, to a recipient', 'CMSP', 'result', { opening: 'o1' }],
    ['what it was computed from, to a member', 'AMSP', 'leaf', { opening: 'o1' }],
    ['a ciphertext, to its contributor', 'CMSP', 'leaf', {}],
    ['a ciphertext, to a member', 'AMSP', 'leaf', {}],
  ])('is served: %s', async (_, mspId, hash, by) => {
    await expect(ask(mspId, hash, by)).resolves.toBeUndefined();
  });

  it.each([
    ['a trial opening, to others', 'DMSP', 'trial', { key: 'k1' }],
    ['what is no part of the key', 'AMSP', 'other', { key: 'k1' }],
    ['a result, to others', 'DMSP', 'result', { opening: 'o1' }],
    ['what is no part of the opening', 'CMSP', 'other', { opening: 'o1' }],
    ['a ciphertext, to others', 'DMSP', 'leaf', {}],
  ])('is not served: %s', async (_, mspId, hash, by) => {
    await expect(ask(mspId, hash, by)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('is not served before all have posted the hashes of their trial openings', async () => {
    const proving = ledger({ phase: 'PROVING' });
    await expect(ask('BMSP', 'trial', { key: 'k1' }, proving)).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
  });

  it('is not served of an opening that was denied, or recorded too long ago', async () => {
    const recordedAt = new Date(NOW - KEPT_AFTER_RECORD_MS - 1).toISOString();
    for (const changes of [{ permitted: false, reason: 'COHORT_TOO_SMALL' }, { recordedAt }]) {
      await expect(ask('CMSP', 'result', { opening: 'o1' }, ledger(changes))).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
    }
  });
});
