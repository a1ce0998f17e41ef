import { createCipheriv } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
  let reports: object[];
  const open = (root = folder) =>
    MemberHome.open(root, passphrase, SERVED, (line) => reports.push(line));

  beforeEach(async () => {
    reports = [];
    folder = stateOf010('committee');
    await completeKey(folder);
    before = path.join(folder, '..', 'before');
    cpSync(folder, before, { recursive: true });
    home = await open();
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

  it('has its officer approve again: anybody could write the former approvals', async () => {
    const approvals = new Approvals(home);
    expect(existsSync(path.join(before, 'approvals.json'))).toBe(true);
    expect(await approvals.isApproved(KEY, 1, committee)).toBe(false);
    expect(reports).toEqual([
      expect.objectContaining({ file: path.join(folder, 'approvals.json'), removed: true }),
    ]);
  });

  it('remembers what it helped to open', async () => {
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

  it('is carried over anew after a crash in the middle', async () => {
    const again = path.join(folder, '..', 'again');
    cpSync(before, again, { recursive: true });
    const draft = path.join(again, 'contracts', `${path.basename(home.folder)}.draft`);
    cpSync(home.folder, draft, { recursive: true });
    rmSync(path.join(draft, 'opened.sealed'));
    const carried = await open(again);
    expect(await carried.epochs(KEY)).toEqual([0]);
    expect(await new OpenedRegister(carried).slotsOf({ keyId: KEY })).toBe(2);
    expect(existsSync(draft)).toBe(false);
  });

  describe('and that somebody without the passphrase writes into', () => {
    const forged = { [`1 ${KEY}`]: { members: ['EvilMSP', 'OtherMSP'], threshold: 1 } };
    const vaultFile = () => path.join(folder, 'vault.json');

    beforeEach(() => {
      writeFileSync(path.join(folder, 'approvals.json'), JSON.stringify(forged));
      const opened = { contributions: {}, slots: { [KEY]: 0 } };
      writeFileSync(path.join(folder, 'opened.json'), JSON.stringify(opened));
    });

    it('is refused where the vault is made a former one', async () => {
      const text = readFileSync(vaultFile(), 'utf8').replace('vault v2', 'vault v1');
      writeFileSync(vaultFile(), text);
      await expect(open()).rejects.toThrow(
        coded('ERR_STATE_UNREADABLE', { argument: vaultFile() }),
      );
      writeFileSync(vaultFile(), text.replace('"cost":17,', ''));
      await expect(open()).rejects.toThrow(coded('ERR_PASSPHRASE_WRONG'));
    });

    it.each([['with'], ['without']])(
      'believes none of it under the former vault, %s the present register',
      async (register) => {
        cpSync(path.join(before, 'vault.json'), vaultFile());
        if (register === 'without') rmSync(home.recordFile('opened'));
        const opened = await open();
        const approved = new Approvals(opened).isApproved(KEY, 1, forged[`1 ${KEY}`]);
        expect(await approved).toBe(false);
        const slots = new OpenedRegister(opened).slotsOf({ keyId: KEY });
        if (register === 'with') await expect(slots).resolves.toBe(2);
        else await expect(slots).rejects.toThrow(coded('ERR_MEMORY_ALTERED'));
      },
    );
  });

  it('leaves shares of a profile that is gone where they are, and carries all else over', async () => {
    const [kept = ''] = readdirSync(path.join(before, 'keys'));
    const file = path.join(before, 'keys', 'gone', 'epoch-0.key');
    mkdirSync(path.dirname(file));
    const text = readFileSync(path.join(before, 'keys', kept, 'epoch-0.key'), 'utf8');
    const gone = { ...(JSON.parse(text) as object), profile: 'bfv-8192-mask-v1', keyId: 'gone' };
    writeFileSync(file, JSON.stringify(gone));
    const left = expect.objectContaining({ code: 'ERR_PROFILE_UNKNOWN', file }) as object;
    for (const start of [1, 2]) {
      const carried = await open(before);
      expect(await carried.epochs(KEY)).toEqual([0]);
      expect(await carried.epochs('gone')).toEqual([]);
      expect(await new OpenedRegister(carried).slotsOf({ keyId: KEY })).toBe(2);
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(gone);
      expect(readdirSync(path.join(before, 'keys', kept))).toEqual([]);
      expect(reports.filter((line) => 'code' in line)).toEqual(Array<object>(start).fill(left));
    }
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

  it('stays as it is where a folder of some contract lies in it already', async () => {
    const file = path.join(before, 'vault.json');
    const vault = readFileSync(file, 'utf8');
    mkdirSync(path.join(before, 'contracts', 'another'), { recursive: true });
    await expect(open(before)).rejects.toThrow(coded('ERR_STATE_UNREADABLE'));
    expect(readFileSync(file, 'utf8')).toBe(vault);
    expect(existsSync(path.join(before, 'opened.json'))).toBe(true);
    rmSync(path.join(before, 'contracts'), { recursive: true });
    expect(await (await open(before)).epochs(KEY)).toEqual([0]);
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
