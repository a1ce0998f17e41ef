import type { Instance } from '../instance/instance.js';
import { restartNode } from './network.js';
import { ended, networkStatus } from './status.js';

/**
 * Restarts every node that has ended, and waits until it is healthy.
 *
 * @returns the names of the nodes that were restarted
 * @throws NetworkError ERR_NODE_FAILED
 */
export async function restartEnded(instance: Instance): Promise<string[]> {
  const { nodes } = await networkStatus(instance);
  const names = nodes.filter(({ condition }) => ended.has(condition)).map(({ node }) => node);
  // At the same time, since orderers wait for a quorum of each other.
  await Promise.all(names.map((name) => restartNode(instance, name)));
  return names;
}
