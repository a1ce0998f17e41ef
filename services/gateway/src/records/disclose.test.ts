import { disclose } from './disclose.js';

const contentType = 'text/plain';

describe('a content that is handed out', () => {
  it('is whole, though its first piece was read before', async () => {
    const pieces = (async function* () {
      for (const piece of ['a', 'b', 'c']) yield await Promise.resolve(Buffer.from(piece));
    })();
    const read: string[] = [];
    for await (const piece of (await disclose({ contentType, pieces })).pieces) {
      read.push(piece.toString('utf8'));
    }
    expect(read).toEqual(['a', 'b', 'c']);
  });

  it('shows what is wrong with its first piece before an answer begins', async () => {
    const pieces = (async function* () {
      yield await Promise.reject<Buffer>(new Error('the first piece is wrong'));
    })();
    await expect(disclose({ contentType, pieces })).rejects.toThrow('the first piece is wrong');
  });
});
