import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SalusError, verifyMerkleProof, type ErrorCode } from '@salus/protocol';
import {
  packLeaf,
  parseSgtin,
  type Batch,
  type RegisterBatchRequest,
  type VerifyRequest,
} from '@salus/protocol/drug';
import { coded } from '@salus/testing/coded';
import { packBatch, registerPackedBatch, type PackingList } from './packing.js';

const list: PackingList = {
  gtin: '09506000134352',
  lot: 'L1',
  expiry: '2030-12-31',
  units: [
    { sscc: '095060001343520000', serials: ['A/1', 'A%2', 'A3', 'A4', 'A5'] },
    { sscc: '095060001343520017', serials: ['B1'] },
  ],
};

function expectGenuine(packs: readonly VerifyRequest[], { units }: RegisterBatchRequest): void {
  for (const { sscc, sgtin, salt, proof } of packs) {
    const unit = units.find((one) => one.sscc === sscc);
    const item = parseSgtin(sgtin);
    if (!unit || !item) throw new Error(`${sgtin} is in no unit`);
    expect(proof.size).toBe(unit.count);
    expect(verifyMerkleProof(unit.contentsRoot, packLeaf({ ...item, salt }), proof)).toBe(true);
  }
}

describe('packing a batch', () => {
  it('commits each unit to its packs, as the contract checks it', () => {
    const { request, packs } = packBatch(list);
    expect(request).toMatchObject({ gtin: list.gtin, lot: 'L1', expiry: '2030-12-31' });
    expect(request.units.map(({ sscc, count }) => [sscc, count])).toEqual([
      ['095060001343520000', 5],
      ['095060001343520017', 1],
    ]);
    expect(packs.map(({ sgtin }) => parseSgtin(sgtin)?.serial)).toEqual(
      list.units.flatMap(({ serials }) => serials),
    );
    expectGenuine(packs, request);
  });

  it('draws a salt of its own for each pack', () => {
    const salts = [...packBatch(list).packs, ...packBatch(list).packs].map(({ salt }) => salt);
    expect(new Set(salts).size).toBe(12);
    expect(Buffer.from(salts[0] ?? '', 'base64url')).toHaveLength(16);
  });
});

describe('registering a packed batch', () => {
  let folder: string;
  let file: string;
  const sent: RegisterBatchRequest[] = [];
  let fault: ErrorCode | undefined;
  const drug = {
    registerBatch: async (request: RegisterBatchRequest) => {
      expect(await readdir(folder)).toEqual(['packs.ndjson']); // before anything is sent
      sent.push(request);
      if (fault) throw new SalusError(fault, 'as asked');
      return { value: {} as Batch, transactionId: 't', blockNumber: 1n };
    },
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-packs-'));
    file = path.join(folder, 'packs.ndjson');
    sent.length = 0;
    fault = undefined;
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("leaves the packs' salts and proofs to their owner", async () => {
    await registerPackedBatch(drug, list, file);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines).toHaveLength(6);
    const [request] = sent;
    if (!request) throw new Error('nothing was sent');
    expectGenuine(
      lines.map((line) => JSON.parse(line) as VerifyRequest),
      request,
    );
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it("touches no file that is there: it may hold another lot's salts", async () => {
    await registerPackedBatch(drug, list, file);
    const before = await readFile(file);
    await expect(registerPackedBatch(drug, list, file)).rejects.toThrow(
      coded('ERR_ALREADY_EXISTS'),
    );
    expect(await readFile(file)).toEqual(before);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['ERR_ALREADY_EXISTS', []],
    ['ERR_FORBIDDEN', []],
    ['ERR_COMMIT_UNKNOWN', ['packs.ndjson']],
    ['ERR_ORDERER_UNAVAILABLE', ['packs.ndjson']],
    ['ERR_DEADLINE_EXCEEDED', ['packs.ndjson']],
  ] as const)('after %s leaves %j', async (code, left) => {
    fault = code;
    await expect(registerPackedBatch(drug, list, file)).rejects.toThrow(coded(code));
    expect(await readdir(folder)).toEqual(left);
  });

  it.each([
    ['nothing', null],
    ['no units', { ...list, units: [] }],
    ['roots', { ...list, units: [{ sscc: '1', contentsRoot: 'x', count: 1 }] }],
    ['an empty unit', { ...list, units: [{ sscc: '1', serials: [] }] }],
    ['a serial number twice', { ...list, units: [{ sscc: '1', serials: ['A', 'A'] }] }],
    ['what is no serial number', { ...list, units: [{ sscc: '1', serials: ['A B'] }] }],
  ])('refuses a list of %s and writes nothing', async (_, wrong) => {
    await expect(registerPackedBatch(drug, wrong, file)).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    expect([await readdir(folder), sent]).toEqual([[], []]);
  });
});
