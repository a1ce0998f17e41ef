import { fabricBinaries } from './fabric/binaries.js';
import { NetworkError } from './instance/errors.js';
import type { Instance } from './instance/instance.js';
import { checkPorts } from './lifecycle/ports.js';
import { type NetworkStatus, networkStatus, type NodeStatus } from './lifecycle/status.js';
import { readJoining } from './membership/joining.js';

export interface Finding {
  readonly ok: boolean;
  readonly message: string;
  readonly remedy?: string;
}

/** What was examined: the machine and the network as a whole, and each node. */
export interface Examination {
  readonly status: NetworkStatus;
  readonly machine: readonly Finding[];
  readonly nodes: readonly Finding[];
}

/** All findings, in the order in which they are told. */
export function findingsOf({ machine, nodes }: Examination): readonly Finding[] {
  return [...machine, ...nodes];
}

async function check(message: string, work: () => Promise<unknown>): Promise<Finding> {
  try {
    await work();
    return { ok: true, message };
  } catch (error) {
    const remedy = error instanceof NetworkError ? error.remedy : undefined;
    return { ok: false, message: (error as Error).message, ...(remedy ? { remedy } : {}) };
  }
}

/** Examines what the network needs from the machine, and the network itself. */
export async function examine(instance: Instance): Promise<Examination> {
  const status = await networkStatus(instance);
  const findings = [await check('Fabric 3.1 and Fabric CA 1.5 are there', () => fabricBinaries())];
  if (status.state === 'down') {
    findings.push(await check('The ports are free', () => checkPorts(instance)));
  } else if (status.state !== 'running') {
    const remedy = status.remedy ? { remedy: status.remedy } : {};
    findings.push({ ok: false, message: `The network is ${status.state}`, ...remedy });
  }
  const left = readJoining(instance);
  for (const name of status.waiting ?? []) {
    const cutOff = left?.name === name;
    const message = `${name} is in the topology, and ${cutOff ? 'was not added completely' : 'not a member yet'}`;
    findings.push({ ok: !cutOff, message, remedy: `network.sh addOrg ${name}` });
  }
  return { status, machine: findings, nodes: status.nodes.map(ofNode) };
}

function ofNode({ node, condition, detail, remedy }: NodeStatus): Finding {
  const more = detail ? ` (${detail})` : '';
  const message = `${node} is ${condition}${more}`;
  return { ok: condition === 'healthy', message, ...(remedy ? { remedy } : {}) };
}
