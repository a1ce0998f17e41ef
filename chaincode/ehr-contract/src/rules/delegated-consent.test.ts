import type { Delegate, PatientKey } from '@salus/protocol/ehr';
import { requireMayReopen, requireMayRoll, requireWithinDelegation } from './delegated-consent.js';
import type { Signer } from './signer.js';

const patient: Signer = { kind: 'PATIENT', key: {} as PatientKey };
const delegate = (more: Partial<Delegate> = {}): Signer => ({
  kind: 'DELEGATE',
  delegate: {
    delegateId: 'd',
    kid: 'k',
    jwk: { kty: 'OKP', crv: 'Ed25519', x: 'x' },
    relation: 'PARENT',
    actions: ['grant', 'withdraw', 'access'],
    notBefore: '2026-01-01T00:00:00Z',
    notAfter: '2026-12-31T00:00:00Z',
    when: 'ALWAYS',
    addedAt: '2026-01-01T00:00:00.000Z',
    addedBy: 'p',
    ...more,
  },
});
const refusal = (why: string, expected: string) =>
  expect.objectContaining({
    code: 'ERR_STATEMENT_INVALID',
    message: `The statement is refused: ${why}`,
    argument: 'statement',
    expected,
    got: why,
  }) as Error;

describe('the end of a grant', () => {
  const until = (notAfter: string, decision: 'permit' | 'deny' = 'permit') => ({
    notAfter,
    decision,
  });

  test('is free for the patient, and for a deny', () => {
    expect(() => requireWithinDelegation(patient, until('2030-01-01T00:00:00Z'))).not.toThrow();
    expect(() =>
      requireWithinDelegation(delegate(), until('2030-01-01T00:00:00Z', 'deny')),
    ).not.toThrow();
  });

  test('is that of the delegation at the latest for a delegate', () => {
    expect(() =>
      requireWithinDelegation(delegate(), until('2026-12-31T00:00:00.000Z')),
    ).not.toThrow();
    expect(() => requireWithinDelegation(delegate(), until('2026-12-31T00:00:01Z'))).toThrow(
      refusal('it permits for longer than the delegation goes', 'a grant within the delegation'),
    );
  });
});

describe('new category keys with a withdrawal', () => {
  const next = ['lab', 'imaging'].map((categoryTag) => ({ categoryTag, epoch: 2, publicKey: 'k' }));

  test.each<[string, Signer]>([
    ['the patient', patient],
    ['a delegate for everything', delegate()],
    ['a delegate for the categories', delegate({ categoryTags: ['imaging', 'lab', 'x'] })],
  ])('come from %s', (_who, signer) => {
    expect(() => requireMayRoll(signer, next)).not.toThrow();
  });

  test.each<[string, Signer]>([
    ['who may not grant', delegate({ actions: ['access', 'withdraw'] })],
    ['for one of the categories', delegate({ categoryTags: ['lab'] })],
  ])('do not come from a delegate %s', (_who, signer) => {
    expect(() => requireMayRoll(signer, next)).toThrow(
      refusal(
        'the delegation does not cover new keys of these categories',
        'a delegate who may grant the categories',
      ),
    );
  });
});

describe('a withdrawal', () => {
  const keys = [{ kid: 'own' }] as unknown as readonly PatientKey[];
  const ofPatient = { kid: 'own', decision: 'deny' } as const;

  test.each<[string, Signer, { kid: string; decision: 'permit' | 'deny' }]>([
    ['of a deny by the patient', patient, ofPatient],
    ['of a permit of the patient by a delegate', delegate(), { ...ofPatient, decision: 'permit' }],
    ['of a deny of a delegate by a delegate', delegate(), { ...ofPatient, kid: 'carer' }],
  ])('may be one %s', (_which, signer, grant) => {
    expect(() => requireMayReopen(signer, { keys }, grant)).not.toThrow();
  });

  test('is none of a deny of the patient by a delegate: it binds delegates too', () => {
    expect(() => requireMayReopen(delegate(), { keys }, ofPatient)).toThrow(
      refusal('the patient signed the deny', 'a withdrawal by a key of the patient'),
    );
  });
});
