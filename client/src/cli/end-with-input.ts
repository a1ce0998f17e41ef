import type { Readable } from 'node:stream';

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
