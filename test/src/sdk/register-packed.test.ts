import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import type { VerifyRequest } from '@salus/protocol/drug';
import { coded } from '@salus/testing/coded';
import { MANUFACTURER, PHARMACIST } from '../behaviour/drug/actors.js';
import { SdkWorld } from './sdk-world.js';

const LIST = {
  gtin: '09506000134352',
  lot: 'L1',
  expiry: '2999-12-31',
  units: [
    { sscc: '095060001343520000', serials: ['A1', 'A2'] },
    { sscc: '095060001343520017', serials: ['B1'] },
  ],
};

describe('client.drug.registerPacked', () => {
  let world: SdkWorld;
  let folder: string;
  let file: string;

  beforeEach(async () => {
    world = await SdkWorld.open();
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-packed-'));
    file = path.join(folder, 'packs.jsonl');
  });

  afterEach(async () => {
    await world.close();
    await rm(folder, { recursive: true });
  });

  const packs = async (): Promise<VerifyRequest[]> => {
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    return lines.map((line) => JSON.parse(line) as VerifyRequest);
  };

  it('puts each unit with its count on the ledger; its file verifies every pack', async () => {
    const { drug } = await world.as(MANUFACTURER);
    const { value } = await drug.registerPacked(LIST, file);
    expect(value).toMatchObject({ gtin: LIST.gtin, lot: 'L1', manufacturer: 'PharmaMSP' });
    expect(await drug.getUnit('095060001343520000')).toMatchObject({ count: 2 });
    const pharmacist = (await world.as(PHARMACIST)).drug;
    const verdicts = await Promise.all((await packs()).map((pack) => pharmacist.verify(pack)));
    expect(verdicts.map(({ genuine }) => genuine)).toEqual([true, true, true]);
  });

  it('makes packs that are dispensed once each, and shows no other serial number', async () => {
    const { drug } = await world.as(MANUFACTURER);
    await drug.registerPacked(LIST, file);
    const pharmacist = (await world.as(PHARMACIST)).drug;
    const [pack, other] = await packs();
    if (!pack || !other) throw new Error('the file has no packs');
    const prescriptionHash = sha256Hex('prescription');
    await pharmacist.dispense({ ...pack, prescriptionHash });
    await expect(pharmacist.dispense({ ...pack, prescriptionHash })).rejects.toThrow(
      coded('ERR_PACK_ALREADY_DISPENSED'),
    );
    const swapped = await pharmacist.verify({ ...pack, sgtin: other.sgtin });
    expect(swapped.genuine).toBe(false);
  });

  it('leaves no file of a batch that the contract refuses', async () => {
    const { drug } = await world.as(PHARMACIST);
    await expect(drug.registerPacked(LIST, file)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    expect(await readdir(folder)).toEqual([]);
    await expect(drug.getBatch(LIST.gtin, LIST.lot)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('registers nothing where the file is there already', async () => {
    const { drug } = await world.as(MANUFACTURER);
    await drug.registerPacked(LIST, file);
    const before = await readFile(file);
    const next = { ...LIST, lot: 'L2', units: [{ sscc: '095060001343520024', serials: ['C1'] }] };
    await expect(drug.registerPacked(next, file)).rejects.toThrow(
      coded('ERR_ALREADY_EXISTS', { argument: 'file' }),
    );
    expect(await readFile(file)).toEqual(before);
    await expect(drug.getBatch(LIST.gtin, 'L2')).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
