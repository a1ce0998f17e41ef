import { createCipheriv } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileCheckpointer } from '@salus/client/events';
import { Vault } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { Approvals } from './approvals.js';
import { MemberHome } from './member-home.js';
import { OpenedRegister } from './opened-register.js';
import { Worklist } from './worklist.js';

const { passphrase } = knownState;
const KEY = 'claims-1';
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

  beforeEach(async () => {
    folder = stateOf010('committee');
    await completeKey(folder);
    home = await MemberHome.open(folder, passphrase);
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

  it('goes on with a ceremony, a worklist and the chain where they stopped', async () => {
    const hpke = await home.readSecret(KEY, 1, 'hpke');
    expect(JSON.parse(String(hpke))).toMatchObject({ publicKey: knownState.hpke });
    const worklist = new Worklist(home);
    await worklist.load();
    await worklist.add({ keyId: 'another' });
    expect(JSON.parse(readFileSync(path.join(folder, 'worklist.json'), 'utf8'))).toEqual(
      [{ keyId: KEY }, { openingId: 'o1' }, { keyId: 'another' }].map((task) =>
        JSON.stringify(task),
      ),
    );
    const checkpoint = await fileCheckpointer(path.join(folder, 'claims.checkpoint')).load();
    expect(checkpoint).toMatchObject({ blockNumber: 21n });
  });

  it('remembers what its officer approved and what it helped to open', async () => {
    expect(await Approvals.in(folder).isApproved(KEY, 1, committee)).toBe(true);
    expect(await Approvals.in(folder).isApproved(KEY, 1, { ...committee, threshold: 1 })).toBe(
      false,
    );
    const register = new OpenedRegister(home);
    const contributor = { mspId: 'CityHospitalMSP', id: 'city' };
    const [marker] = await register.markersOf([
      { contributor, measure: 'm', period: '2025' },
    ] as never);
    expect(marker).toEqual({ evaluationId: 'e1', resultHash: 'ef'.repeat(32) });
    expect(await register.slotsOf({ keyId: KEY } as never)).toBe(2);
  });

  it.each([
    ['approvals.json', () => Approvals.in(folder).isApproved(KEY, 1, committee)],
    ['opened.json', () => new OpenedRegister(home).slotsOf({ keyId: KEY } as never)],
    ['worklist.json', () => new Worklist(home).load()],
  ])('refuses a %s of another form with a code', async (name, read) => {
    const file = path.join(folder, name);
    writeFileSync(file, '{"form":2}');
    await expect(read()).rejects.toThrow(coded('ERR_STATE_UNREADABLE', { argument: file }));
  });

  it('tells a vault of a later format apart from a wrong passphrase', async () => {
    const file = path.join(folder, 'vault.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('vault v1', 'vault v2'));
    await expect(MemberHome.open(folder, passphrase)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { got: 'salus vault v2' }),
    );
  });
});
