import { Committee } from './committee.fixture.js';

const MEBIBYTE = 1024 * 1024;

describe('the memory of an engine', () => {
  test('stays flat over some hundred operations, refused ones among them', async () => {
    const committee = await Committee.meet();
    const inputs = await Promise.all([1, 2, 3, 4].map((value) => committee.encrypt([value])));
    const work = async (rounds: number) => {
      for (let round = 0; round < rounds; round += 1) {
        const { bytes } = await committee.engine.sum(inputs);
        await committee.open(bytes);
        await committee.encrypt([round]);
        await committee.engine.checkCiphertext(bytes.subarray(1)).catch(() => undefined);
      }
    };
    await work(40);
    const before = process.memoryUsage().rss;
    await work(80);
    const grown = process.memoryUsage().rss - before;
    await committee.engine.close();
    // One ciphertext leaked in a round would be 40 MiB already; a round handles more than ten.
    expect(grown).toBeLessThan(100 * MEBIBYTE);
  }, 60_000);
});
