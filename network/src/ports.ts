import { createServer } from 'node:net';
import { NetworkError } from './errors.js';
import type { Instance } from './instance.js';

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Checks that nothing listens where the network's nodes will.
 *
 * @throws NetworkError ERR_PORT_TAKEN naming the ports
 */
export async function checkPorts(instance: Instance): Promise<void> {
  const ports = instance.organizations.flatMap((each) => Object.values(each.ports).flat());
  const free = await Promise.all(ports.map((port) => isFree(instance.host, port)));
  const taken = ports.filter((_, index) => !free[index]);
  if (taken.length === 0) return;
  throw new NetworkError(
    'ERR_PORT_TAKEN',
    `Another process listens on ${taken.map((port) => `${instance.host}:${port}`).join(', ')}.`,
    `Stop it (ss -ltnp tells which), or give this network other ports with SALUS_PORT_BASE.`,
  );
}
