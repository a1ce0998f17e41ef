import type { Context } from 'fabric-contract-api';
import { getPrivate, pageState } from './state.js';

const contextThatFails = (message: string) =>
  ({
    stub: {
      createCompositeKey: (type: string, parts: string[]) => [type, ...parts].join(' '),
      getPrivateData: () => Promise.reject(new Error(message)),
    },
  }) as unknown as Context;

describe('reading private data', () => {
  const read = (message: string) =>
    getPrivate(contextThatFails(message), 'care', { type: 'details', attributes: ['r1'] });

  it('is forbidden for a collection of other members, and is no failure of the contract', async () => {
    const said =
      'GET_STATE failed: transaction ID: 70: tx creator does not have read access permission on privatedata in chaincodeName:ehr collectionName: care';
    await expect(read(said)).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: 'Only members of the private data collection care read it',
    });
  });

  it('that fails for another reason fails for that', async () => {
    await expect(read('GET_STATE failed: timeout')).rejects.toThrow('timeout');
  });
});

test('a page begins in its own list only', async () => {
  const context = {
    stub: { createCompositeKey: (type: string, parts: string[]) => [type, ...parts, ''].join(' ') },
  } as unknown as Context;
  const list = { type: 'record', attributes: ['p1'] };
  for (const bookmark of ['record p2 r1', 'patient p1', 'record ', 'record p11 r']) {
    await expect(pageState(context, list, { pageSize: 1, bookmark })).rejects.toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      argument: 'bookmark',
      expected: 'a bookmark of this list',
    });
  }
});
