import type { PublicJwk } from '@salus/protocol';
import type { Delegate, Patient, PatientKey } from '@salus/protocol/ehr';
import { knownJwk, signerOf, type Deed, type SignedAction } from './signer.js';

const at = '2026-05-10T12:00:00.000Z';
const jwk = (x: string): PublicJwk => ({ kty: 'OKP', crv: 'Ed25519', x });

function key(more: Partial<PatientKey> = {}): PatientKey {
  return {
    kid: 'own',
    jwk: jwk('own'),
    hpkePublicKey: 'h',
    purposes: ['consent', 'access', 'keys'],
    notBefore: '2026-05-01T00:00:00Z',
    status: 'ACTIVE',
    addedAt: '2026-05-01T00:00:00.000Z',
    ...more,
  };
}

function delegate(more: Partial<Delegate> = {}): Delegate {
  return {
    delegateId: 'd',
    kid: 'carer',
    jwk: jwk('carer'),
    relation: 'CARER',
    when: 'ALWAYS',
    actions: ['grant', 'withdraw', 'access', 'erase'],
    notBefore: '2026-05-02T00:00:00Z',
    notAfter: '2026-06-01T00:00:00Z',
    addedAt: '2026-05-02T00:00:00.000Z',
    addedBy: 'own',
    ...more,
  };
}

function patient(more: Partial<Patient> = {}): Patient {
  return {
    pseudonym: 'p',
    registeredBy: 'AMSP',
    registeredAt: at,
    status: 'ACTIVE',
    keys: [key()],
    delegates: [delegate()],
    categoryKeys: {},
    ...more,
  };
}

function verdict(of: Patient, kid: string, deed: Deed | SignedAction, when = at): string {
  try {
    return signerOf(of, kid, when, typeof deed === 'string' ? { action: deed } : deed).kind;
  } catch (error) {
    expect(error).toMatchObject({
      code: 'ERR_STATEMENT_INVALID',
      argument: 'statement',
      expected: 'a statement by a key that may sign it now',
    });
    return (error as Error).message.replace('The statement is refused: ', '');
  }
}

const NO_MORE = 'the key of the patient is no longer active';
const EARLY = 'the key of the patient is not valid yet';
const EXPIRED = 'the key of the patient has expired';
const OTHER = 'the key of the patient is for another purpose';
const DEAD = 'the patient is dead';
const UNABLE = 'the patient can not consent at present';

describe("the patient's own key", () => {
  test.each<[string, Partial<PatientKey>, SignedAction, string]>([
    ['signs what it is for', {}, 'grant', 'PATIENT'],
    ['signs changes of keys', {}, 'keys', 'PATIENT'],
    ['signs no more when retired', { status: 'RETIRED' }, 'grant', NO_MORE],
    ['signs no more when lost', { status: 'LOST' }, 'self', NO_MORE],
    ['signs from its first moment', { notBefore: at }, 'grant', 'PATIENT'],
    ['does not sign before', { notBefore: '2026-05-10T12:00:00.001Z' }, 'grant', EARLY],
    ['signs up to its end', { notAfter: '2026-05-10T12:00:00.001Z' }, 'grant', 'PATIENT'],
    ['does not sign from its end on', { notAfter: at }, 'grant', EXPIRED],
    ['for access grants nothing', { purposes: ['access'] }, 'grant', OTHER],
    ['for access withdraws nothing', { purposes: ['access'] }, 'withdraw', OTHER],
    ['for access erases nothing', { purposes: ['access'] }, 'erase', OTHER],
    ['for access changes no keys', { purposes: ['access'] }, 'keys', OTHER],
    ['for access asks for access', { purposes: ['access'] }, 'access', 'PATIENT'],
    ['for consent asks for no access', { purposes: ['consent'] }, 'access', OTHER],
    ['for consent grants', { purposes: ['consent'] }, 'grant', 'PATIENT'],
    ['for consent withdraws', { purposes: ['consent'] }, 'withdraw', 'PATIENT'],
    ['for consent erases', { purposes: ['consent'] }, 'erase', 'PATIENT'],
    ['for keys changes them', { purposes: ['keys'] }, 'keys', 'PATIENT'],
    ['of any purpose ends itself', { purposes: ['access'] }, 'self', 'PATIENT'],
  ])('%s', (_what, more, action, expected) => {
    expect(verdict(patient({ keys: [key(more)] }), 'own', action)).toBe(expected);
  });

  test.each<[Patient['status'], SignedAction, string]>([
    ['INCAPACITATED', 'grant', UNABLE],
    ['INCAPACITATED', 'erase', UNABLE],
    ['INCAPACITATED', 'keys', UNABLE],
    ['INCAPACITATED', 'withdraw', 'PATIENT'],
    ['INCAPACITATED', 'access', 'PATIENT'],
    ['INCAPACITATED', 'self', 'PATIENT'],
    ['DECEASED', 'grant', DEAD],
    ['DECEASED', 'withdraw', DEAD],
    ['DECEASED', 'self', DEAD],
  ])('judged for a patient who is %s: %s', (status, action, expected) => {
    expect(verdict(patient({ status }), 'own', action)).toBe(expected);
  });

  test('is the one that the statement names', () => {
    const keys = [key({ kid: 'old', status: 'RETIRED' }), key()];
    const signer = signerOf(patient({ keys }), 'own', at, { action: 'grant' });
    expect(signer).toEqual({ kind: 'PATIENT', key: keys[1] });
    expect(knownJwk(patient({ keys }), 'own')).toEqual(jwk('own'));
    expect(verdict(patient({ keys }), 'old', 'grant')).toBe(NO_MORE);
  });

  test('is nobody else’s', () => {
    const defect = 'its key is not of the patient, nor of a delegate';
    expect(verdict(patient(), 'strange', 'grant')).toBe(defect);
    expect(() => knownJwk(patient(), 'strange')).toThrow(defect);
  });
});

describe("a delegate's key", () => {
  const SCOPE = 'the delegation does not cover these categories';
  const ACTION = 'the delegation does not cover this action';
  const STATUS = "the delegation is for another status of the patient's";

  test.each<[string, Partial<Delegate>, Deed, string]>([
    ['acts', {}, { action: 'grant' }, 'DELEGATE'],
    [
      'acts no more after the end',
      { endedAt: at },
      { action: 'grant' },
      'the delegation was ended',
    ],
    ['acts from the first moment', { notBefore: at }, { action: 'grant' }, 'DELEGATE'],
    [
      'does not act before',
      { notBefore: '2026-05-11T00:00:00Z' },
      { action: 'grant' },
      'the delegation is not valid yet',
    ],
    [
      'does not act from its last moment on',
      { notAfter: at },
      { action: 'grant' },
      'the delegation has expired',
    ],
    ['does nothing else', { actions: ['grant'] }, { action: 'withdraw' }, ACTION],
    ['changes no keys', {}, { action: 'keys' }, ACTION],
    ['vetoes nothing', {}, { action: 'self' }, ACTION],
    ['acts on its category', { categoryTags: ['a', 'b'] }, deed('a', 'b'), 'DELEGATE'],
    ['does not act on another', { categoryTags: ['a', 'b'] }, deed('a', 'c'), SCOPE],
    ['does not act on all', { categoryTags: ['a'] }, { action: 'grant' }, SCOPE],
    ['does not act on none', { categoryTags: ['a'] }, deed(), SCOPE],
    ['acts on any where none is named', {}, deed('c'), 'DELEGATE'],
    ['waits for incapacity', { when: 'INCAPACITATED' }, { action: 'grant' }, STATUS],
    ['waits for death', { when: 'DECEASED' }, { action: 'grant' }, STATUS],
  ])('%s', (_what, more, what, expected) => {
    expect(verdict(patient({ delegates: [delegate(more)] }), 'carer', what)).toBe(expected);
  });

  test('resigns from its own delegation, also one that is over, and from no other', () => {
    const delegates = [
      delegate({ delegateId: 'a', notAfter: '2026-05-03T00:00:00Z' }),
      delegate({ delegateId: 'b' }),
      delegate({ delegateId: 'c', kid: 'other' }),
    ];
    const resign = (kid: string, delegateId: string) =>
      verdict(patient({ delegates }), kid, { action: 'resign', delegateId });
    expect(resign('carer', 'a')).toBe('DELEGATE');
    expect(resign('carer', 'b')).toBe('DELEGATE');
    expect(resign('carer', 'c')).toBe(ACTION);
    expect(resign('own', 'a')).toBe('the key is not of the delegate');
    const grant = { action: 'grant', delegateId: 'b' } as const;
    expect(verdict(patient({ delegates: [delegate({ endedAt: at })] }), 'carer', grant)).toBe(
      'the delegation was ended',
    );
    const over = delegate({ delegateId: 'b', endedAt: at });
    expect(verdict(patient({ delegates: [over] }), 'carer', grant)).toBe(
      'the delegation was ended',
    );
  });

  test.each<[Patient['status'], Delegate['when'], string]>([
    ['INCAPACITATED', 'INCAPACITATED', 'DELEGATE'],
    ['INCAPACITATED', 'ALWAYS', 'DELEGATE'],
    ['INCAPACITATED', 'DECEASED', STATUS],
    ['DECEASED', 'DECEASED', 'DELEGATE'],
    ['DECEASED', 'INCAPACITATED', STATUS],
  ])('of a patient who is %s acts when %s', (status, when, expected) => {
    const of = patient({ status, delegates: [delegate({ when })] });
    expect(verdict(of, 'carer', 'grant')).toBe(expected);
  });

  test('acts by whichever of its delegations covers it', () => {
    const delegates = [
      delegate({ delegateId: 'a', actions: ['access'] }),
      delegate({ delegateId: 'b', actions: ['grant'] }),
    ];
    const signer = signerOf(patient({ delegates }), 'carer', at, { action: 'grant' });
    expect(signer).toEqual({ kind: 'DELEGATE', delegate: delegates[1] });
    expect(knownJwk(patient({ delegates }), 'carer')).toEqual(jwk('carer'));
    expect(verdict(patient({ delegates }), 'carer', 'erase')).toBe(ACTION);
  });

  test('does not act by a delegation that was made with a lost key', () => {
    const lost = (lostSince: string) => key({ kid: 'lost', status: 'LOST', lostSince });
    const delegates = [delegate({ addedBy: 'lost' })];
    const since = (time: string) => patient({ keys: [key(), lost(time)], delegates });
    expect(verdict(since('2026-05-02T00:00:00Z'), 'carer', 'grant')).toBe('the delegation is void');
    expect(verdict(since('2026-05-03T00:00:00Z'), 'carer', 'grant')).toBe('DELEGATE');
  });
});

function deed(...categoryTags: string[]): Deed {
  return { action: 'grant', categoryTags };
}
