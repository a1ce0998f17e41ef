import { type HealthCheck, caHealth, healthChecks, isHealthy } from './nodes/health.js';
import type { Instance } from './instance.js';
import { isComplete } from './network.js';
import type { Organization } from './organization.js';
import { status } from './supervisor/client.js';
import { livenessOf } from './supervisor/process-identity.js';
import type { ProcessState } from './supervisor/protocol.js';

export type Condition = 'healthy' | 'unhealthy' | 'dead' | 'stopped';

export interface NodeStatus {
  readonly node: string;
  readonly organization: string;
  readonly kind: string;
  readonly condition: Condition;
  readonly pid?: number;
  readonly since?: string;
  readonly restarts: number;
  readonly lastExit?: ProcessState['lastExit'];
  readonly remedy?: string;
}

export interface NetworkStatus {
  readonly home: string;
  readonly state: 'down' | 'partial' | 'running' | 'stopped' | 'degraded';
  readonly supervisors: readonly { organization: string; state: string; pid?: number }[];
  readonly nodes: readonly NodeStatus[];
  readonly remedy?: string;
}

async function conditionOf(
  instance: Instance,
  state: ProcessState,
  check: HealthCheck | undefined,
): Promise<Condition> {
  if (livenessOf(state.pid, state.startTicks) !== 'running')
    return state.wanted ? 'dead' : 'stopped';
  if (!state.wanted) return 'stopped';
  return check === undefined || (await isHealthy(instance, check)) ? 'healthy' : 'unhealthy';
}

function remedyFor(condition: Condition, node: string): { remedy?: string } {
  if (condition === 'dead') return { remedy: `network.sh restart ${node}` };
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
        ...{ node, organization: organization.name, kind, condition, restarts: state.restarts },
        ...(alive && state.pid !== undefined ? { pid: state.pid } : {}),
        ...(alive && state.startedAt !== undefined ? { since: state.startedAt } : {}),
        ...(state.lastExit ? { lastExit: state.lastExit } : {}),
        ...remedyFor(condition, node),
      };
    }),
  );
}

/** What of the network runs, since when, how often it was restarted, and what to do about the rest. */
export async function networkStatus(instance: Instance): Promise<NetworkStatus> {
  const lists = await Promise.all(instance.organizations.map((each) => nodesOf(instance, each)));
  const nodes = lists.flat();
  const supervisors = instance.organizations.map((organization) => {
    const { supervisor, pid } = status(organization);
    return { organization: organization.name, state: supervisor, ...(pid ? { pid } : {}) };
  });
  const common = { home: instance.home, supervisors, nodes };
  if (!isComplete(instance)) {
    return nodes.length === 0
      ? { ...common, state: 'down', remedy: 'network.sh up' }
      : { ...common, state: 'partial', remedy: 'network.sh down, then network.sh up' };
  }
  const gone = supervisors.some((each) => each.state !== 'running');
  if (gone && nodes.every((each) => each.condition === 'dead' || each.condition === 'stopped')) {
    return { ...common, state: 'stopped', remedy: 'network.sh start' };
  }
  if (gone) return { ...common, state: 'degraded', remedy: 'network.sh start' };
  const well = nodes.every((each) => each.condition === 'healthy');
  return { ...common, state: well ? 'running' : 'degraded' };
}
