import { canonicalJson, hashOf } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import { may } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import {
  endedCustodianKey,
  newCustodianKey,
  requireCustodian,
  withCommitment,
  withConfirmation,
  withDealing,
} from './custodian-keys.js';

const at = may(10);
const custodians = ['CMSP', 'AMSP', 'BMSP'];
const of = (mspId: string, role = 'custodian') => ({ mspId, role });
const dealing = (dealer: string) => ({
  points: [`${dealer} 0`, `${dealer} 1`],
  proof: `${dealer} proof`,
  sealedShares: custodians
    .filter((recipient) => recipient !== dealer)
    .map((recipient) => ({ recipient, enc: 'e', ciphertext: 'c' })),
});
const commitmentOf = (dealer: string) => {
  const { points, proof } = dealing(dealer);
  return hashOf({ keyId: 'k', dealer, threshold: 2, custodians, points, proof });
};
const commit = (key: CustodianKey, dealer: string) =>
  withCommitment(key, { commitment: commitmentOf(dealer), hpkePublicKey: dealer }, of(dealer));
const confirmation = { publicKey: 'P', shareImages: ['1', '2', '3'] };
const confirm = (key: CustodianKey, mspId: string, more: object = {}) =>
  withConfirmation(key, { ...confirmation, ...more }, { who: of(mspId), at });

const request = { keyId: 'k', threshold: 2, custodians };
const proposed = () => newCustodianKey(request, of('AMSP'), at);
const committed = () => custodians.reduce(commit, proposed());
const dealt = () =>
  custodians.reduce((key, dealer) => withDealing(key, dealing(dealer), of(dealer)), committed());
const active = () => custodians.reduce<CustodianKey>((key, mspId) => confirm(key, mspId), dealt());

const forbidden = (got: string) =>
  'ERR_FORBIDDEN caller: This needs the role custodian of a custodian of the key ' +
  `(custodian of CMSP or AMSP or BMSP, not ${got})`;
const step = (expected: string, got: string) =>
  `ERR_CONFLICT keyId: The ceremony of the key is at another step (${expected}, not ${got})`;
const twice =
  'ERR_CONFLICT caller: The custodian has taken this step already (each custodian once, not twice)';

test('the ceremony goes on when all have taken a step', () => {
  expect(proposed()).toStrictEqual({
    ...request,
    status: 'PROPOSED',
    proposedBy: 'AMSP',
    proposedAt: at,
    dealings: {},
    confirmations: {},
  });
  const one = commit(proposed(), 'BMSP');
  expect(one).toStrictEqual({
    ...proposed(),
    dealings: { BMSP: { commitment: commitmentOf('BMSP'), hpkePublicKey: 'BMSP' } },
  });
  expect(committed().status).toBe('COMMITTED');
  const shown = withDealing(committed(), dealing('BMSP'), of('BMSP'));
  expect(shown).toStrictEqual({
    ...committed(),
    dealings: {
      ...committed().dealings,
      BMSP: { ...committed().dealings['BMSP'], ...dealing('BMSP') },
    },
  });
  expect(dealt().status).toBe('DEALT');
  const said = confirm(dealt(), 'AMSP');
  const hash = hashOf(confirmation);
  expect(said).toStrictEqual({ ...dealt(), ...confirmation, confirmations: { AMSP: hash } });
  expect(active()).toStrictEqual({
    ...dealt(),
    ...confirmation,
    status: 'ACTIVE',
    activeAt: at,
    confirmations: { AMSP: hash, BMSP: hash, CMSP: hash },
  });
});

test('custodians named like what every object has take each step once, too', () => {
  const names = ['__proto__', 'constructor', 'toString'];
  const terms = { keyId: 'k', threshold: 2, custodians: names };
  const shown = (dealer: string) => ({
    points: [`${dealer} 0`, `${dealer} 1`],
    proof: 'proof',
    sealedShares: names
      .filter((recipient) => recipient !== dealer)
      .map((recipient) => ({ recipient, enc: 'e', ciphertext: 'c' })),
  });
  const committing = (key: CustodianKey, dealer: string) => {
    const { points, proof } = shown(dealer);
    const commitment = hashOf({ ...terms, dealer, points, proof });
    return withCommitment(key, { commitment, hpkePublicKey: dealer }, of(dealer));
  };
  const showing = (key: CustodianKey, dealer: string) =>
    withDealing(key, shown(dealer), of(dealer));
  // State is read from JSON between two steps.
  const stored = (key: CustodianKey) => JSON.parse(canonicalJson(key)) as CustodianKey;
  let key = newCustodianKey(terms, of('constructor'), at);
  for (const act of [committing, showing, confirm]) {
    for (const name of names) {
      key = stored(act(key, name));
      expect(refusalOf(() => act(key, name))).not.toBe('taken');
    }
  }
  const { dealings, confirmations, status } = key;
  expect(status).toBe('ACTIVE');
  expect(Object.keys(dealings).sort()).toEqual(names);
  expect(Object.keys(confirmations).sort()).toEqual(names);
});

test('only custodians take part', () => {
  for (const [who, got] of [
    [of('DMSP'), 'custodian of DMSP'],
    [of('AMSP', 'physician'), 'physician of AMSP'],
    [{ mspId: 'AMSP' }, 'no role of AMSP'],
  ] as const) {
    const steps = [
      () => newCustodianKey(request, who, at),
      () => requireCustodian(proposed(), who),
      () => withCommitment(proposed(), { commitment: 'c', hpkePublicKey: 'h' }, who),
      () => withDealing(committed(), dealing('AMSP'), who),
      () => withConfirmation(dealt(), confirmation, { who, at }),
      () => endedCustodianKey(active(), undefined, { who, at }),
    ];
    for (const each of steps) expect(refusalOf(each)).toBe(forbidden(got));
  }
});

test('no step comes early or late, none twice', () => {
  expect(refusalOf(() => commit(committed(), 'AMSP'))).toBe(step('PROPOSED', 'COMMITTED'));
  expect(refusalOf(() => commit(commit(proposed(), 'AMSP'), 'AMSP'))).toBe(twice);
  const deal = (key: CustodianKey) => () => withDealing(key, dealing('AMSP'), of('AMSP'));
  expect(refusalOf(deal(proposed()))).toBe(step('COMMITTED', 'PROPOSED'));
  expect(refusalOf(deal(deal(committed())()))).toBe(twice);
  expect(refusalOf(() => confirm(committed(), 'AMSP'))).toBe(step('DEALT', 'COMMITTED'));
  expect(refusalOf(() => confirm(confirm(dealt(), 'AMSP'), 'AMSP'))).toBe(twice);
});

describe('a dealing', () => {
  const deal = (more: object) =>
    refusalOf(() => withDealing(committed(), { ...dealing('AMSP'), ...more }, of('AMSP')));

  test('is the one that was committed to', () => {
    for (const change of [{ points: ['x', 'y'] }, { proof: 'x' }]) {
      const { points, proof } = { ...dealing('AMSP'), ...change };
      const got = hashOf({ keyId: 'k', dealer: 'AMSP', threshold: 2, custodians, points, proof });
      expect(deal(change)).toBe(
        'ERR_HASH_MISMATCH points: The dealing is not the one that was committed to ' +
          `(${commitmentOf('AMSP')}, not ${got})`,
      );
    }
  });

  test('has as many points as the threshold', () => {
    const points = ['x'];
    const { proof } = dealing('AMSP');
    const commitment = hashOf({
      keyId: 'k',
      dealer: 'AMSP',
      threshold: 2,
      custodians,
      points,
      proof,
    });
    const dealings = { ...committed().dealings, AMSP: { commitment, hpkePublicKey: 'h' } };
    expect(
      refusalOf(() =>
        withDealing({ ...committed(), dealings }, { ...dealing('AMSP'), points }, of('AMSP')),
      ),
    ).toBe('ERR_INVALID_ARGUMENT points: points: expected 2 points (2 points, not 1)');
  });

  test('has a share for each other custodian', () => {
    const [first, second] = dealing('AMSP').sealedShares;
    const own = { ...first, recipient: 'AMSP' };
    expect(deal({ sealedShares: [second, first] })).toBe('taken');
    for (const [sealedShares, got] of [
      [[first], 'CMSP'],
      [[first, own], 'CMSP, AMSP'],
      [[first, second, own], 'CMSP, BMSP, AMSP'],
    ] as const) {
      expect(deal({ sealedShares })).toBe(
        'ERR_INVALID_ARGUMENT sealedShares: sealedShares: expected one for each other custodian ' +
          `(one for each other custodian, not ${got})`,
      );
    }
  });
});

describe('a confirmation', () => {
  test('that differs fails the ceremony', () => {
    for (const more of [{ publicKey: 'Q' }, { shareImages: ['1', '2', '4'] }]) {
      const failed = confirm(confirm(dealt(), 'AMSP'), 'BMSP', more);
      expect(failed).toMatchObject({ status: 'FAILED', endedAt: at, failedBy: 'BMSP' });
      expect(failed.confirmations['BMSP']).toBe(hashOf({ ...confirmation, ...more }));
      expect(failed).toMatchObject(confirmation);
    }
  });

  test('has an image of each share', () => {
    expect(refusalOf(() => confirm(dealt(), 'AMSP', { shareImages: ['1', '2'] }))).toBe(
      'ERR_INVALID_ARGUMENT shareImages: shareImages: expected one for each custodian ' +
        '(one for each custodian, not 2)',
    );
  });
});

describe('the end of a key', () => {
  const end = (key: CustodianKey, complaint?: { dealer: string; evidence: string }) =>
    endedCustodianKey(key, complaint, { who: of('AMSP'), at });

  test('fails a ceremony at any step, and retires an active key', () => {
    for (const key of [proposed(), committed(), dealt()]) {
      const failed = { ...key, status: 'FAILED', endedAt: at, failedBy: 'AMSP' };
      expect(end(key)).toStrictEqual(failed);
    }
    expect(end(active())).toStrictEqual({ ...active(), status: 'RETIRED', endedAt: at });
  });

  test('comes once', () => {
    for (const key of [end(active()), end(dealt())]) {
      expect(refusalOf(() => end(key))).toBe(
        `ERR_CONFLICT keyId: The key has ended already (a key in use, not ${key.status})`,
      );
    }
  });

  test('complains of another dealer, with evidence', () => {
    const complaint = { dealer: 'BMSP', evidence: 'e' };
    expect(end(dealt(), complaint)).toMatchObject({
      status: 'FAILED',
      failedBy: 'AMSP',
      complaint: { by: 'AMSP', ...complaint },
    });
    for (const dealer of ['AMSP', 'DMSP']) {
      expect(refusalOf(() => end(dealt(), { dealer, evidence: 'e' }))).toBe(
        'ERR_INVALID_ARGUMENT complaint.dealer: complaint.dealer: expected another custodian ' +
          `(another custodian, not ${dealer})`,
      );
    }
  });
});
