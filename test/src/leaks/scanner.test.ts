import { createHash, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { Scanner } from './scanner.js';

const NAME = 'Zwölfboten-Quisling';
const scanner = new Scanner([NAME, '999-64-1234', 'Élodie Crèvecœur']);
const around = (bytes: Buffer | string) =>
  Buffer.concat([randomBytes(100), Buffer.from(bytes), randomBytes(100)]);
const sha256 = (text: string) => createHash('sha256').update(text).digest();

describe('Scanner', () => {
  it.each([
    ['as it is', NAME],
    ['in hex', Buffer.from(NAME).toString('hex')],
    ['in upper-case hex', Buffer.from(NAME).toString('hex').toUpperCase()],
    ['in base64', Buffer.from(NAME).toString('base64')],
    ['in base64 with something before', Buffer.from(`{"name":"${NAME}"}`).toString('base64')],
    ['in base64url', Buffer.from(`?>${NAME}>?`).toString('base64url')],
    ['in a statement in a statement', twice(JSON.stringify({ family: NAME }))],
    ['in a URL', encodeURIComponent(NAME)],
    ['as a hash', sha256(NAME)],
    ['as a hash in hex', sha256(NAME).toString('hex')],
    ['as a hash in base64url', sha256(NAME).toString('base64url')],
    ['as a hash of its lower case', sha256(NAME.toLowerCase()).toString('hex')],
    ['as a hash of a number without its dashes', sha256('999641234').toString('hex')],
    ['in UTF-16', Buffer.from(NAME, 'utf16le')],
  ])('finds a text %s', (_, bytes) => {
    expect(scanner.scan('here', around(bytes))).not.toEqual([]);
  });

  it('finds a text at either end, in base64 of any alignment', () => {
    fc.assert(
      fc.property(fc.nat(5), fc.nat(5), (before, after) => {
        const bytes = Buffer.concat([randomBytes(before), Buffer.from(NAME), randomBytes(after)]);
        for (const each of [bytes, Buffer.from(bytes.toString('base64'))]) {
          expect(scanner.scan('here', each).map(({ text }) => text)).toContain(NAME);
        }
      }),
    );
  });

  it('finds nothing in what has nothing, a salted hash among it', () => {
    const salted = createHash('sha256').update(randomBytes(16)).update(NAME).digest('hex');
    expect(scanner.scan('here', around(salted))).toEqual([]);
    expect(scanner.scan('here', randomBytes(1 << 20))).toEqual([]);
  });

  it('does not read past the end of what only begins like a text', () => {
    expect(scanner.scan('here', Buffer.from(NAME).subarray(0, 10))).toEqual([]);
  });

  it('tells what it found where', () => {
    expect(scanner.scan('a log', Buffer.from(`[${NAME}]`))).toContainEqual({
      place: 'a log',
      text: NAME,
      form: 'plain',
    });
  });
});

function twice(text: string): string {
  const once = Buffer.from(text).toString('base64url');
  return Buffer.from(`{"statement":"header.${once}.signature"}`).toString('base64');
}
