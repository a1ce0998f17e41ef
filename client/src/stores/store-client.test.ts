import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { TestConsortium } from '@salus/testing/member';
import { coded } from '@salus/testing/coded';
import { Post } from '../computation/letters.js';
import { StoreClient } from './store-client.js';
import { StoreGroup } from './store-group.js';

const matter = { keyId: 'k1', epoch: 0 };
const place = { chaincode: 'claims', matter, from: 'AMSP', to: 'BMSP' };

describe('a store that answers with whatever it likes', () => {
  let server: Server;
  let client: StoreClient;
  let consortium: TestConsortium;
  let answer: string;

  beforeAll(async () => {
    consortium = await TestConsortium.of('AMSP', 'BMSP');
    server = createServer((_, response) => response.end(answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { identity } = await consortium.member('BMSP', 'committee');
    client = new StoreClient(`http://127.0.0.1:${port}`, identity);
  });
  afterAll(() => server.close());

  const letter = { body: '', token: 'a.b.c', path: '', audience: '' };

  it.each([
    ['no JSON', '<html>'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a letter without a token', JSON.stringify({ ...letter, token: undefined })],
    ['a letter whose body is no text', JSON.stringify({ ...letter, body: { length: 9 } })],
  ])('gives no letter by %s', async (_, text) => {
    answer = text;
    await expect(client.collect(place, () => 'read')).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
  });

  it.each(['', 'a', 'a.b.c', '.'.repeat(10), 'e30.e30.e30'])(
    'makes no letter believed by the token %j, and names whose it is not',
    async (token) => {
      answer = JSON.stringify({ ...letter, token });
      const { members } = consortium;
      const post = new Post({ store: client, members, chaincode: 'claims', mspId: 'BMSP' });
      const refused = coded('ERR_REQUEST_REFUSED', { argument: 'from', got: 'AMSP' });
      await expect(post.keyOf(matter, 'AMSP')).rejects.toThrow(refused);
      await expect(post.receive(matter, 'AMSP', 'key')).rejects.toThrow(refused);
    },
  );

  it('sends no more than a letter or a content may be', async () => {
    answer = JSON.stringify({ ...letter, body: 'A'.repeat(25 * 1024 * 1024) });
    const tooLarge = coded('ERR_TOO_LARGE');
    await expect(client.collect(place, () => 'read')).rejects.toThrow(tooLarge);
    await expect(client.get('0'.repeat(64), { claim: 'c1' })).rejects.toThrow(tooLarge);
  });

  it('does not stand before another one', async () => {
    answer = 'null';
    const other = {
      collect: async <T>(_: unknown, read: (one: typeof letter) => T | Promise<T>) => read(letter),
    } as unknown as StoreClient;
    const group = new StoreGroup([client, other]);
    expect(await group.collect(place, ({ token }) => token)).toBe('a.b.c');
  });
});
