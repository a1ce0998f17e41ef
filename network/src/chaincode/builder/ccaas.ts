import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type BuilderConfig, parseBuilderConfig, resolveConnection } from './connection.js';
import { type BuilderStep, copyIfPresent, directoriesOf, hasType } from './step.js';

/** Variable the builder reads its settings from, the same as Fabric's own ccaas_builder. */
export const configVariable = 'CHAINCODE_AS_A_SERVICE_BUILDER_CONFIG';

export const detect: BuilderStep = (directories) => {
  const [, metadata] = directoriesOf(directories, 'SOURCE_DIR', 'METADATA_DIR');
  return hasType(metadata, 'ccaas') ? 0 : 1;
};

/** Nothing is compiled: the chaincode runs elsewhere. What release needs is kept. */
export const build: BuilderStep = (directories) => {
  const [source, , output] = directoriesOf(directories, 'SOURCE_DIR', 'METADATA_DIR', 'OUTPUT_DIR');
  writeFileSync(
    path.join(output, 'connection.json'),
    readFileSync(path.join(source, 'connection.json')),
  );
  copyIfPresent(path.join(source, 'META-INF'), path.join(output, 'META-INF'));
  return 0;
};

/**
 * Writes the connection for this peer. The package is the same for every organization. So the address and
 * the TLS material of this one are filled in here.
 */
export const release: BuilderStep = (directories, environment) => {
  const [output, released] = directoriesOf(directories, 'OUTPUT_DIR', 'RELEASE_DIR');
  const template: unknown = JSON.parse(readFileSync(path.join(output, 'connection.json'), 'utf8'));
  const config: BuilderConfig = parseBuilderConfig(environment[configVariable]);
  const directory = path.join(released, 'chaincode', 'server');
  mkdirSync(directory, { recursive: true });
  // Holds the peer's client key: readable by the peer's account only.
  writeFileSync(
    path.join(directory, 'connection.json'),
    `${JSON.stringify(resolveConnection(template, config), null, 2)}\n`,
    { mode: 0o600 },
  );
  copyIfPresent(path.join(output, 'META-INF', 'statedb'), path.join(released, 'statedb'));
  return 0;
};
