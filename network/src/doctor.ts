import { fabricBinaries } from './fabric/binaries.js';
import { NetworkError } from './instance/errors.js';
import type { Instance } from './instance/instance.js';
import { checkPorts } from './lifecycle/ports.js';
import { networkStatus } from './lifecycle/status.js';
import { readJoining } from './membership/joining.js';

export interface Finding {
  readonly ok: boolean;
  readonly message: string;
  readonly remedy?: string;
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
export async function examine(instance: Instance): Promise<Finding[]> {
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
  for (const node of status.nodes) {
    const remedy = node.remedy ? { remedy: node.remedy } : {};
    const ok = node.condition === 'healthy';
    const detail = node.detail ? ` (${node.detail})` : '';
    findings.push({ ok, message: `${node.node} is ${node.condition}${detail}`, ...remedy });
  }
  return findings;
}
