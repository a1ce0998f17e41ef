import { NetworkError } from '../instance/errors.js';
import { runCommand } from '../instance/run-command.js';

/** Oldest versions the network works with: SmartBFT's options and channel capability V3_0. */
const oldest = { peer: [3, 1], 'fabric-ca-server': [1, 5] } as const;

/** The numbers of a version as Fabric's programs print it; undefined if there is none. */
export function parseVersion(output: string): [number, number] | undefined {
  const found = /Version:\s*v?(\d+)\.(\d+)/.exec(output);
  return found ? [Number(found[1]), Number(found[2])] : undefined;
}

export function isRecent(version: readonly [number, number], minimum: readonly [number, number]) {
  return version[0] > minimum[0] || (version[0] === minimum[0] && version[1] >= minimum[1]);
}

/**
 * Runs `PROGRAM version` and checks that it is recent enough.
 *
 * @throws NetworkError ERR_BINARY_VERSION
 */
export async function checkVersion(file: string, program: keyof typeof oldest): Promise<void> {
  const { stdout } = await runCommand(file, ['version']);
  const version = parseVersion(stdout);
  const minimum = oldest[program];
  if (version && isRecent(version, minimum)) return;
  throw new NetworkError(
    'ERR_BINARY_VERSION',
    `${file} is version ${version?.join('.') ?? 'unknown'}, ${minimum.join('.')} or newer is needed.`,
    'Take it off PATH or FABRIC_BIN, then the right one is built; or install Fabric 3.1 or newer.',
  );
}
