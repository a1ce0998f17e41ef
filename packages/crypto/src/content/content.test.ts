import fc from 'fast-check';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import {
  decryptChunks,
  decryptContent,
  decryptStream,
  encryptContent,
  encryptStream,
  encryptWithPrefix,
  generateContentKey,
} from './content.js';

const key = Buffer.alloc(32, 7);
const prefix = Buffer.from('01020304050607', 'hex');

/** Bytes in pieces of these lengths, over and over. */
function* piecesOf(bytes: Uint8Array, lengths: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of source) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}
/** Magic, chunk size, nonce prefix, and the commitment to the key. */
const HEADER = 12 + 32;
const small = 6; // chunks of 64 bytes, so that short inputs have many

describe('encrypted content', () => {
  it('comes back unchanged, whatever its length', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.string(), (plaintext, context) => {
        const sealed = encryptContent(key, plaintext, context, small);
        expect(decryptContent(key, sealed, context)).toEqual(Buffer.from(plaintext));
      }),
    );
  });

  it.each([0, 63, 64, 65, 128, 192])('keeps %i bytes at chunk boundaries', (length) => {
    const plaintext = Buffer.alloc(length, 1);
    const sealed = encryptContent(key, plaintext, '', small);
    expect(decryptContent(key, sealed)).toEqual(plaintext);
    expect(sealed.length).toBe(HEADER + length + 16 * Math.max(1, Math.ceil(length / 64)));
  });

  it('is refused after any bit was changed', () => {
    const sealed = encryptContent(key, Buffer.alloc(150, 3), 'record', small);
    fc.assert(
      fc.property(fc.nat(sealed.length * 8 - 1), (bit) => {
        const changed = Buffer.from(sealed);
        changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
        expect(() => decryptContent(key, changed, 'record')).toThrow();
      }),
    );
  });

  it('is refused when cut off anywhere, also between chunks', () => {
    const sealed = encryptContent(key, Buffer.alloc(200, 3), '', small);
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => decryptContent(key, sealed.subarray(0, length))).toThrow();
    }
  });

  it('is refused when chunks are swapped, repeated or appended', () => {
    const sealed = encryptContent(key, Buffer.alloc(192, 3), '', small);
    const header = sealed.subarray(0, HEADER);
    const chunk = (index: number) =>
      sealed.subarray(HEADER + index * 80, HEADER + (index + 1) * 80);
    for (const order of [
      [1, 0, 2],
      [0, 0, 2],
      [0, 1, 2, 2],
      [0, 2],
    ]) {
      const changed = Buffer.concat([header, ...order.map(chunk)]);
      expect(() => decryptContent(key, changed)).toThrow(coded('ERR_DECRYPTION_FAILED'));
    }
  });

  it('opens under its own key and context only', () => {
    const sealed = encryptContent(key, Buffer.from('x'), 'record-1');
    const failure = coded('ERR_DECRYPTION_FAILED');
    expect(() => decryptContent(generateContentKey(), sealed, 'record-1')).toThrow(failure);
    expect(() => decryptContent(key, sealed, 'record-2')).toThrow(failure);
  });

  it('hands out no chunk after a bad one', () => {
    const sealed = encryptContent(key, Buffer.alloc(192, 3), '', small);
    sealed.writeUInt8(sealed.readUInt8(HEADER + 88) ^ 1, HEADER + 88); // in the second chunk
    const chunks: Buffer[] = [];
    expect(() => {
      for (const chunk of decryptChunks(key, sealed)) chunks.push(chunk);
    }).toThrow();
    expect(chunks).toHaveLength(1);
  });

  it('tells what is no encrypted content at all', () => {
    const failure = coded('ERR_CIPHERTEXT_INVALID');
    expect(() => decryptContent(key, Buffer.from('{"resourceType":"Patient"}'))).toThrow(failure);
    expect(() => decryptContent(key, Buffer.alloc(0))).toThrow(failure);
    expect(() => encryptContent(Buffer.alloc(16), Buffer.alloc(1))).toThrow(
      coded('ERR_KEY_INVALID'),
    );
  });

  it('has the layout it had when it was first stored', () => {
    const sealed = encryptWithPrefix(key, Buffer.alloc(100, 1), {
      context: 'record',
      chunkLog2: small,
      prefix: Buffer.from('01020304050607', 'hex'),
    });
    expect(sealed.subarray(0, 12).toString('hex')).toBe('534c43320601020304050607');
    expect(sha256Hex(sealed)).toMatchInlineSnapshot(
      `"5de0fcebd59117d58d57d22a26192b0ed3ac73229bd6464578451ac1cea168e7"`,
    );
  });

  it('is the same as it comes in pieces of any length, and so is what it opens to', async () => {
    const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        ...[fc.uint8Array({ maxLength: 400 }), lengths, lengths],
        async (plaintext, some, others) => {
          const options = { context: 'record', chunkLog2: small, prefix };
          const whole = encryptWithPrefix(key, plaintext, options);
          const sealed = await collect(encryptStream(key, piecesOf(plaintext, some), options));
          expect(sealed).toEqual(whole);
          const opened = await collect(decryptStream(key, piecesOf(sealed, others), 'record'));
          expect(opened).toEqual(Buffer.from(plaintext));
        },
      ),
    );
  });

  it('hands out nothing that was not verified, as it comes in pieces', async () => {
    const plaintext = Buffer.from(Array.from({ length: 300 }, (_, at) => at & 255));
    const sealed = encryptContent(key, plaintext, '', small);
    for (let at = 0; at < sealed.length; at += 7) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      const seen: Uint8Array[] = [];
      const read = async () => {
        for await (const piece of decryptStream(key, piecesOf(changed, [50]))) seen.push(piece);
      };
      await expect(read()).rejects.toThrow();
      expect(plaintext.indexOf(Buffer.concat(seen))).toBe(0);
      expect(seen.length).toBeLessThanOrEqual(Math.max(0, Math.floor((at - 12) / 80)));
    }
  });
});
