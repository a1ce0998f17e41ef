import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { furnish, salus } from '@salus/testing/salus-process';

let folder: string;
let home: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'salus-lookups-'));
  home = furnish(path.join(folder, 'desk'), 'CityHospital', 'registrar');
});

afterAll(() => rm(folder, { recursive: true }));

describe('looking up what is not there', () => {
  it.each([
    [['events', '--contract', 'nosuch'], 'ERR_CHAINCODE_UNAVAILABLE', 'nosuch'],
    [['events', '--contract', 'nosuch', '--follow'], 'ERR_CHAINCODE_UNAVAILABLE', 'nosuch'],
    [['transaction', 'zzz'], 'ERR_NOT_FOUND', 'zzz'],
  ])('salus %j is an error', async (args, code, got) => {
    const { exitCode, stdout, stderr } = await salus(home, ...args);
    expect([exitCode, stdout]).toEqual([1, '']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code, got } });
  });

  it('the events of a contract that is there, and what became of their transactions, are told', async () => {
    const { exitCode, stdout } = await salus(home, 'events', '--contract', 'ehr');
    expect(exitCode).toBe(0);
    const [line] = stdout.split('\n').filter((each) => each !== '');
    if (line === undefined) return;
    const { transactionId } = JSON.parse(line) as { transactionId: string };
    const found = await salus(home, 'transaction', transactionId);
    expect(JSON.parse(found.stdout)).toMatchObject({ transactionId, applied: true });
  });
});
