import { randomInt } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { checkDigit } from '@salus/protocol/drug';
import { furnish, salus } from '@salus/testing/salus-process';

let home: string;
let manufacturer: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'salus-drug-'));
  manufacturer = furnish(path.join(home, 'manufacturer'), 'Pharma', 'manufacturer');
});

afterAll(() => rm(home, { recursive: true }));

/** So many random digits and their check digit. */
function numbered(length: number): string {
  const digits = Array.from({ length }, () => String(randomInt(10))).join('');
  return digits + checkDigit(digits);
}

async function run(...args: string[]): Promise<unknown> {
  const { exitCode, stdout, stderr } = await salus(manufacturer, 'drug', ...args);
  expect([exitCode, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as unknown;
}

describe('salus drug', () => {
  it('registers a batch from serial numbers, and takes a shipment of it back', async () => {
    const sscc = numbered(17);
    const units = [{ sscc, serials: ['A1', 'A2', 'A3'] }];
    const list = { gtin: numbered(13), lot: `L${randomInt(1e9)}`, expiry: '2999-12-31', units };
    await writeFile(path.join(manufacturer, 'list.json'), JSON.stringify(list));

    await run('register-batch', 'list.json', '--packs', 'packs.ndjson');
    const file = path.join(manufacturer, 'packs.ndjson');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const packs = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(packs).toHaveLength(3);
    for (const pack of packs) {
      await writeFile(path.join(manufacturer, 'pack.json'), pack);
      expect(await run('verify', 'pack.json')).toMatchObject({ genuine: true });
    }

    const shipmentId = `shipment-${sscc}`;
    await run('ship', shipmentId, sscc, '--to', 'CityHospitalMSP');
    expect(await run('cancel-shipment', shipmentId)).toMatchObject({
      value: { status: 'CANCELLED' },
    });
    expect(await run('unit', sscc)).toMatchObject({ holder: 'PharmaMSP', status: 'HELD' });

    const again = await salus(
      manufacturer,
      ...['drug', 'register-batch', 'list.json', '--packs', 'other.ndjson'],
    );
    expect([again.exitCode, again.stdout]).toEqual([1, '']);
    expect(JSON.parse(again.stderr)).toMatchObject({ error: { code: 'ERR_ALREADY_EXISTS' } });
    expect(await readdir(manufacturer)).not.toContain('other.ndjson');
  });
});
