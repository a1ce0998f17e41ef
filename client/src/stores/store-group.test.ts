import { SalusError, type ErrorCode } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import type { Letter } from './letter.js';
import { StoreGroup, type ContentStore } from './store-group.js';

const failing = (code: ErrorCode) => () => Promise.reject(new SalusError(code, 'a test'));
const away = failing('ERR_SERVICE_UNREACHABLE');
const place = { chaincode: 'claims', matter: { openingId: 'o1' }, from: 'AMSP' };

type Changes = Partial<Omit<ContentStore, 'collect'>> & { readonly letter?: string };

function store(changes: Changes = {}): ContentStore {
  return {
    collect: async (_, read) =>
      read({ body: changes.letter ?? '', token: '', path: '', audience: '' }),
    put: jest.fn(changes.put ?? (() => Promise.resolve('hash'))),
    get: jest.fn(changes.get ?? (() => Promise.resolve(Buffer.from('content')))),
    leave: jest.fn(changes.leave ?? (() => Promise.resolve())),
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

  it('are asked on where one sends a letter that its reader does not believe', async () => {
    const group = new StoreGroup([store({ letter: 'made up' }), store({ letter: 'right' })]);
    const read = ({ body }: Letter) => {
      if (body === 'right') return body;
      throw new SalusError('ERR_REQUEST_REFUSED', 'a test');
    };
    expect(await group.collect(place, read)).toBe('right');
  });

  it('tell that something is not there, rather than what one of them made up', async () => {
    const group = new StoreGroup([
      store({ get: failing('ERR_HASH_MISMATCH') }),
      store({ get: failing('ERR_NOT_FOUND') }),
    ]);
    await expect(group.get('hash', { claim: 'c1' })).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('tell why none has it, rather than that one is away', async () => {
    const group = new StoreGroup([store({ get: away }), store({ get: failing('ERR_NOT_FOUND') })]);
    await expect(group.get('hash', { claim: 'c1' })).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const gone = new StoreGroup([store({ put: away })]);
    await expect(gone.put(Buffer.from('x'))).rejects.toThrow(coded('ERR_SERVICE_UNREACHABLE'));
    await expect(new StoreGroup([]).collect(place, ({ body }) => body)).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING'),
    );
  });
});
