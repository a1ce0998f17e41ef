import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { joinFrames, splitFrames } from '@salus/client/computation';
import type { KeyWrapper } from '@salus/compute';
import { coded } from '@salus/testing/coded';
import { Vault } from './vault.js';

const PASSPHRASE = 'correct horse battery';
const secret = Buffer.from('a share of the key');

describe('a vault', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-vault-'));
    file = path.join(folder, 'vault.json');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('opens with its passphrase what it sealed before a restart', async () => {
    const sealed = (await Vault.open(file, PASSPHRASE)).seal('share', secret);
    expect(sealed.includes(secret)).toBe(false);
    expect((await Vault.open(file, PASSPHRASE)).unseal('share', sealed)).toEqual(secret);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('is one vault to all who make it at once', async () => {
    const all = await Promise.all([1, 2, 3].map(() => Vault.open(file, PASSPHRASE)));
    const sealed = all[0]?.seal('share', secret) ?? Buffer.alloc(0);
    expect(all.map((one) => one.unseal('share', sealed))).toEqual([secret, secret, secret]);
    expect((await Vault.open(file, PASSPHRASE)).unseal('share', sealed)).toEqual(secret);
  });

  it('derives vaults that open nothing of each other, nor of its own', async () => {
    const vault = await Vault.open(file, PASSPHRASE);
    const [one, other] = [vault.derive('one'), vault.derive('other')];
    const sealed = one.seal('share', secret);
    expect((await Vault.open(file, PASSPHRASE)).derive('one').unseal('share', sealed)).toEqual(
      secret,
    );
    for (const wrong of [other, vault, one.derive('one')]) {
      expect(() => wrong.unseal('share', sealed)).toThrow(coded('ERR_DECRYPTION_FAILED'));
    }
  });

  it('names the cost of its passphrase, and believes no lower one', async () => {
    await Vault.open(file, PASSPHRASE);
    const text = await readFile(file, 'utf8');
    expect(JSON.parse(text)).toMatchObject({ format: 'salus vault v2', protection: { cost: 17 } });
    await writeFile(file, text.replace('"cost":17', '"cost":1'));
    await expect(Vault.open(file, PASSPHRASE)).rejects.toThrow(coded('ERR_PASSPHRASE_WRONG'));
  });

  it('opens with nothing else', async () => {
    await Vault.open(file, PASSPHRASE);
    await expect(Vault.open(file, 'another passphrase')).rejects.toThrow(
      coded('ERR_PASSPHRASE_WRONG'),
    );
    await expect(Vault.open(path.join(folder, 'new'), 'short')).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });

  it('leaves its key with a key management service instead', async () => {
    const flip = (bytes: Uint8Array) => Promise.resolve(bytes.map((byte) => byte ^ 0xff));
    const service: KeyWrapper = { wrap: flip, unwrap: flip };
    const sealed = (await Vault.open(file, service)).seal('share', secret);
    expect((await Vault.open(file, service)).unseal('share', sealed)).toEqual(secret);
    const away = { ...service, unwrap: () => Promise.reject(new Error('no such key')) };
    await expect(Vault.open(file, away)).rejects.toThrow(coded('ERR_PASSPHRASE_WRONG'));
    expect(await readFile(file, 'utf8')).not.toContain('salt');
  });

  it('is believed no former one, whatever its file says', async () => {
    const flip = (bytes: Uint8Array) => Promise.resolve(bytes.map((byte) => byte ^ 0xff));
    await Vault.open(file, { wrap: flip, unwrap: flip });
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('vault v2', 'vault v1'));
    await expect(Vault.open(file, { wrap: flip, unwrap: flip })).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { got: 'salus vault v1' }),
    );
    const key = Buffer.alloc(32, 3);
    const former = { format: 'salus vault v1', protection: { wrappedKey: '' } };
    former.protection.wrappedKey = Buffer.from(await flip(key)).toString('base64');
    await writeFile(file, JSON.stringify(former));
    expect((await Vault.open(file, { wrap: flip, unwrap: flip })).isFormer).toBe(true);
    await writeFile(file, JSON.stringify({ ...former, format: 'salus vault v2' }));
    await expect(Vault.open(file, { wrap: flip, unwrap: flip })).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE'),
    );
  });

  it('opens no secret under the name of another, nor a changed one', async () => {
    const vault = await Vault.open(file, PASSPHRASE);
    const sealed = vault.seal('share', secret);
    expect(() => vault.unseal('hpke', sealed)).toThrow(coded('ERR_DECRYPTION_FAILED'));
    sealed[sealed.length - 1] = (sealed.at(-1) ?? 0) ^ 1;
    expect(() => vault.unseal('share', sealed)).toThrow(coded('ERR_DECRYPTION_FAILED'));
    expect(() => vault.unseal('share', Buffer.alloc(5))).toThrow(coded('ERR_DECRYPTION_FAILED'));
  });
});

describe('frames', () => {
  it('come apart as they were joined', () => {
    const frames = { s0: Buffer.from('zero'), 's1 package': Buffer.alloc(0), s2: secret };
    const split = splitFrames(joinFrames(frames));
    expect([...split].map(([name, bytes]) => [name, Buffer.from(bytes)])).toEqual(
      Object.entries(frames),
    );
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a length that leads out', Buffer.from([255, 255, 255, 255, 1])],
    ['a header that is no list', Buffer.concat([Buffer.from([0, 0, 0, 2]), Buffer.from('{}')])],
    ['too little', joinFrames({ s0: secret }).subarray(0, -1)],
    ['too much', Buffer.concat([joinFrames({ s0: secret }), Buffer.from('x')])],
  ])('are not made of %s', (_, bytes) => {
    expect(() => splitFrames(bytes)).toThrow(coded('ERR_INVALID_ARGUMENT'));
  });
});
