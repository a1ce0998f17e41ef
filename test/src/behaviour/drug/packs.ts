import {
  AUDITOR,
  CITY_PHYSICIAN,
  CITY_STORE,
  packOf,
  PHARMACIST,
  refusal,
  VALLEY_PHYSICIAN,
  type Actors,
} from './actors.js';

/** A pack proves that it is one of its unit's, and is dispensed once. */
export function packCases(actors: Actors): void {
  describe('verification', () => {
    verificationCases(actors);
  });
  describe('dispensing', () => {
    dispensingCases(actors);
  });
}

function verificationCases(actors: Actors): void {
  test('tells its holder that a pack is genuine', async () => {
    const lot = await actors.delivered();
    expect(await actors.evaluate(CITY_PHYSICIAN, 'verify', packOf(lot, 2))).toEqual({
      genuine: true,
      status: 'AVAILABLE',
      dispensed: false,
      expired: false,
      holder: 'CityHospitalMSP',
      manufacturer: 'PharmaMSP',
      gtin: lot.gtin,
      lot: lot.lot,
      expiry: lot.expiry,
    });
  });

  test('reads a pack as EPC URI too', async () => {
    const lot = await actors.delivered();
    const { gtin } = lot;
    const sgtin = `urn:epc:id:sgtin:${gtin.slice(1, 8)}.${gtin.slice(0, 1)}${gtin.slice(8, 13)}.S1`;
    const found = await actors.evaluate(CITY_PHYSICIAN, 'verify', { ...packOf(lot), sgtin });
    expect(found.status).toBe('AVAILABLE');
  });

  test('finds out copies, wrong salts, wrong units and tampered proofs', async () => {
    const lot = await actors.delivered();
    const pack = packOf(lot);
    const { path } = pack.proof;
    const tampered = [
      { ...pack, sgtin: pack.sgtin.replace('S1', 'S9') },
      { ...pack, salt: packOf(lot, 1).salt },
      { ...pack, proof: { ...pack.proof, path: [...path].reverse() } },
      { ...pack, proof: { ...pack.proof, index: 1 } },
      { ...pack, proof: { ...pack.proof, size: 4 } },
      { ...pack, proof: { index: 0, size: 1, path: [] } },
      { ...packOf(await actors.delivered()), sscc: pack.sscc },
    ];
    for (const each of tampered) {
      expect(await actors.evaluate(CITY_PHYSICIAN, 'verify', each)).toEqual({
        genuine: false,
        status: 'NOT_IN_UNIT',
        dispensed: false,
        expired: false,
      });
    }
  });

  test('tells what stands in the way', async () => {
    const unregistered = packOf(actors.lot());
    const delivered = packOf(await actors.delivered());
    const expired = packOf(await actors.delivered({ expiry: '2020-01-31' }));
    const registered = await actors.registered();
    await actors.ship(registered.unit.sscc);
    const statusFor = async (...[person, pack]: [typeof CITY_PHYSICIAN, typeof delivered]) =>
      (await actors.evaluate(person, 'verify', pack)).status;
    expect(await statusFor(CITY_PHYSICIAN, unregistered)).toBe('UNKNOWN_UNIT');
    expect(await statusFor(VALLEY_PHYSICIAN, delivered)).toBe('NOT_IN_CUSTODY');
    expect(await statusFor(CITY_PHYSICIAN, expired)).toBe('EXPIRED');
    expect(await statusFor(PHARMACIST, packOf(registered))).toBe('IN_TRANSIT');
    await actors.dispense(delivered);
    expect(await statusFor(CITY_PHYSICIAN, delivered)).toBe('DISPENSED');
  });
}

function dispensingCases(actors: Actors): void {
  test('a pack is dispensed once, the others of its unit still can be', async () => {
    const lot = await actors.delivered();
    const dispensed = await actors.dispense(packOf(lot));
    expect(dispensed).toMatchObject({
      sgtin: packOf(lot).sgtin,
      sscc: lot.unit.sscc,
      dispensedBy: 'CityHospitalMSP',
    });
    await expect(actors.dispense(packOf(lot))).rejects.toMatchObject(
      refusal('ERR_PACK_ALREADY_DISPENSED'),
    );
    await actors.dispense(packOf(lot, 1));
  });

  test('two at the same time do not both dispense a pack', async () => {
    const lot = await actors.delivered();
    const client = actors.world.client(...CITY_PHYSICIAN);
    const args = [JSON.stringify({ ...packOf(lot), prescriptionHash: '0'.repeat(64) })];
    const first = await client.endorse('drug', 'dispense', { args });
    const second = await client.endorse('drug', 'dispense', { args });
    await first.commit();
    await expect(second.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
  });

  test('a serial number in two units is dispensed from one', async () => {
    const lot = await actors.delivered();
    const again = await actors.delivered({ gtin: lot.gtin });
    await actors.dispense(packOf(lot));
    await expect(actors.dispense(packOf(again))).rejects.toMatchObject(
      refusal('ERR_PACK_ALREADY_DISPENSED'),
    );
  });

  test('each hindrance has a code of its own', async () => {
    const delivered = packOf(await actors.delivered());
    const registered = await actors.registered();
    await actors.ship(registered.unit.sscc);
    const copy = { ...delivered, sgtin: delivered.sgtin.replace('S1', 'S9') };
    const expired = packOf(await actors.delivered({ expiry: '2020-01-31' }));
    const refused = [
      [CITY_STORE, delivered, 'ERR_FORBIDDEN'],
      [VALLEY_PHYSICIAN, delivered, 'ERR_FORBIDDEN'],
      [PHARMACIST, packOf(registered), 'ERR_CONFLICT'],
      [CITY_PHYSICIAN, copy, 'ERR_PACK_NOT_GENUINE'],
      [CITY_PHYSICIAN, expired, 'ERR_PACK_EXPIRED'],
      [CITY_PHYSICIAN, packOf(actors.lot()), 'ERR_NOT_FOUND'],
    ] as const;
    for (const [person, pack, code] of refused) {
      await expect(actors.dispense(pack, person)).rejects.toMatchObject(refusal(code));
    }
  });
}

/** What happened to a unit can be read in its order. */
export function traceCases(actors: Actors): void {
  describe('trace', () => {
    test('tells the way of a unit and of its packs', async () => {
      const lot = await actors.delivered();
      const { sscc } = lot.unit;
      await actors.dispense(packOf(lot));
      await actors.dispense(packOf(lot, 1));
      const { results } = await actors.evaluate(AUDITOR, 'trace', { sscc, pageSize: 50 });
      expect(results.map(({ bizStep, by }) => [bizStep, by])).toEqual([
        ['commissioning', 'PharmaMSP'],
        ['shipping', 'PharmaMSP'],
        ['receiving', 'CityHospitalMSP'],
        ['dispensing', 'CityHospitalMSP'],
        ['dispensing', 'CityHospitalMSP'],
      ]);
      const { sgtin } = packOf(lot, 1);
      const one = await actors.evaluate(AUDITOR, 'trace', { sscc, sgtin, pageSize: 50 });
      expect(one.results.map((event) => event.sgtin).filter(Boolean)).toEqual([sgtin]);
      expect(one.results).toHaveLength(4);
    });

    test('comes in pages', async () => {
      const { sscc } = (await actors.delivered()).unit;
      const first = await actors.evaluate(AUDITOR, 'trace', { sscc, pageSize: 2 });
      const { bookmark } = first;
      const second = await actors.evaluate(AUDITOR, 'trace', { sscc, pageSize: 2, bookmark });
      expect([...first.results, ...second.results].map(({ bizStep }) => bizStep)).toEqual([
        ...['commissioning', 'shipping', 'receiving'],
      ]);
    });
  });
}
