import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { makeToken } from '@salus/testing/token-module';
import { Vault } from '../vault.js';
import { AES, ATTRIBUTE, number, Pkcs11Module, SECRET_KEY, YES } from './pkcs11.js';
import { makeTokenKey, tokenWrapper, type HsmSettings } from './token-wrapper.js';

const dataKey = Buffer.alloc(32, 7);

describe('a key in a token', () => {
  let folder: string;
  let hsm: HsmSettings;
  let pin: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-token-'));
    const { module, token, pin: own } = await makeToken(folder);
    hsm = { module, token, key: 'vault' };
    pin = own;
    await makeTokenKey(hsm, pin);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('wraps a data key anew each time, and unwraps it', async () => {
    const wrapper = await tokenWrapper(hsm, pin);
    const [one, other] = [await wrapper.wrap(dataKey), await wrapper.wrap(dataKey)];
    expect(Buffer.from(one).includes(dataKey.subarray(0, 8))).toBe(false);
    expect(one).not.toEqual(other);
    const again = await tokenWrapper(hsm, pin);
    expect(Buffer.from(await again.unwrap(one))).toEqual(dataKey);
    expect(Buffer.from(await again.unwrap(other))).toEqual(dataKey);
  });

  it.each([0, 12, -1])('unwraps nothing that was changed at byte %d', async (index) => {
    const wrapper = await tokenWrapper(hsm, pin);
    const wrapped = Buffer.from(await wrapper.wrap(dataKey));
    const at = index < 0 ? wrapped.length + index : index;
    wrapped[at] = (wrapped[at] ?? 0) ^ 1;
    await expect(wrapper.unwrap(wrapped)).rejects.toThrow(coded('ERR_HSM_FAILED'));
  });

  it('unwraps nothing that another key wrapped', async () => {
    const other = { ...hsm, key: 'another' };
    await makeTokenKey(other, pin);
    const wrapped = await (await tokenWrapper(other, pin)).wrap(dataKey);
    const wrapper = await tokenWrapper(hsm, pin);
    await expect(wrapper.unwrap(wrapped)).rejects.toThrow(coded('ERR_HSM_FAILED'));
  });

  it('opens a vault, which no passphrase opens', async () => {
    const file = path.join(folder, 'vault.json');
    const vault = await Vault.open(file, await tokenWrapper(hsm, pin));
    const sealed = vault.seal('share', dataKey);
    const again = await Vault.open(file, await tokenWrapper(hsm, pin));
    expect(again.unseal('share', sealed)).toEqual(dataKey);
    await expect(Vault.open(file, 'correct horse battery')).rejects.toThrow(
      coded('ERR_PASSPHRASE_WRONG', { got: 'a passphrase' }),
    );
    await again.protect(file, 'correct horse battery');
    const moved = await Vault.open(file, 'correct horse battery');
    expect(moved.unseal('share', sealed)).toEqual(dataKey);
  });

  it('leaves a vault with its own code where the token fails', async () => {
    const file = path.join(folder, 'coded.json');
    await Vault.open(file, await tokenWrapper(hsm, pin));
    const wrong = await tokenWrapper({ ...hsm, token: 'no such token' }, pin);
    await expect(Vault.open(file, wrong)).rejects.toThrow(coded('ERR_HSM_TOKEN_MISSING'));
  });

  it('is made once', async () => {
    await expect(makeTokenKey(hsm, pin)).rejects.toThrow(coded('ERR_ALREADY_EXISTS'));
  });

  it('is missed by its label', async () => {
    const wrapper = await tokenWrapper({ ...hsm, key: 'no such key' }, pin);
    await expect(wrapper.wrap(dataKey)).rejects.toThrow(
      coded('ERR_HSM_KEY_MISSING', { expected: 'no such key' }),
    );
  });

  it('is not used if the token would give it away', async () => {
    const module = await Pkcs11Module.load(hsm.module);
    const slot = module.slotOf(hsm.token);
    module.withSession({ slot, pin, writes: true }, (session) => {
      session.generateAes([
        [ATTRIBUTE.class, SECRET_KEY],
        [ATTRIBUTE.keyType, AES],
        [ATTRIBUTE.label, Buffer.from('loose')],
        [ATTRIBUTE.token, YES],
        [ATTRIBUTE.extractable, YES],
        [ATTRIBUTE.encrypt, YES],
        [ATTRIBUTE.decrypt, YES],
        [ATTRIBUTE.valueLength, number(32n)],
      ]);
    });
    const wrapper = await tokenWrapper({ ...hsm, key: 'loose' }, pin);
    await expect(wrapper.wrap(dataKey)).rejects.toThrow(
      coded('ERR_KEY_INVALID', { got: 'one key, 32 bytes, extractable' }),
    );
  });

  it('cannot be read by who has the PIN', async () => {
    const module = await Pkcs11Module.load(hsm.module);
    const slot = module.slotOf(hsm.token);
    const CKA_VALUE = 0x11n;
    const reading = () =>
      module.withSession({ slot, pin, writes: false }, (session) => {
        const [key = 0n] = session.find([[ATTRIBUTE.label, Buffer.from('vault')]]);
        return session.read(key, CKA_VALUE, 32);
      });
    expect(reading).toThrow(coded('ERR_HSM_FAILED', { got: '0x11' }));
  });

  it('needs a module that can be loaded', async () => {
    const nowhere = { ...hsm, module: path.join(folder, 'nowhere.so') };
    await expect(tokenWrapper(nowhere, pin)).rejects.toThrow(coded('ERR_HSM_MODULE_UNAVAILABLE'));
    const text = path.join(folder, 'text.so');
    await writeFile(text, await readFile(__filename));
    await expect(tokenWrapper({ ...hsm, module: text }, pin)).rejects.toThrow(
      coded('ERR_HSM_MODULE_UNAVAILABLE'),
    );
  });

  it('needs the PIN', async () => {
    const wrapper = await tokenWrapper(hsm, 'wrong pin');
    await expect(wrapper.wrap(dataKey)).rejects.toThrow(
      coded('ERR_HSM_PIN_WRONG', { argument: 'SALUS_HSM_PIN' }),
    );
    // The session was closed: the right PIN opens the token again.
    await expect((await tokenWrapper(hsm, pin)).wrap(dataKey)).resolves.toHaveLength(60);
  });
});
