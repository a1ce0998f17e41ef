import { sha256 as portableSha256 } from '@noble/hashes/sha2.js';
import { canonicalJson } from './canonical-json.js';

/** Node's own SHA-256, several times as fast as a portable one; a browser has none that is synchronous. */
const native = (
  globalThis as { process?: { getBuiltinModule?: typeof process.getBuiltinModule } }
).process?.getBuiltinModule?.('node:crypto');

/** SHA-256 (FIPS 180-4) of bytes, or of a text's UTF-8, as 64 lower-case hex digits. */
export function sha256Hex(data: string | Uint8Array): string {
  return sha256(typeof data === 'string' ? new TextEncoder().encode(data) : data).toString('hex');
}

/** SHA-256 of the concatenation of all parts. */
export function sha256(...parts: readonly Uint8Array[]): Buffer {
  if (native === undefined) return Buffer.from(portable(parts));
  const hash = native.createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 without Node, as in a browser. */
export function portable(parts: readonly Uint8Array[]): Uint8Array {
  const hash = portableSha256.create();
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** SHA-256 of a value's canonical JSON (RFC 8785), in hex. Salt what could be guessed. */
export function hashOf(value: unknown): string {
  return sha256Hex(canonicalJson(value));
}
