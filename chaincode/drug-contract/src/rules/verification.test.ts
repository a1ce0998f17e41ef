import fc from 'fast-check';
import { merkleProof, merkleRoot } from '@salus/protocol';
import { type Dispensed, type PackStatus, packLeaf } from '@salus/protocol/drug';
import { errorOf, unit as bare } from '../test-support/fixtures.js';
import { isExpired, judgePack, requireDispensable, type PackFacts } from './verification.js';

const labels = ['A', 'B'].map((serial) => ({ gtin: bare.gtin, serial, salt: `salt-${serial}` }));
const leaves = labels.map(packLeaf);
const unit = { ...bare, holder: 'CityMSP', contentsRoot: merkleRoot(leaves) };
const pack = { gtin: bare.gtin, serial: 'A', salt: 'salt-A', proof: merkleProof(leaves, 0) };
const at = '2026-05-01T12:00:00.000Z';
const facts: PackFacts = { pack, unit, dispensed: undefined, asker: 'CityMSP', at };
const dispensed: Dispensed = {
  sgtin: 'x',
  sscc: unit.sscc,
  dispensedBy: 'CityMSP',
  dispensedAt: at,
  prescriptionHash: '0',
  transactionId: 't',
};
const known = {
  holder: 'CityMSP',
  manufacturer: 'PharmaMSP',
  gtin: unit.gtin,
  lot: 'L1',
  expiry: '2026-05-31',
};
const late = '2026-06-01T00:00:00.000Z';
const transit = { ...unit, status: 'IN_TRANSIT' as const };

describe('judgePack', () => {
  test.each<[PackStatus, Partial<PackFacts>]>([
    ['AVAILABLE', {}],
    ['NOT_IN_CUSTODY', { asker: 'ValleyMSP' }],
    ['IN_TRANSIT', { unit: transit, asker: 'ValleyMSP' }],
    ['IN_TRANSIT', { unit: transit }],
  ])('%s', (status, more) => {
    expect(judgePack({ ...facts, ...more })).toStrictEqual({
      genuine: true,
      status,
      dispensed: false,
      expired: false,
      ...known,
    });
  });

  test('tells of an expired pack, wherever it is', () => {
    const verdict = judgePack({ ...facts, unit: transit, asker: 'ValleyMSP', at: late });
    expect(verdict).toStrictEqual({
      genuine: true,
      status: 'EXPIRED',
      dispensed: false,
      expired: true,
      ...known,
    });
  });

  test('tells of a dispensed pack before all else', () => {
    const verdict = judgePack({ ...facts, dispensed, unit: transit, at: late });
    expect(verdict).toStrictEqual({
      genuine: true,
      status: 'DISPENSED',
      dispensed: true,
      expired: true,
      ...known,
    });
  });

  test('tells nothing of a unit that is not there', () => {
    expect(judgePack({ ...facts, unit: undefined, dispensed })).toStrictEqual({
      genuine: false,
      status: 'UNKNOWN_UNIT',
      dispensed: false,
      expired: false,
    });
  });

  const other = { ...unit, gtin: '06291041500213' };
  test.each<[string, Partial<PackFacts>]>([
    ['another serial number', { pack: { ...pack, serial: 'B' } }],
    ['another salt', { pack: { ...pack, salt: 'salt-B' } }],
    ["another pack's proof", { pack: { ...pack, proof: merkleProof(leaves, 1) } }],
    ['a product that is not the unit’s', { unit: other }],
    ['a tree of another size', { unit: { ...unit, count: 3 } }],
  ])('takes no pack with %s', (_what, more) => {
    expect(judgePack({ ...facts, dispensed, at: late, ...more })).toStrictEqual({
      genuine: false,
      status: 'NOT_IN_UNIT',
      dispensed: false,
      expired: false,
    });
  });

  test('every pack of a unit is found, and none at another place', () => {
    const sizes = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (count, mine, wrong) => {
        const all = Array.from({ length: count }, (_, at) => ({
          gtin: unit.gtin,
          serial: `S${at}`,
          salt: `salt-${at}`,
        }));
        const data = all.map(packLeaf);
        const full = { ...unit, count, contentsRoot: merkleRoot(data) };
        const one = all[mine % count] ?? pack;
        const statusAt = (index: number) => {
          const shown = { ...one, proof: merkleProof(data, index) };
          return judgePack({ ...facts, unit: full, pack: shown }).status;
        };
        expect(statusAt(mine % count)).toBe('AVAILABLE');
        if (wrong % count !== mine % count) expect(statusAt(wrong % count)).toBe('NOT_IN_UNIT');
      }),
    );
  });
});

test('a leaf is canonical JSON of salt and SGTIN', () => {
  expect(Buffer.from(packLeaf(pack)).toString('utf8')).toBe(
    '{"salt":"salt-A","sgtin":"https://id.gs1.org/01/09520123456788/21/A"}',
  );
});

test('a pack may be used to the end of its last day', () => {
  expect(isExpired('2026-05-31', '2026-05-31T23:59:59.999Z')).toBe(false);
  expect(isExpired('2026-05-31', '2026-06-01T00:00:00.000Z')).toBe(true);
  expect(isExpired('2026-05-31', '2026-05-01T00:00:00.000Z')).toBe(false);
});

describe('requireDispensable', () => {
  test('takes what is available', () => {
    expect(() => requireDispensable({ status: 'AVAILABLE' })).not.toThrow();
  });

  test.each<[PackStatus, string, string]>([
    ['UNKNOWN_UNIT', 'ERR_NOT_FOUND', 'There is no such unit'],
    ['NOT_IN_UNIT', 'ERR_PACK_NOT_GENUINE', 'The pack is not one of this unit'],
    ['DISPENSED', 'ERR_PACK_ALREADY_DISPENSED', 'The pack was dispensed before'],
    ['EXPIRED', 'ERR_PACK_EXPIRED', 'The pack is past its expiry date'],
    ['IN_TRANSIT', 'ERR_CONFLICT', 'The unit of the pack is in transit'],
    ['NOT_IN_CUSTODY', 'ERR_FORBIDDEN', 'The unit of the pack is in the custody of another'],
  ])('refuses %s', (status, code, message) => {
    expect(errorOf(() => requireDispensable({ status }))).toMatchObject({
      code,
      message,
      argument: 'sgtin',
      expected: 'a pack that may be dispensed',
      got: status,
    });
  });
});
