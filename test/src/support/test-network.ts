import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import {
  instanceOf,
  loadTopology,
  networkStatus,
  restartEnded,
  type Instance,
} from '@salus/network';
import { portBaseOf } from '@salus/testing/port-plan';
import { deployments, endorsementOf, repository } from '../deployment.js';

/** Names the instance directory of a running network that the tests shall use. */
export const HOME_VARIABLE = 'SALUS_TEST_HOME';

/**
 * The instance directory of the run's network.
 *
 * @throws Error where no network was started
 */
export function testNetworkHome(): string {
  const home = process.env[HOME_VARIABLE];
  if (home === undefined || home === '') {
    throw new Error(`${HOME_VARIABLE} names no network: run the jest project "network" as a whole`);
  }
  return home;
}

/** A network that the tests started, in a directory and on ports of its own. */
export interface TestNetwork {
  readonly home: string;
  stop(): Promise<void>;
}

/** Brings up a network with Fabric CAs and deploys every contract. */
export async function startTestNetwork(): Promise<TestNetwork> {
  const home = mkdtempSync(path.join(tmpdir(), 'salus-test-'));
  const run = (...args: string[]) => networkCommand(home, ...args);
  const stop = async () => {
    await run('down');
    rmSync(home, { recursive: true, force: true });
  };
  try {
    await run('up', 'createChannel', '-ca');
    await deployMissing(home);
  } catch (error) {
    await stop().catch((cause: unknown) => console.error(cause));
    throw error;
  }
  return { home, stop };
}

/** Deploys the contracts that `up` does not. */
export async function deployMissing(home: string): Promise<void> {
  for (const { name, folder, endorsedAs } of deployments) {
    const policy = endorsedAs === undefined ? [] : ['-ccep', endorsementOf(endorsedAs)];
    const from = ['-ccp', path.join(repository, folder)];
    await networkCommand(home, 'deployCC', '-ccn', name, ...from, ...policy);
  }
}

/** The network in a directory, for what the network's own library does with it. */
export function testInstance(home: string): Instance {
  return instanceOf({ home, portBase: portBaseOf('shared'), topology: loadTopology() });
}

/**
 * Restarts the nodes of the run's network that a test file has left ended.
 *
 * @throws Error naming them, so that the file which left them fails and not the next one
 */
export async function checkTestNetwork(home: string): Promise<void> {
  const instance = testInstance(home);
  const ended = await restartEnded(instance);
  if (ended.length > 0) {
    throw new Error(`This file left nodes of the shared network ended: ${ended.join(', ')}`);
  }
  const { state, nodes } = await networkStatus(instance);
  const unwell = nodes.filter(({ condition }) => condition !== 'healthy').map(({ node }) => node);
  if (state !== 'running') {
    throw new Error(`This file left the shared network ${state}: ${unwell.join(', ')}`);
  }
}

/** Runs `network.sh` for the network in a directory. */
export async function networkCommand(home: string, ...args: string[]): Promise<string> {
  const script = path.join(repository, 'network', 'network.sh');
  const { stdout } = await promisify(execFile)(script, args, {
    env: {
      SALUS_PORT_BASE: String(portBaseOf('shared')),
      ...process.env,
      SALUS_HOME: home,
      NO_COLOR: '1',
    },
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
