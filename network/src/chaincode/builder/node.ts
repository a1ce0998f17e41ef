import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { type BuilderStep, copyIfPresent, directoriesOf, hasType } from './step.js';

const packageSchema = z.object({
  scripts: z.object({ start: z.string() }).default({ start: 'fabric-chaincode-node start' }),
});

/** chaincode.json that the peer writes for the run step. */
const runSchema = z.object({
  chaincode_id: z.string(),
  peer_address: z.string(),
  client_cert: z.string(),
  client_key: z.string(),
  root_cert: z.string(),
  mspid: z.string(),
});

type RunConfig = z.infer<typeof runSchema>;

export const detect: BuilderStep = (directories) => {
  const [, metadata] = directoriesOf(directories, 'SOURCE_DIR', 'METADATA_DIR');
  return hasType(metadata, 'node') ? 0 : 1;
};

/** What Fabric's own Node.js platform does: the package's source, and its production dependencies. */
export const build: BuilderStep = (directories) => {
  const [source, , output] = directoriesOf(directories, 'SOURCE_DIR', 'METADATA_DIR', 'OUTPUT_DIR');
  cpSync(path.join(source, 'src'), output, { recursive: true });
  // npm re-creates META-INF for nobody: state database indexes come from the package itself.
  copyIfPresent(path.join(source, 'META-INF'), path.join(output, 'META-INF'));
  const locked = ['npm-shrinkwrap.json', 'package-lock.json'].some((file) =>
    existsSync(path.join(output, file)),
  );
  if (!locked) leaveOutDevelopment(path.join(output, 'package.json'));
  const { status, error } = spawnSync(
    'npm',
    [
      locked ? 'ci' : 'install',
      '--omit=dev',
      '--prefer-offline',
      '--no-audit',
      '--no-fund',
      '--no-progress',
      '--loglevel=error',
    ],
    { cwd: output, stdio: ['ignore', 'inherit', 'inherit'] },
  );
  if (error) throw new Error(`npm could not be run: ${error.message}`);
  if (status !== 0) throw new Error(`npm could not install the package's dependencies (${status})`);
  return 0;
};

/** npm looks up development dependencies even where it omits them; a registry may not have them. */
function leaveOutDevelopment(file: string): void {
  const { devDependencies: _development, ...manifest } = JSON.parse(
    readFileSync(file, 'utf8'),
  ) as Record<string, unknown>;
  writeFileSync(file, JSON.stringify(manifest, null, 2));
}

export const release: BuilderStep = (directories) => {
  const [output, released] = directoriesOf(directories, 'OUTPUT_DIR', 'RELEASE_DIR');
  copyIfPresent(path.join(output, 'META-INF', 'statedb'), path.join(released, 'statedb'));
  return 0;
};

/** Starts the chaincode, which dials the peer, and stays until it ends or the peer is gone. */
export const run: BuilderStep = (directories, environment) => {
  const [output, launch] = directoriesOf(directories, 'OUTPUT_DIR', 'RUN_METADATA_DIR');
  const config = runSchema.parse(
    JSON.parse(readFileSync(path.join(launch, 'chaincode.json'), 'utf8')),
  );
  const { scripts } = packageSchema.parse(
    JSON.parse(readFileSync(path.join(output, 'package.json'), 'utf8')),
  );
  const secrets = mkdtempSync(path.join(os.tmpdir(), 'chaincode-'));
  const remove = () => {
    rmSync(secrets, { recursive: true, force: true });
  };
  const started = startAndWatch(output, scripts.start, {
    ...environment,
    ...runEnvironment(config, secrets),
    PATH: [path.join(output, 'node_modules', '.bin'), environment.PATH].join(path.delimiter),
  });
  return started.finally(remove);
};

/** The variables fabric-shim and package scripts know from Fabric's own launcher. */
export function runEnvironment(config: RunConfig, secrets: string): Record<string, string> {
  const common = {
    CORE_CHAINCODE_ID_NAME: config.chaincode_id,
    CORE_PEER_ADDRESS: config.peer_address,
    CORE_PEER_LOCALMSPID: config.mspid,
  };
  if (config.root_cert === '') return { ...common, CORE_PEER_TLS_ENABLED: 'false' };
  const write = (name: string, content: string) => {
    const file = path.join(secrets, name);
    writeFileSync(file, content, { mode: 0o600 });
    return file;
  };
  const base64 = (pem: string) => Buffer.from(pem).toString('base64');
  return {
    ...common,
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_TLS_ROOTCERT_FILE: write('root.pem', config.root_cert),
    // The shim wants the client's key and certificate in base64 once more, the root as PEM.
    CORE_TLS_CLIENT_KEY_PATH: write('client.key.b64', base64(config.client_key)),
    CORE_TLS_CLIENT_CERT_PATH: write('client.crt.b64', base64(config.client_cert)),
    CORE_TLS_CLIENT_KEY_FILE: write('client.key', config.client_key),
    CORE_TLS_CLIENT_CERT_FILE: write('client.crt', config.client_cert),
  };
}

/**
 * Runs the package's start script in a process group of its own. A peer that was killed cannot stop
 * its chaincode, so a change of parent ends the group too.
 */
function startAndWatch(
  directory: string,
  startScript: string,
  environment: NodeJS.ProcessEnv,
): Promise<number> {
  const command = `${startScript} --peer.address "$CORE_PEER_ADDRESS"`;
  const child = spawn('/bin/sh', ['-c', command], {
    cwd: directory,
    env: environment,
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: true,
  });
  const stop = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // The group has ended already.
    }
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  const peer = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid !== peer) stop('SIGKILL');
  }, 1000);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearInterval(watch);
      resolve(code ?? 1);
    });
  });
}
