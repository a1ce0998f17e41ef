import { SalusError } from '@salus/protocol';
import type { Decision } from '@salus/protocol/ehr';
import { DecisionsInForce } from './decisions-in-force.js';

const NOW = Date.parse('2026-01-01T00:00:00Z');
const decision = (expiresInMs = 300_000, members: object = {}) =>
  ({
    decisionId: 'd',
    pseudonym: 'p',
    recordId: 'r',
    purpose: 'TREAT',
    hpkePublicKey: 'k',
    expiresAt: new Date(NOW + expiresInMs).toISOString(),
    ...members,
  }) as unknown as Decision;
const ledger = (permitted: boolean) => ({
  evaluateAccess: jest.fn(() => Promise.resolve({ ...decision(), permitted } as Decision)),
});

describe('a decision in force', () => {
  const held = (...decisions: Decision[]) => {
    const clock = { now: NOW };
    const inForce = new DecisionsInForce(() => clock.now);
    for (const one of decisions) inForce.remember('dr-1', one);
    return { clock, inForce };
  };

  it('is that of the practitioner and patient, which consent permits now', async () => {
    const { inForce } = held(decision());
    await expect(inForce.find('dr-1', 'p', ledger(true))).resolves.toEqual(decision());
    await expect(inForce.find('dr-2', 'p', ledger(true))).resolves.toBeUndefined();
    await expect(inForce.find('dr-1', 'q', ledger(true))).resolves.toBeUndefined();
  });

  it('ends when it expires, when consent would deny it, and with its record', async () => {
    const { inForce, clock } = held(decision());
    await expect(inForce.find('dr-1', 'p', ledger(false))).resolves.toBeUndefined();
    const gone = {
      evaluateAccess: () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'no patient')),
    };
    await expect(inForce.find('dr-1', 'p', gone)).resolves.toBeUndefined();
    const away = {
      evaluateAccess: () => Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'away')),
    };
    await expect(inForce.find('dr-1', 'p', away)).rejects.toMatchObject({
      code: 'ERR_PEER_UNREACHABLE',
    });
    clock.now += 300_000;
    const asked = ledger(true);
    await expect(inForce.find('dr-1', 'p', asked)).resolves.toBeUndefined();
    expect(asked.evaluateAccess).not.toHaveBeenCalled();
  });

  it('is the latest one', async () => {
    const { inForce } = held(decision(), decision(600_000, { decisionId: 'e' }));
    await expect(inForce.find('dr-1', 'p', ledger(true))).resolves.toMatchObject({
      decisionId: 'e',
    });
  });

  it('of an emergency opens nothing else', async () => {
    const { inForce } = held(decision(300_000, { purpose: 'BTG' }));
    await expect(inForce.find('dr-1', 'p', ledger(true))).resolves.toBeUndefined();
  });
});
