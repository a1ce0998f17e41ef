import { networkErrorCodes } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import { appendedTo, holdsNetwork, layoutDifferences } from '../instance/layout.js';
import type { Organization } from '../instance/organization.js';
import { type HealthCheck, caHealth, healthChecks, isHealthy } from '../nodes/health.js';
import { status } from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import type { ProcessState } from '../supervisor/protocol.js';
import { isComplete } from './network.js';
import { programOf } from './port-holder.js';

/** `foreign`: the node is dead, and another process has its process id now. */
export type Condition = 'healthy' | 'unhealthy' | 'dead' | 'foreign' | 'stopped';

export interface NodeStatus {
  readonly node: string;
  readonly organization: string;
  readonly kind: string;
  readonly condition: Condition;
  readonly pid?: number;
  readonly since?: string;
  readonly restarts: number;
  readonly lastExit?: ProcessState['lastExit'];
  /** What the condition alone doesn't tell. */
  readonly detail?: string;
  readonly remedy?: string;
}

export interface NetworkStatus {
  readonly home: string;
  readonly state: 'down' | 'partial' | 'stale' | 'running' | 'stopped' | 'degraded';
  readonly supervisors: readonly { organization: string; state: string; pid?: number }[];
  readonly nodes: readonly NodeStatus[];
  /** Organizations in the topology that are no members yet. */
  readonly waiting?: readonly string[];
  readonly remedy?: string;
}

async function conditionOf(
  instance: Instance,
  state: ProcessState,
  check: HealthCheck | undefined,
): Promise<Condition> {
  const liveness = livenessOf(state.pid, state.startTicks);
  if (!state.wanted || (state.suspended && liveness !== 'running')) return 'stopped';
  if (liveness !== 'running') return liveness === 'foreign' ? 'foreign' : 'dead';
  return check === undefined || (await isHealthy(instance, check)) ? 'healthy' : 'unhealthy';
}

const foreignOf = (pid: number) =>
  `process ${pid} is now ${programOf(pid) ?? 'another one'}, which is left alone`;

function remedyFor(condition: Condition, node: string): { remedy?: string } {
  if (condition === 'dead' || condition === 'foreign')
    return { remedy: `network.sh restart ${node}` };
  if (condition === 'stopped') return { remedy: 'network.sh start' };
  if (condition === 'unhealthy') return { remedy: `network.sh logs ${node}` };
  return {};
}

async function nodesOf(instance: Instance, organization: Organization): Promise<NodeStatus[]> {
  const { processes } = status(organization);
  const checks = [caHealth(organization), ...healthChecks(organization)];
  return Promise.all(
    processes.map(async (state) => {
      const { name: node, kind } = state.spec;
      const check = checks.find((each) => each.node === node);
      const condition = await conditionOf(instance, state, check);
      const alive = condition === 'healthy' || condition === 'unhealthy';
      return {
        node,
        organization: organization.name,
        kind,
        condition,
        restarts: state.restarts,
        ...(alive && state.pid !== undefined ? { pid: state.pid } : {}),
        ...(alive && state.startedAt !== undefined ? { since: state.startedAt } : {}),
        ...(state.lastExit ? { lastExit: state.lastExit } : {}),
        ...(condition === 'foreign' ? { detail: foreignOf(state.pid ?? 0) } : {}),
        ...remedyFor(condition, node),
      };
    }),
  );
}

function waitingIn(instance: Instance): Pick<NetworkStatus, 'waiting' | 'remedy'> {
  const waiting = appendedTo(instance).map(({ name }) => name);
  const [first] = waiting;
  return first === undefined ? {} : { waiting, remedy: `network.sh addOrg ${first}` };
}

/** Conditions of a node whose process does not run. */
export const ended: ReadonlySet<Condition> = new Set(['dead', 'foreign', 'stopped']);

/** What of the network runs, since when, how often it was restarted, and what to do about the rest. */
export async function networkStatus(instance: Instance): Promise<NetworkStatus> {
  const lists = await Promise.all(instance.organizations.map((each) => nodesOf(instance, each)));
  const nodes = lists.flat();
  const supervisors = instance.organizations.map((organization) => {
    const { supervisor, pid } = status(organization);
    return { organization: organization.name, state: supervisor, ...(pid ? { pid } : {}) };
  });
  const common = { home: instance.home, supervisors, nodes };
  if (layoutDifferences(instance).length > 0) {
    return { ...common, state: 'stale', remedy: networkErrorCodes.ERR_STALE_STATE.remedy };
  }
  if (!isComplete(instance)) {
    return nodes.length === 0 && !holdsNetwork(instance)
      ? { ...common, state: 'down', remedy: 'network.sh up' }
      : { ...common, state: 'partial', remedy: 'network.sh down, then network.sh up' };
  }
  const gone = supervisors.some((each) => each.state !== 'running');
  if (gone && nodes.every(({ condition }) => ended.has(condition))) {
    const remedy = 'network.sh start';
    const all = nodes.map((each) => ({ ...each, condition: 'stopped' as const, remedy }));
    return { ...common, nodes: all, state: 'stopped', remedy };
  }
  if (gone) return { ...common, state: 'degraded', remedy: 'network.sh start' };
  const well = nodes.every((each) => each.condition === 'healthy');
  return { ...common, ...waitingIn(instance), state: well ? 'running' : 'degraded' };
}
