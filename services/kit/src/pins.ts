import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifFileExists, writeAtomically } from '@salus/client/home';
import { sha256Hex } from '@salus/protocol';

/** What a service remembers: a patient's key, a record's anchor, who put a content. */
export type PinKind = 'patient' | 'record' | 'content';

/**
 * Remembers, in a service's own folder, what it first saw of things that never change on the ledger.
 * Whoever forges a registration or a record there later doesn't deceive a service that knows the true one.
 */
export class Pins {
  readonly #folder: string;
  /** Under way, so that two first sights at once agree. */
  readonly #pinning = new Map<string, Promise<string>>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Tells whether a value is the one first seen; the first one seen is. */
  async matches(kind: PinKind, id: string, value: string): Promise<boolean> {
    const file = path.join(this.#folder, kind, sha256Hex(id));
    return (await (this.#pinning.get(file) ?? this.#pin(file, value))) === value;
  }

  #pin(file: string, value: string): Promise<string> {
    const pinning = readOrWrite(file, value).finally(() => this.#pinning.delete(file));
    this.#pinning.set(file, pinning);
    return pinning;
  }
}

async function readOrWrite(file: string, value: string): Promise<string> {
  const pinned = await ifFileExists(readFile(file, 'utf8'));
  if (pinned !== undefined) return pinned;
  await writeAtomically(file, Buffer.from(value));
  return value;
}
