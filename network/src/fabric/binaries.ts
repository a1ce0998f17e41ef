import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { NetworkError } from '../instance/errors.js';
import { builtFabric, cachedFabric, configFiles, sampleConfig } from './build.js';
import type { Progress } from './progress.js';
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

const isConfig = (folder: string) =>
  configFiles.every((name) => existsSync(path.join(folder, name)));

/**
 * Configuration for programs that were not built here. It is looked for beside them (Fabric's release
 * archive has bin/ and config/), in FABRIC_CFG_PATH, in the cache, or else in the Go module.
 */
async function configFor(directory: string): Promise<string> {
  const released = path.resolve(directory, '..', 'config');
  const given = process.env.FABRIC_CFG_PATH;
  const near = [released, ...(given ? [path.resolve(given)] : [])].find(isConfig);
  if (near !== undefined) return near;
  const cached = cachedFabric();
  if (cached) return cached.config;
  try {
    const sample = await sampleConfig();
    if (isConfig(sample)) return sample;
  } catch {
    // Told below, together with the case that the module isn't there.
  }
  throw new NetworkError(
    'ERR_BINARIES_MISSING',
    `There is no core.yaml and orderer.yaml for the programs in ${directory}.`,
    `Put Fabric's config folder at ${released}, or name it in FABRIC_CFG_PATH.`,
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
  progress: Progress = () => undefined,
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
  return binariesIn(directory, await configFor(directory));
}
