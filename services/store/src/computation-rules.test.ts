import { coded } from '@salus/testing/coded';
import { checkComputationContent } from './computation-rules.js';
import type { ComputationView } from './ledger-view.js';
import { KEPT_AFTER_RECORD_MS } from './retention.js';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const shares = (hash: string) => [{ shareId: 's0', hash }];

/** A ledger with one key, one opening and one ciphertext. */
function ledger({
  phase = 'READY',
  kind = 'GENERATE',
  ...changes
}: Record<string, unknown> = {}): ComputationView {
  const members = ['AMSP', 'BMSP'];
  const key = {
    publicKeyHash: 'public',
    committee: { members, threshold: 2 },
    ceremony: {
      ...{ phase, kind },
      members: members.map((mspId) => ({
        mspId,
        contributions: shares('contribution'),
        trial: shares('trial'),
      })),
    },
  };
  const opening = {
    permitted: true,
    readers: { CMSP: 'adjuster' },
    keyId: 'k1',
    resultHash: 'result',
    expiresAt: new Date(NOW).toISOString(),
  };
  const view: Record<keyof ComputationView, () => Promise<unknown>> = {
    getKey: () => Promise.resolve(key),
    getOpening: () => Promise.resolve({ ...opening, ...changes }),
    getEvaluation: () => Promise.resolve({ leaves: ['leaf'] }),
    getCiphertext: () => Promise.resolve({ contributor: { mspId: 'CMSP' }, keyId: 'k1' }),
  };
  return view as unknown as ComputationView;
}

const ROLES: Readonly<Record<string, string>> = { AMSP: 'committee', CMSP: 'adjuster' };

const ask = (
  mspId: string,
  hash: string,
  by: object,
  { view = ledger(), now = NOW, ...who } = {},
) => {
  const role = 'role' in who ? (who.role as string | undefined) : (ROLES[mspId] ?? 'physician');
  const asker = { mspId, id: 'i'.repeat(64), ...(role !== undefined && { role }) };
  return checkComputationContent({ asker, hash, now, by: { chaincode: 'claims', ...by } }, view);
};

describe('the content of computations', () => {
  it.each([
    ['the public key', 'DMSP', 'public', { key: 'k1' }],
    ['a contribution that was revealed', 'DMSP', 'contribution', { key: 'k1' }],
    ['a trial opening, to a member', 'BMSP', 'trial', { key: 'k1' }],
    ['a result, to a recipient', 'CMSP', 'result', { opening: 'o1' }],
    ['a result, to a member', 'AMSP', 'result', { opening: 'o1' }],
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
    ['a result, to a member that sends somebody else', 'BMSP', 'result', { opening: 'o1' }],
    ['what a result was computed from, to a recipient', 'CMSP', 'leaf', { opening: 'o1' }],
    ['the same, to a member that sends somebody else', 'BMSP', 'leaf', { opening: 'o1' }],
    ['what is no part of the opening', 'AMSP', 'other', { opening: 'o1' }],
    ['a ciphertext, to others', 'DMSP', 'leaf', {}],
    ['a ciphertext, to a member that sends somebody else', 'BMSP', 'leaf', {}],
  ])('is not served: %s', async (_, mspId, hash, by) => {
    await expect(ask(mspId, hash, by)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it.each([undefined, 'auditor', 'billing', 'committee'])(
    'is not served to the role %s of a recipient, another than reads it',
    async (role) => {
      await expect(ask('CMSP', 'result', { opening: 'o1' }, { role } as object)).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
    },
  );

  it('is not served as a contribution because one holder said so in a resharing', async () => {
    const view = ledger({ kind: 'RESHARE', phase: 'CONFIRMING' });
    await expect(ask('DMSP', 'contribution', { key: 'k1' }, { view })).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
  });

  it('is not served before all have posted the hashes of their trial openings', async () => {
    const view = ledger({ phase: 'PROVING' });
    await expect(ask('BMSP', 'trial', { key: 'k1' }, { view })).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
  });

  it('is not served of an opening that was denied, has expired, or was recorded too long ago', async () => {
    const recordedAt = new Date(NOW - KEPT_AFTER_RECORD_MS - 1).toISOString();
    const expiresAt = new Date(NOW - 1).toISOString();
    const denied = { permitted: false, reason: 'COHORT_TOO_SMALL' };
    for (const changes of [denied, { expiresAt }, { recordedAt }]) {
      const view = ledger(changes);
      await expect(ask('CMSP', 'result', { opening: 'o1' }, { view })).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
    }
    const lately = ledger({ expiresAt, recordedAt: new Date(NOW).toISOString() });
    await expect(
      ask('CMSP', 'result', { opening: 'o1' }, { view: lately }),
    ).resolves.toBeUndefined();
  });
});
