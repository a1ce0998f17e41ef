import { accessSync, constants, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from './errors.js';

/**
 * Makes a directory that a setting names, and those above it, for the owner only. One by one: Node.js
 * does not return from making them all at once below a place like /proc, where none can be.
 *
 * @throws NetworkError ERR_ARGUMENT naming the setting, if it can't be made or written
 */
export function makeDirectory(directory: string, setting: string): void {
  try {
    makeWithParents(path.resolve(directory));
    accessSync(directory, constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new NetworkError(
      'ERR_ARGUMENT',
      `${directory} can not be made or written: ${(cause as Error).message}.`,
      `Set ${setting} to a directory that you can write.`,
      { cause },
    );
  }
}

function makeWithParents(directory: string): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = path.dirname(directory);
  if (parent !== directory) makeWithParents(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Somebody else may have made it meanwhile.
    if (!statSync(directory, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
