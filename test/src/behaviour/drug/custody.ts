import {
  AUDITOR,
  CITY_PHYSICIAN,
  CITY_STORE,
  MANUFACTURER,
  PHARMACIST,
  refusal,
  VALLEY_PHYSICIAN,
  type Actors,
} from './actors.js';

/** A manufacturer says what is genuine. */
export function batchCases(actors: Actors): void {
  describe('batches', () => {
    test('a manufacturer registers a batch with its units', async () => {
      const { gtin, lot, expiry, unit } = await actors.registered();
      const batch = await actors.evaluate(AUDITOR, 'getBatch', { gtin, lot });
      expect(batch).toMatchObject({
        gtin,
        lot,
        expiry,
        manufacturer: 'PharmaMSP',
        units: [unit.sscc],
      });
      expect(await actors.evaluate(AUDITOR, 'getUnit', { sscc: unit.sscc })).toMatchObject({
        gtin,
        lot,
        expiry,
        holder: 'PharmaMSP',
        status: 'HELD',
        count: 3,
      });
    });

    test('a batch and a unit are registered once', async () => {
      const first = await actors.registered();
      const sameUnit = { ...actors.lot({ gtin: first.gtin }), unit: first.unit };
      for (const lot of [first, sameUnit]) {
        await expect(actors.register(lot)).rejects.toMatchObject(refusal('ERR_ALREADY_EXISTS'));
      }
    });

    test.each([
      ['who does not make medicines', CITY_PHYSICIAN],
      ['who lacks the role', PHARMACIST],
    ])('%s registers none', async (_who, person) => {
      await expect(actors.register(actors.lot(), person)).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('a wrong check digit is refused', async () => {
      const lot = actors.lot();
      const wrong = (digits: string) =>
        digits.slice(0, -1) + String((Number(digits.at(-1)) + 1) % 10);
      const unit = { ...lot.unit, sscc: wrong(lot.unit.sscc) };
      for (const each of [
        { ...lot, gtin: wrong(lot.gtin) },
        { ...lot, unit },
      ]) {
        await expect(actors.register(each)).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
      }
    });
  });
}

/** Custody changes by acceptance. */
export function custodyCases(actors: Actors): void {
  const unitOf = (sscc: string) => actors.evaluate(AUDITOR, 'getUnit', { sscc });

  describe('custody', () => {
    test('it changes when the receiver accepts, not before', async () => {
      const { sscc } = (await actors.registered()).unit;
      const shipmentId = await actors.ship(sscc);
      expect(await unitOf(sscc)).toMatchObject({
        holder: 'PharmaMSP',
        status: 'IN_TRANSIT',
        shipmentId,
      });
      await actors.submit(CITY_STORE, 'receive', { shipmentId });
      const unit = await unitOf(sscc);
      expect(unit).toMatchObject({ holder: 'CityHospitalMSP', status: 'HELD' });
      expect(unit.shipmentId).toBeUndefined();
    });

    test('a shipment addressed to another can not be received', async () => {
      const { sscc } = (await actors.registered()).unit;
      const shipmentId = await actors.ship(sscc);
      for (const person of [VALLEY_PHYSICIAN, MANUFACTURER]) {
        await expect(actors.submit(person, 'receive', { shipmentId })).rejects.toMatchObject(
          refusal('ERR_FORBIDDEN'),
        );
      }
    });

    test('a shipment is received once', async () => {
      const { sscc } = (await actors.registered()).unit;
      const shipmentId = await actors.ship(sscc);
      await actors.submit(CITY_STORE, 'receive', { shipmentId });
      await expect(actors.submit(CITY_STORE, 'receive', { shipmentId })).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('a unit in transit is not shipped again', async () => {
      const { sscc } = (await actors.registered()).unit;
      await actors.ship(sscc);
      await expect(actors.ship(sscc, MANUFACTURER, 'ValleyHospitalMSP')).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('nobody ships what another holds', async () => {
      const { sscc } = (await actors.delivered()).unit;
      await expect(actors.ship(sscc, MANUFACTURER, 'ValleyHospitalMSP')).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('a shipment to oneself, and one of units that are not there, is refused', async () => {
      const { sscc } = (await actors.registered()).unit;
      await expect(actors.ship(sscc, MANUFACTURER, 'PharmaMSP')).rejects.toMatchObject(
        refusal('ERR_INVALID_ARGUMENT'),
      );
      await expect(actors.ship(actors.lot().unit.sscc)).rejects.toMatchObject(
        refusal('ERR_NOT_FOUND'),
      );
    });

    test('a shipment is taken back by its sender, who has held it all the time', async () => {
      const { sscc } = (await actors.registered()).unit;
      const shipmentId = await actors.ship(sscc);
      const client = actors.world.client(...MANUFACTURER);
      const args = [JSON.stringify({ shipmentId })];
      const { transactionId, result } = await client.submit('drug', 'cancelShipment', { args });
      expect(JSON.parse(result.toString())).toMatchObject({ shipmentId, status: 'CANCELLED' });
      const events = await client.eventsOf('drug', transactionId);
      expect(
        events.map(({ name, payload }) => [name, JSON.parse(payload.toString()) as unknown]),
      ).toEqual([
        [
          'ShipmentCancelled.v1',
          { shipmentId, ssccs: [sscc], from: 'PharmaMSP', to: 'CityHospitalMSP' },
        ],
      ]);
      const unit = await unitOf(sscc);
      expect(unit).toMatchObject({ holder: 'PharmaMSP', status: 'HELD' });
      expect(unit.shipmentId).toBeUndefined();
      const { results } = await actors.evaluate(AUDITOR, 'trace', { sscc, pageSize: 50 });
      expect(results.map(({ bizStep, by }) => [bizStep, by])).toEqual([
        ['commissioning', 'PharmaMSP'],
        ['shipping', 'PharmaMSP'],
        ['void_shipping', 'PharmaMSP'],
      ]);
      await expect(actors.submit(CITY_STORE, 'receive', { shipmentId })).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      const again = await actors.ship(sscc, MANUFACTURER, 'ValleyHospitalMSP');
      await actors.submit(VALLEY_PHYSICIAN, 'receive', { shipmentId: again });
      expect((await unitOf(sscc)).holder).toBe('ValleyHospitalMSP');
    });

    test('a shipment is taken back by nobody else, and not after it was received', async () => {
      const { sscc } = (await actors.registered()).unit;
      const shipmentId = await actors.ship(sscc);
      for (const person of [CITY_STORE, VALLEY_PHYSICIAN]) {
        await expect(actors.submit(person, 'cancelShipment', { shipmentId })).rejects.toMatchObject(
          refusal('ERR_FORBIDDEN'),
        );
      }
      await actors.submit(CITY_STORE, 'receive', { shipmentId });
      await expect(
        actors.submit(MANUFACTURER, 'cancelShipment', { shipmentId }),
      ).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      const unknown = { shipmentId: actors.world.uniqueId('shipment') };
      await expect(actors.submit(MANUFACTURER, 'cancelShipment', unknown)).rejects.toMatchObject(
        refusal('ERR_NOT_FOUND'),
      );
    });

    test('one of a receipt and a cancellation at the same time happens, and not both', async () => {
      const { sscc } = (await actors.registered()).unit;
      const args = [JSON.stringify({ shipmentId: await actors.ship(sscc) })];
      const sender = actors.world.client(...MANUFACTURER);
      const receiver = actors.world.client(...CITY_STORE);
      const received = await receiver.endorse('drug', 'receive', { args });
      const cancelled = await sender.endorse('drug', 'cancelShipment', { args });
      await received.commit();
      await expect(cancelled.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
      expect((await unitOf(sscc)).holder).toBe('CityHospitalMSP');
    });

    test('two shipments of a unit at the same time do not both go', async () => {
      const { sscc } = (await actors.registered()).unit;
      const client = actors.world.client(...MANUFACTURER);
      const shipmentTo = (to: string) => {
        const shipmentId = actors.world.uniqueId('shipment');
        const args = [JSON.stringify({ shipmentId, ssccs: [sscc], to })];
        return client.endorse('drug', 'ship', { args });
      };
      const first = await shipmentTo('CityHospitalMSP');
      const second = await shipmentTo('ValleyHospitalMSP');
      await first.commit();
      await expect(second.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
    });
  });
}
