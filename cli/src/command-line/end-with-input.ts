import type { Readable, Writable } from 'node:stream';

/**
 * Has a service end when its standard input does, if `SALUS_END_WITH_INPUT` is set. Whoever starts services
 * holds the other end of a pipe: however it ends, killed or not, none of them is left behind.
 */
export function endWithInput(
  input: Readable,
  end: () => void,
  env: NodeJS.ProcessEnv = process.env,
): void {
  if (!env['SALUS_END_WITH_INPUT']) return;
  input.once('end', end).once('error', end).resume();
}

/** Has a command end when nobody reads its output any more: to tell that error would fail again, for ever. */
export function endWithReader(outputs: readonly Writable[], end: () => void): void {
  for (const output of outputs) output.on('error', end);
}
