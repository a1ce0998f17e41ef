import type { HealthRecord } from '@salus/protocol/ehr';
import { delegate, guardianBoard, may, patient, patientKey } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { touchedBy, touchedRecords, type GrantSignature } from './touched.js';

const phone = patientKey('phone', { status: 'LOST', lostSince: may(5), endedAt: may(10) });
const of = patient({
  keys: [
    patientKey('own'),
    phone,
    patientKey('child', { addedBy: 'phone', status: 'RETIRED' }),
    patientKey('heir', { addedBy: 'phone' }),
  ],
  delegates: [
    delegate('early', { addedBy: 'phone', addedAt: may(4) }),
    delegate('late', { addedBy: 'phone', addedAt: may(6) }),
    delegate('ended', { addedBy: 'phone', addedAt: may(4), endedAt: may(5) }),
    delegate('other', { addedBy: 'own' }),
  ],
  guardians: guardianBoard({ setBy: 'phone' }),
  categoryKeys: {
    lab: { epoch: 3, publicKey: 'l', since: may(10), statement: 's' },
    imaging: { epoch: 3, publicKey: 'i', since: may(11), statement: 's' },
    new: { epoch: 1, publicKey: 'n', since: may(11), statement: 's' },
  },
});
const grant = (grantId: string, kid: string, day: number, more: Partial<GrantSignature> = {}) => ({
  grantId,
  kid,
  grantedAt: may(day),
  ...more,
});

test('the list of what a lost key touched names what it signed and what it could open', () => {
  const grants = [
    grant('early', 'phone', 4),
    grant('late', 'phone', 5),
    grant('withdrawn', 'phone', 4, { withdrawnAt: may(5) }),
    grant('other', 'own', 4),
  ];
  expect(touchedBy(of, 'phone', grants)).toStrictEqual({
    key: phone,
    grants: [
      { grantId: 'early', grantedAt: may(4), holds: true },
      { grantId: 'late', grantedAt: may(5), holds: false },
      { grantId: 'withdrawn', grantedAt: may(4), withdrawnAt: may(5), holds: false },
    ],
    delegates: [
      { delegateId: 'early', holds: true },
      { delegateId: 'late', holds: false },
      { delegateId: 'ended', holds: false },
    ],
    keys: [
      { kid: 'child', holds: false },
      { kid: 'heir', holds: true },
    ],
    guardians: true,
    epochs: [
      { categoryTag: 'lab', upTo: 3 },
      { categoryTag: 'imaging', upTo: 2 },
    ],
  });
});

test('an active key could open every epoch', () => {
  const touched = touchedBy(of, 'own', []);
  expect(touched).toMatchObject({ guardians: false, grants: [], keys: [] });
  expect(touched.epochs.map(({ upTo }) => upTo)).toEqual([3, 3, 1]);
  expect(touchedBy(patient(), 'own', []).guardians).toBe(false);
});

test('a key of nobody touched nothing that can be told', () => {
  expect(refusalOf(() => touchedBy(of, 'strange', []))).toMatch(/^ERR_NOT_FOUND key/);
});

test('records that were there before the key ended', () => {
  const record = (recordId: string, registeredAt: string) =>
    ({ recordId, registeredAt, categoryTag: 'lab', categoryEpoch: 1, size: 1 }) as HealthRecord;
  const records = [record('a', may(9)), record('b', may(10)), record('c', may(11))];
  const told = (ids: string[]) =>
    ids.map((recordId) => ({ recordId, categoryTag: 'lab', categoryEpoch: 1 }));
  expect(touchedRecords({ endedAt: may(10) }, records)).toStrictEqual(told(['a', 'b']));
  expect(touchedRecords({}, records)).toStrictEqual(told(['a', 'b', 'c']));
});
