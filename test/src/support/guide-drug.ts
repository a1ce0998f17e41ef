import { randomInt } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { checkDigit, type VerifyRequest } from '@salus/protocol/drug';
import { furnish, salus } from '@salus/testing/salus-process';
import { blocksIn } from '../../../scripts/documents/blocks.js';
import type { Guide } from './guide.js';

interface BatchFile {
  readonly gtin: string;
  readonly lot: string;
  readonly units: readonly { readonly sscc: string; readonly serials: readonly string[] }[];
}

/** So many random digits and their check digit. */
function numbered(length: number): string {
  const digits = Array.from({ length }, () => String(randomInt(10))).join('');
  return digits + checkDigit(digits);
}

/** The batch that the guide shows, under other numbers. */
function shownBatch(): BatchFile {
  const [sample] = blocksIn('json').filter(({ file }) => file === 'docs/drug.md');
  const { units, ...batch } = JSON.parse(sample?.text ?? '') as BatchFile;
  return {
    ...batch,
    gtin: numbered(13),
    units: units.map((unit) => ({ ...unit, sscc: numbered(17) })),
  };
}

/** Types the lines of the guide to medicines: a manufacturer, a distributor and a pharmacy. */
export function describeDrug(guide: Guide): void {
  describe('the lines of the guide to medicines', () => {
    const batch = shownBatch();
    const [{ sscc } = { sscc: '' }] = batch.units;
    const SHIPMENT = `to-distributor-${sscc}`;
    const NEXT_SHIPMENT = `to-pharmacy-${sscc}`;
    let [manufacturer, distributor, pharmacy] = ['', '', ''];

    beforeAll(() => {
      manufacturer = furnish(guide.home('drug-manufacturer'), 'Pharma', 'manufacturer');
      // Any member of the channel may carry units: this one is an insurer.
      distributor = furnish(guide.home('drug-distributor'), 'Insurer', 'adjuster');
      pharmacy = furnish(guide.home('drug-pharmacy'), 'CityHospital', 'physician');
    });

    it('register a lot, and ship a unit of it', async () => {
      writeFileSync(path.join(manufacturer, 'batch.json'), JSON.stringify(batch));
      await guide.type('salus drug register-batch batch.json --packs packs.jsonl', manufacturer);
      const lot = await guide.type('salus drug batch GTIN LOT', manufacturer, {
        GTIN: batch.gtin,
        LOT: batch.lot,
      });
      expect(lot).toContain(sscc);
      expect(lot).not.toContain('A1');
      const ship = 'salus drug ship SHIPMENT SSCC --to DISTRIBUTOR';
      const taken = { SHIPMENT: `${SHIPMENT}-0`, SSCC: sscc, DISTRIBUTOR: 'InsurerMSP' };
      await guide.type(ship, manufacturer, taken);
      const cancel = 'salus drug cancel-shipment SHIPMENT';
      const back = await guide.type(cancel, manufacturer, { SHIPMENT: `${SHIPMENT}-0` });
      expect(back).toContain('CANCELLED');
      await guide.type(ship, manufacturer, { ...taken, SHIPMENT });
    });

    it('receive it, and send it on', async () => {
      await guide.type('salus drug receive SHIPMENT', distributor, { SHIPMENT });
      const unit = await guide.type('salus drug unit SSCC', distributor, { SSCC: sscc });
      expect(unit).toContain('holder: InsurerMSP');
      const filled = { NEXT_SHIPMENT, SSCC: sscc, PHARMACY: 'CityHospitalMSP' };
      await guide.type('salus drug ship NEXT_SHIPMENT SSCC --to PHARMACY', distributor, filled);
    });

    it('verify a pack, dispense it once, and trace it', async () => {
      const [line = ''] = readFileSync(path.join(manufacturer, 'packs.jsonl'), 'utf8').split('\n');
      const { sgtin } = JSON.parse(line) as VerifyRequest;
      writeFileSync(path.join(pharmacy, 'pack.json'), line);
      const verify = 'salus drug verify pack.json';
      expect(await guide.type(verify, pharmacy)).toContain('IN_TRANSIT');
      await guide.type('salus drug receive NEXT_SHIPMENT', pharmacy, { NEXT_SHIPMENT });
      expect(await guide.type(verify, pharmacy)).toContain('AVAILABLE');
      writeFileSync(
        path.join(pharmacy, 'prescription.json'),
        '{"resourceType":"MedicationRequest"}',
      );
      await guide.type('head -c 32 /dev/urandom > prescription.salt', pharmacy);
      const summed = 'cat prescription.salt prescription.json | sha256sum';
      const [HASH = ''] = (await guide.type(summed, pharmacy)).split(' ');
      const dispense = 'salus drug dispense pack.json --prescription-hash HASH';
      expect(await guide.type(dispense, pharmacy, { HASH })).toContain(HASH);
      copyFileSync(path.join(pharmacy, 'pack.json'), path.join(distributor, 'pack.json'));
      const shown = await salus(distributor, 'drug', 'verify', 'pack.json');
      expect(JSON.parse(shown.stdout)).toMatchObject({ genuine: true, status: 'DISPENSED' });
      await expect(guide.type(dispense, pharmacy, { HASH })).rejects.toThrow(
        /ERR_PACK_ALREADY_DISPENSED/,
      );
      const traced = await guide.type('salus drug trace SSCC --sgtin SGTIN', pharmacy, {
        SSCC: sscc,
        SGTIN: sgtin,
      });
      const steps = [...traced.matchAll(/bizStep: (\w+)/g)].map(([, step]) => step);
      expect(steps).toEqual([
        ...['commissioning', 'shipping', 'void_shipping', 'shipping', 'receiving'],
        ...['shipping', 'receiving', 'dispensing'],
      ]);
    });
  });
}
