import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from '../errors.js';
import { runCommand } from '../run-command.js';
import { builtFabric } from './build.js';
import { checkVersion } from './version.js';

/** Fabric's programs that the network runs, and where core.yaml and orderer.yaml are. */
export interface FabricBinaries {
  readonly directory: string;
  readonly configFolder: string;
  readonly peer: string;
  readonly orderer: string;
  readonly configtxgen: string;
  readonly configtxlator: string;
  readonly cryptogen: string;
  readonly caServer: string;
}

const needed = ['peer', 'orderer', 'configtxgen', 'configtxlator', 'cryptogen', 'fabric-ca-server'];

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const missingIn = (directory: string) =>
  needed.filter((name) => !isProgram(path.join(directory, name)));

/** Folder on PATH that has the peer program and with it all the others. */
const folderOnPath = () =>
  (process.env.PATH ?? '')
    .split(path.delimiter)
    .find((folder) => folder !== '' && missingIn(folder).length === 0);

async function configBeside(directory: string): Promise<string> {
  // Fabric's release archive has bin/ and config/ side by side.
  const released = path.join(directory, '..', 'config');
  if (existsSync(path.join(released, 'core.yaml'))) return path.resolve(released);
  try {
    const cwd = path.join(__dirname, '..', '..', 'fabric');
    const args = ['list', '-m', '-f', '{{.Dir}}', 'github.com/hyperledger/fabric'];
    const sample = path.join((await runCommand('go', args, { cwd })).stdout.trim(), 'sampleconfig');
    if (existsSync(path.join(sample, 'core.yaml'))) return sample;
  } catch {
    // Told below, together with the case that the module isn't there.
  }
  throw new NetworkError(
    'ERR_BINARIES_MISSING',
    `There is no core.yaml for the programs in ${directory}.`,
    `Put Fabric's config folder beside it, at ${path.resolve(released)}.`,
  );
}

function binariesIn(directory: string, configFolder: string): FabricBinaries {
  const file = (name: string) => path.join(directory, name);
  return {
    directory,
    configFolder,
    peer: file('peer'),
    orderer: file('orderer'),
    configtxgen: file('configtxgen'),
    configtxlator: file('configtxlator'),
    cryptogen: file('cryptogen'),
    caServer: file('fabric-ca-server'),
  };
}

/**
 * Finds Fabric's programs: in FABRIC_BIN, else on PATH, else built once from the pinned modules.
 *
 * @throws NetworkError ERR_BINARIES_MISSING, ERR_BINARY_VERSION or ERR_BUILD_FAILED
 */
export async function fabricBinaries(
  progress: (line: string) => void = () => undefined,
): Promise<FabricBinaries> {
  const given = process.env.FABRIC_BIN;
  const directory = given ? path.resolve(given) : folderOnPath();
  if (directory === undefined) {
    const { bin, config } = await builtFabric(progress);
    return binariesIn(bin, config);
  }
  const missing = missingIn(directory);
  if (missing.length > 0) {
    throw new NetworkError(
      'ERR_BINARIES_MISSING',
      `FABRIC_BIN is ${directory}, which lacks ${missing.join(', ')}.`,
      'Unset FABRIC_BIN to have them built, or point it to a folder that has them all.',
    );
  }
  await checkVersion(path.join(directory, 'peer'), 'peer');
  await checkVersion(path.join(directory, 'fabric-ca-server'), 'fabric-ca-server');
  return binariesIn(directory, await configBeside(directory));
}
