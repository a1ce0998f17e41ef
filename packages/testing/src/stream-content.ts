/**
 * A process that puts a content of so many bytes into five stores of a folder, 3 of 5. It reads the content
 * back with two stores gone. It tells on standard output how long it took and the most memory it had.
 * Arguments: folder, bytes.
 */
import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { getContent, putContent } from '@salus/client/content';
import { FileObjects, ObjectPartStore } from '@salus/store-service';

const PIECE_BYTES = 1024 * 1024;

async function main(folder: string, bytes: number): Promise<void> {
  const key = randomBytes(32);
  const names = ['AMSP', 'BMSP', 'CMSP', 'DMSP', 'EMSP'];
  const stores = names.map((mspId) => {
    return { mspId, store: new ObjectPartStore(new FileObjects(path.join(folder, mspId))) };
  });
  const [before, after] = [createHash('sha256'), createHash('sha256')];
  function* content(): Generator<Buffer> {
    for (let left = bytes; left > 0; left -= PIECE_BYTES) {
      const piece = randomBytes(Math.min(left, PIECE_BYTES));
      before.update(piece);
      yield piece;
    }
  }
  const start = performance.now();
  const anchor = await putContent(content(), { key, context: 'r1', stores, k: 3 });
  const put = performance.now();
  const left = new Map(stores.slice(2).map(({ mspId, store }) => [mspId, store]));
  let read = 0;
  for await (const piece of getContent(anchor, { key, context: 'r1', stores: left })) {
    after.update(piece);
    read += piece.length;
  }
  const isSame = before.digest('hex') === after.digest('hex');
  const result = {
    isSame,
    read,
    putMs: put - start,
    getMs: performance.now() - put,
    maxRssBytes: process.resourceUsage().maxRSS * 1024,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

const [folder = '', bytes = '0'] = process.argv.slice(2);
void main(folder, Number(bytes));
