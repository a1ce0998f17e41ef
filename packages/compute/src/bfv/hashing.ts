import { createHash } from 'node:crypto';

/** @returns SHA-256 as lower-case hex */
export function sha256Hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
