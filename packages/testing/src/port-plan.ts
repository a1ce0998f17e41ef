/** Networks that tests start, each with ports of its own: 200 hold nine organizations. */
const NETWORKS = [
  'shared',
  'chaincode-service',
  'stock-tools',
  'faults',
  'add-organization',
  'lifecycle',
  'cryptogen',
  'third-hospital',
  'ports',
] as const;

const PORTS = 200;
const DEFAULT_FIRST = 17_000;

/**
 * First port of a test's network. `SALUS_PORT_BASE` moves all of them, so that two checkouts are tested side by
 * side.
 */
export function portBaseOf(network: (typeof NETWORKS)[number]): number {
  const first = Number(process.env['SALUS_PORT_BASE'] ?? DEFAULT_FIRST);
  return first + NETWORKS.indexOf(network) * PORTS;
}
