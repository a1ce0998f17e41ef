import { createCipheriv } from 'node:crypto';
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { Vault } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { Approvals } from './approvals.js';
import { MemberHome } from './member-home.js';
import { OpenedRegister } from './opened-register.js';
import { Worklist } from './worklist.js';

const { passphrase } = knownState;
const KEY = 'claims-1';
const SERVED = { channel: 'edge-east', chaincode: 'claims' };
const committee = { members: ['ValleyHospitalMSP', 'InsurerMSP'], threshold: 2 };
const secret = Buffer.alloc(262_144, 7);
const smudgingKey = Buffer.alloc(32, 9);

/** Puts the ciphertext back that the fixture leaves out. A wrong one would not fit the file's tag. */
async function completeKey(home: string): Promise<void> {
  const keys = path.join(home, 'keys');
  const [folder = ''] = readdirSync(keys);
  const file = path.join(keys, folder, 'epoch-0.key');
  const kept = JSON.parse(readFileSync(file, 'utf8')) as {
    iv: string;
    protection: { wrappedKey: string };
  };
  const vault = await Vault.open(path.join(home, 'vault.json'), passphrase);
  const key = await vault.unwrap(Buffer.from(kept.protection.wrappedKey, 'base64'));
  const cipher = createCipheriv('aes-256-gcm', key, Buffer.from(kept.iv, 'base64'));
  const ciphertext = Buffer.concat([cipher.update(smudgingKey), cipher.update(secret)]);
  writeFileSync(file, JSON.stringify({ ...kept, ciphertext: ciphertext.toString('base64') }));
}

describe("a committee member's home that release 0.1.0 wrote", () => {
  let folder: string;
  let home: MemberHome;
  /** The home as it was. */
  let before: string;

  beforeEach(async () => {
    folder = stateOf010('committee');
    await completeKey(folder);
    before = path.join(folder, '..', 'before');
    cpSync(folder, before, { recursive: true });
    home = await MemberHome.open(folder, passphrase, SERVED);
  });

  it('opens the shares of a key', async () => {
    expect(await home.epochs(KEY)).toEqual([0]);
    const key = await home.readKey(KEY, 0);
    expect(key).toMatchObject({ keyId: KEY, member: 'ValleyHospitalMSP', epoch: 0, committee });
    const [share] = key?.shares ?? [];
    expect(share?.shareId).toBe('s0');
    expect(Buffer.from(share?.secret ?? []).equals(secret)).toBe(true);
    expect(Buffer.from(share?.smudgingKey ?? []).equals(smudgingKey)).toBe(true);
  });

  it('goes on with a ceremony and a worklist where they stopped', async () => {
    const hpke = await home.readSecret(KEY, 1, 'hpke');
    expect(JSON.parse(String(hpke))).toMatchObject({ publicKey: knownState.hpke });
    const worklist = new Worklist(home);
    await worklist.load();
    await worklist.add({ keyId: 'another' });
    expect(await home.readRecord('worklist', z.array(z.string()))).toEqual(
      [{ keyId: KEY }, { openingId: 'o1' }, { keyId: 'another' }].map((task) =>
        JSON.stringify(task),
      ),
    );
  });

  it('remembers what its officer approved and what it helped to open', async () => {
    const approvals = new Approvals(home);
    expect(await approvals.isApproved(KEY, 1, committee)).toBe(true);
    expect(await approvals.isApproved(KEY, 1, { ...committee, threshold: 1 })).toBe(false);
    const register = new OpenedRegister(home);
    const contributor = { mspId: 'CityHospitalMSP', id: 'city' };
    const [marker] = await register.markersOf([
      { contributor, measure: 'm', period: '2025' },
    ] as never);
    expect(marker).toEqual({ evaluationId: 'e1', resultHash: 'ef'.repeat(32) });
    expect(await register.slotsOf({ keyId: KEY })).toBe(2);
  });

  it('leaves nothing of the former files behind', () => {
    expect(readdirSync(folder).sort()).toEqual(['contracts', 'lock.secret', 'vault.json']);
    expect(readFileSync(path.join(folder, 'vault.json'), 'utf8')).toContain('"salus vault v2"');
  });

  it('is carried over again after a crash before the former files were removed', async () => {
    const again = path.join(folder, '..', 'again');
    cpSync(before, again, { recursive: true });
    cpSync(path.join(folder, 'contracts'), path.join(again, 'contracts'), { recursive: true });
    const carried = await MemberHome.open(again, passphrase, SERVED);
    expect(await carried.epochs(KEY)).toEqual([0]);
    expect(await new OpenedRegister(carried).slotsOf({ keyId: KEY })).toBe(2);
    expect(existsSync(path.join(again, 'opened.json'))).toBe(false);
  });

  it('believes no former register that is put beside the present one', async () => {
    writeFileSync(path.join(folder, 'opened.json'), '{"contributions":{},"slots":{}}');
    const opened = await MemberHome.open(folder, passphrase, SERVED);
    expect(await new OpenedRegister(opened).slotsOf({ keyId: KEY })).toBe(2);
    expect(existsSync(path.join(folder, 'opened.json'))).toBe(false);
  });

  it('believes no former register in place of the present one', async () => {
    writeFileSync(path.join(folder, 'opened.json'), '{"contributions":{},"slots":{}}');
    rmSync(home.recordFile('opened'));
    const opened = await MemberHome.open(folder, passphrase, SERVED);
    await expect(new OpenedRegister(opened).load()).rejects.toThrow(coded('ERR_MEMORY_ALTERED'));
  });

  it('keeps former shares that nobody carried over, and says where they are', async () => {
    rmSync(path.join(home.folder, 'keys'), { recursive: true });
    cpSync(path.join(before, 'keys'), path.join(folder, 'keys'), { recursive: true });
    await expect(MemberHome.open(folder, passphrase, SERVED)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { argument: expect.stringContaining('epoch-0.key') as string }),
    );
  });

  it('is refused where it served two contracts, and shows the way over', async () => {
    writeFileSync(path.join(before, 'statistics.checkpoint'), '{}');
    await expect(MemberHome.open(before, passphrase, SERVED)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { remedy: expect.stringContaining('Copy the home') as string }),
    );
    expect(existsSync(path.join(before, 'opened.json'))).toBe(true);
    // As the remedy says.
    rmSync(path.join(before, 'statistics.checkpoint'));
    const carried = await MemberHome.open(before, passphrase, SERVED);
    expect(await carried.epochs(KEY)).toEqual([0]);
  });

  it.each([
    ['approvals.json', '{"form":2}'],
    ['opened.json', '{"form":2}'],
    ['opened.json', `{"contributions":{},"slots":{"${KEY}":-1000000}}`],
    ['worklist.json', '{"form":2}'],
  ])('is refused with a code for a %s that holds %s', async (name, text) => {
    const file = path.join(before, name);
    writeFileSync(file, text);
    await expect(MemberHome.open(before, passphrase, SERVED)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { argument: file }),
    );
  });

  it('tells a vault of a later format apart from a wrong passphrase', async () => {
    const file = path.join(folder, 'vault.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('vault v2', 'vault v3'));
    await expect(MemberHome.open(folder, passphrase, SERVED)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { got: 'salus vault v3' }),
    );
  });
});
