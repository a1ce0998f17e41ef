import { integer } from './der.js';

describe('an integer in DER', () => {
  it.each([
    ['without a byte', [], [0]],
    ['of zeros', [0, 0], [0]],
    ['with a zero before a small digit', [0, 0x7f, 1], [0x7f, 1]],
    ['with a zero before a large digit', [0, 0x80], [0, 0x80]],
    ['with a large first digit', [0xff], [0, 0xff]],
  ])('%s takes its shortest form', (_, bytes, content) => {
    const encoded = integer(Uint8Array.from(bytes));

    expect([...encoded]).toEqual([0x02, content.length, ...content]);
  });
});
