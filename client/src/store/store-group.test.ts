import { SalusError } from '@salus/chaincode-common';
import { coded } from '../test-support/coded.js';
import { StoreGroup, type ContentStore } from './store-group.js';

const failing = (code: 'ERR_NOT_FOUND' | 'ERR_NO_DECISION' | 'ERR_SERVICE_UNREACHABLE') => () =>
  Promise.reject(new SalusError(code, 'a test'));
const away = failing('ERR_SERVICE_UNREACHABLE');
const place = { chaincode: 'claims', matter: { openingId: 'o1' }, from: 'AMSP' };

function store(changes: Partial<ContentStore> = {}): jest.Mocked<ContentStore> {
  const letter = { body: '', token: '', path: '', audience: '' };
  return {
    put: jest.fn(changes.put ?? (() => Promise.resolve('hash'))),
    get: jest.fn(changes.get ?? (() => Promise.resolve(Buffer.from('content')))),
    leave: jest.fn(changes.leave ?? (() => Promise.resolve())),
    collect: jest.fn(changes.collect ?? (() => Promise.resolve(letter))),
  };
}

describe('several stores', () => {
  it('all get what is put and left, as far as they answer', async () => {
    const [one, two] = [store({ put: away, leave: away }), store()];
    const group = new StoreGroup([one, two]);
    expect(await group.put(Buffer.from('x'))).toBe('hash');
    await group.leave(place, Buffer.from('x'));
    expect(one.leave).toHaveBeenCalledTimes(1);
    expect(two.leave).toHaveBeenCalledTimes(1);
  });

  it('are read in their order until one has it', async () => {
    const group = new StoreGroup([
      store({ get: failing('ERR_NOT_FOUND') }),
      store({ get: away }),
      store(),
    ]);
    expect((await group.get('hash', { claim: 'c1' })).toString()).toBe('content');
  });

  it('tell why none has it, rather than that one is away', async () => {
    const group = new StoreGroup([store({ get: away }), store({ get: failing('ERR_NOT_FOUND') })]);
    await expect(group.get('hash', { claim: 'c1' })).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const gone = new StoreGroup([store({ put: away })]);
    await expect(gone.put(Buffer.from('x'))).rejects.toThrow(coded('ERR_SERVICE_UNREACHABLE'));
    await expect(new StoreGroup([]).collect(place)).rejects.toThrow(coded('ERR_SETTINGS_MISSING'));
  });
});
