import { cpSync, existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * One executable of an external builder: gets the directories the peer passes (Fabric documentation,
 * "External Builders and Launchers") and returns the exit code.
 */
export type BuilderStep = (
  directories: readonly string[],
  environment: NodeJS.ProcessEnv,
) => number | Promise<number>;

/** Takes the directories of a step by position; the peer always passes all of them. */
export function directoriesOf<Names extends readonly string[]>(
  directories: readonly string[],
  ...names: Names
): { [Index in keyof Names]: string } {
  const missing = names.slice(directories.length);
  if (missing.length > 0) throw new Error(`missing argument: ${missing.join(', ')}`);
  return directories.slice(0, names.length) as { [Index in keyof Names]: string };
}

/** Whether the package's metadata.json, in the directory the peer gave, names this type. */
export function hasType(metadataDirectory: string, type: string): boolean {
  const metadata: unknown = JSON.parse(
    readFileSync(path.join(metadataDirectory, 'metadata.json'), 'utf8'),
  );
  const found = (metadata as { type?: unknown } | null)?.type;
  return typeof found === 'string' && found.toLowerCase() === type;
}

/** Copies a folder if it is there. */
export function copyIfPresent(from: string, to: string): void {
  if (existsSync(from)) cpSync(from, to, { recursive: true });
}
