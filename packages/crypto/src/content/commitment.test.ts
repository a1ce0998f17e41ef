import { createCipheriv, createDecipheriv } from 'node:crypto';
import { coded } from '@salus/testing/coded';
import { contentKeysOf, HEADER_BYTES, nonce, TAG_BYTES } from './content-format.js';
import { decryptContent, encryptWithPrefix } from './content.js';

const keys = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)] as const;
const prefix = Buffer.alloc(7, 3);
const iv = nonce(prefix, 0, true);

/** GF(2^128) as GCM has it (NIST SP 800-38D, section 6.3). */
function multiply(x: bigint, y: bigint): bigint {
  let [sum, v] = [0n, x];
  for (let bit = 127n; bit >= 0n; bit -= 1n) {
    if ((y >> bit) & 1n) sum ^= v;
    v = (v >> 1n) ^ ((v & 1n) * (0xe1n << 120n));
  }
  return sum;
}

function inverse(x: bigint): bigint {
  let [square, result] = [x, 1n << 127n];
  for (let bit = 1; bit < 128; bit += 1) {
    square = multiply(square, square);
    result = multiply(result, square);
  }
  return result;
}

const toNumber = (block: Buffer) => BigInt(`0x${block.toString('hex')}`);
const toBlock = (value: bigint) => Buffer.from(value.toString(16).padStart(32, '0'), 'hex');
const padded = (bytes: Buffer) =>
  Buffer.concat([bytes, Buffer.alloc((16 - (bytes.length % 16)) % 16)]);

/** One block by the chunks' key of a content key. */
function encryptBlock(key: Buffer, block: Buffer): bigint {
  const cipher = createCipheriv('aes-256-ecb', contentKeysOf(key).encryption, null);
  return toNumber(cipher.update(block));
}

/** GCM's tag of two blocks under a key, and the cube of its hash key: the first block's weight in it. */
function faceOf(key: Buffer, header: Buffer, second: Buffer) {
  const h = encryptBlock(key, Buffer.alloc(16));
  const lengths = Buffer.alloc(16);
  lengths.writeUInt32BE(header.length * 8, 4);
  lengths.writeUInt32BE(32 * 8, 12);
  const mask = encryptBlock(key, Buffer.concat([iv, Buffer.from([0, 0, 0, 1])]));
  const tag = (first: Buffer) => {
    const all = Buffer.concat([padded(header), first, second, lengths]);
    let sum = 0n;
    for (let at = 0; at < all.length; at += 16) {
      sum = multiply(sum ^ toNumber(all.subarray(at, at + 16)), h);
    }
    return sum ^ mask;
  };
  return { tag, cube: multiply(h, multiply(h, h)) };
}

/** A ciphertext of two blocks, the first one chosen so that the same tag is right under both keys. */
function twoFaced(header: Buffer): Buffer {
  const second = Buffer.alloc(16, 9);
  const [one, other] = [faceOf(keys[0], header, second), faceOf(keys[1], header, second)];
  const empty = Buffer.alloc(16);
  const difference = one.tag(empty) ^ other.tag(empty);
  const first = toBlock(multiply(difference, inverse(one.cube ^ other.cube)));
  return Buffer.concat([header, first, second, toBlock(one.tag(first))]);
}

/** As GCM alone opens it. */
function openBare(key: Buffer, sealed: Buffer): Buffer {
  const options = { authTagLength: TAG_BYTES };
  const { encryption } = contentKeysOf(key);
  const decipher = createDecipheriv('aes-256-gcm', encryption, iv, options);
  decipher.setAAD(sealed.subarray(0, HEADER_BYTES));
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
  const chunk = sealed.subarray(HEADER_BYTES, -TAG_BYTES);
  return Buffer.concat([decipher.update(chunk), decipher.final()]);
}

test('a ciphertext that GCM opens under two keys is the content of one only', () => {
  const honest = encryptWithPrefix(keys[0], Buffer.alloc(32), { prefix });
  const sealed = twoFaced(honest.subarray(0, HEADER_BYTES));
  // For GCM both are right, and differ: two readers would see two contents under one hash.
  const [one, other] = keys.map((key) => openBare(key, sealed));
  expect(one).not.toEqual(other);
  expect(decryptContent(keys[0], sealed)).toEqual(one);
  expect(() => decryptContent(keys[1], sealed)).toThrow(coded('ERR_DECRYPTION_FAILED'));
});
