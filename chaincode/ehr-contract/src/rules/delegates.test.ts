import { jwkThumbprint, type Delegation } from '@salus/protocol';
import { delegate, jwkOf, may, patient, patientKey } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { MAX_DELEGATES, requireDelegate, withDelegate, withDelegateEnded } from './delegates.js';

const at = may(10);
const terms: Omit<Delegation, 'pseudonym'> = {
  jwk: jwkOf(5),
  relation: 'PARENT',
  actions: ['grant'],
  when: 'ALWAYS',
  notBefore: may(1),
  notAfter: may(20),
};
const kid = jwkThumbprint(jwkOf(5));

test('a delegation says all that the patient signed, and by which key', () => {
  const before = patient({ delegates: [delegate('a')] });
  const added = { delegateId: 'd', kid, addedAt: at, addedBy: 'own' };
  expect(withDelegate(before, 'd', terms, { by: 'own', at })).toStrictEqual({
    ...before,
    delegates: [delegate('a'), { ...terms, ...added }],
  });
  const limited = { ...terms, categoryTags: ['lab'] };
  expect(withDelegate(patient(), 'd', limited, { by: 'own', at }).delegates).toStrictEqual([
    { ...limited, ...added },
  ]);
});

test('a delegate has a key of the own, and may have several delegations', () => {
  const own = patient({ keys: [patientKey('own'), patientKey(kid)] });
  expect(refusalOf(() => withDelegate(own, 'd', terms, { by: 'own', at }))).toBe(
    "ERR_ALREADY_EXISTS jwk: The delegate's key is one of the patient's own " +
      "(a key of somebody else, not one of the patient's)",
  );
  const twice = patient({ delegates: [delegate('a', { kid })] });
  expect(refusalOf(() => withDelegate(twice, 'd', terms, { by: 'own', at }))).toBe('taken');
});

test('delegations are so many at most', () => {
  const add = (count: number) => {
    const delegates = Array.from({ length: count }, (_, n) => delegate(`d${n}`));
    return refusalOf(() => withDelegate(patient({ delegates }), 'd', terms, { by: 'own', at }));
  };
  expect(add(MAX_DELEGATES - 1)).toBe('taken');
  expect(add(MAX_DELEGATES)).toBe(
    `ERR_CONFLICT delegate: The patient has had too many delegates (at most ${MAX_DELEGATES}, not more)`,
  );
});

test('a delegation ends once', () => {
  const before = patient({ delegates: [delegate('a'), delegate('b')] });
  const after = withDelegateEnded(before, 'b', at);
  expect(after.delegates).toStrictEqual([delegate('a'), delegate('b', { endedAt: at })]);
  expect(refusalOf(() => withDelegateEnded(after, 'b', at))).toBe(
    'ERR_CONFLICT delegate: The delegation was ended before (one that goes on, not an ended one)',
  );
  expect(refusalOf(() => withDelegateEnded(before, 'c', at))).toBe(
    'ERR_NOT_FOUND delegate: There is no such delegate (a delegate on the ledger, not none)',
  );
  expect(requireDelegate(before, 'b')).toEqual(delegate('b'));
});
