import pc from 'picocolors';
import type { Condition, NetworkStatus, NodeStatus } from '../lifecycle/status.js';

/** How much is told. */
export interface Width {
  /** Every node in full, not only those that are not well. */
  readonly wide: boolean;
}

const colours: Readonly<Record<Condition, (text: string) => string>> = {
  healthy: pc.green,
  unhealthy: pc.yellow,
  dead: pc.red,
  foreign: pc.red,
  stopped: pc.dim,
};

/** The network's state in one line, then each organisation in one, with its nodes that are not well. */
export function statusText(status: NetworkStatus, width: Width): string {
  const remedy = status.remedy ? ` -> ${status.remedy}` : '';
  const counted = status.nodes.length === 0 ? '' : `: ${countOf(status)}`;
  const summary = `${status.state}${counted}${remedy}  (${status.home})`;
  return [summary, ...organisationLines(status, width)].join('\n');
}

/** So many of the nodes are healthy, in so many organisations. */
export function countOf({ nodes }: NetworkStatus): string {
  const healthy = nodes.filter(isWell).length;
  const organisations = new Set(nodes.map(({ organization }) => organization)).size;
  return `${healthy} of ${nodes.length} nodes are healthy, in ${organisations} organisations`;
}

/** A table by organisation. */
export function organisationLines(status: NetworkStatus, { wide }: Width): readonly string[] {
  const names = [...new Set(status.nodes.map(({ organization }) => organization))];
  const longest = Math.max(0, ...names.map((name) => name.length));
  return names.flatMap((name) => {
    const nodes = status.nodes.filter(({ organization }) => organization === name);
    const told = wide ? nodes : nodes.filter((node) => !isWell(node));
    const supervisor = status.supervisors.find(({ organization }) => organization === name);
    const alone = supervisor === undefined || supervisor.state === 'running' ? [] : [supervisor];
    return [
      `${name.padEnd(longest)}  ${conditionsOf(nodes)}`,
      ...alone.map(({ state }) => `  supervisor ${pc.red(state)} -> network.sh start`),
      ...told.map(nodeLine),
    ];
  });
}

function isWell({ condition }: NodeStatus): boolean {
  return condition === 'healthy';
}

/** Such as `5 healthy, 1 dead; restarted 2 times`. */
function conditionsOf(nodes: readonly NodeStatus[]): string {
  const counts = (Object.keys(colours) as Condition[])
    .map((condition) => [condition, nodes.filter((one) => one.condition === condition).length])
    .filter(([, count]) => count !== 0) as [Condition, number][];
  const conditions = counts.map(([condition, count]) =>
    colours[condition](`${count} ${condition}`),
  );
  const restarts = nodes.reduce((sum, node) => sum + node.restarts, 0);
  const restarted = restarts === 0 ? '' : `; restarted ${restarts} ${times(restarts)}`;
  return `${conditions.join(', ')}${restarted}`;
}

function times(count: number): string {
  return count === 1 ? 'time' : 'times';
}

/** How a node that does not run ended, as far as it is known. */
function exitOf({ detail = '', lastExit }: NodeStatus): string {
  if (!lastExit) return detail;
  const ended = `ended with ${lastExit.signal ?? lastExit.code ?? 'nothing'} at ${lastExit.at}`;
  return detail === '' ? ended : `${detail}; ${ended}`;
}

function nodeLine(node: NodeStatus): string {
  const since = node.since ? `pid ${node.pid ?? 0} since ${node.since}` : exitOf(node);
  const condition = colours[node.condition](node.condition.padEnd(9));
  const remedy = node.remedy ? `-> ${node.remedy}` : '';
  const parts = [node.node.padEnd(42), condition, since, `restarts ${node.restarts}`, remedy];
  return `  ${parts.filter((part) => part !== '').join(' ')}`;
}
