import { readFileSync } from 'node:fs';
import path from 'node:path';
import { memberKind } from '@salus/protocol/membership';
import { z } from 'zod';
import { NetworkError } from './errors.js';

const name = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/, 'letters and digits, a letter first');
const domain = z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'a lower-case domain name');

/** Fabric's rule for channel names (orderer/common/configtx validator). */
export const channelName = z
  .string()
  .regex(/^[a-z][a-z0-9.-]{0,248}$/, 'lower-case letters, digits, dots and dashes, a letter first');

const restart = z.strictObject({
  policy: z.enum(['never', 'on-failure']),
  maxRestarts: z.int().min(0).default(5),
  backoffMilliseconds: z.int().min(10).default(500),
});

const user = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]*$/),
  attributes: z.record(z.string(), z.string()).default({}),
});

const organization = z.strictObject({
  name,
  domain,
  /** What the membership registry has it as from its founding on; nothing for who is not in it then. */
  kinds: z.array(memberKind).default([]),
  orderer: z.boolean(),
  users: z.array(user).default([]),
});

const topologySchema = z
  .strictObject({
    host: z.string().default('127.0.0.1'),
    portsPerOrganization: z.int().min(20),
    channels: z.array(channelName).min(1),
    endorsement: z.record(z.string(), z.string()),
    authenticationTimeWindow: z.string().regex(/^\d+(s|m|h)$/),
    restart: z.strictObject({ ca: restart, orderer: restart, peer: restart, chaincode: restart }),
    organizations: z.array(organization).min(1),
  })
  .superRefine((topology, context) => {
    const report = (message: string) => {
      context.addIssue({ code: 'custom', path: ['organizations'], message });
    };
    for (const key of ['name', 'domain'] as const) {
      const values = topology.organizations.map((each) => each[key].toLowerCase());
      const twice = values.find((value, index) => values.indexOf(value) !== index);
      if (twice !== undefined) report(`the ${key} ${twice} occurs twice`);
    }
    for (const { name: of, users } of topology.organizations) {
      const names = users.map((one) => one.name);
      const twice = names.find((value, index) => names.indexOf(value) !== index);
      if (twice !== undefined) report(`the user ${twice} of ${of} occurs twice`);
    }
    const orderers = topology.organizations.filter((each) => each.orderer).length;
    // SmartBFT tolerates f faults with 3f + 1 nodes: fewer than four tolerate none.
    if (orderers < 4) report(`four organizations must run an orderer, ${orderers} do`);
  });

/** The network's description: organizations, what each runs, channels, policies. */
export type Topology = z.infer<typeof topologySchema>;
export type OrganizationEntry = Topology['organizations'][number];
export type NodeKind = keyof Topology['restart'];
export type RestartPolicy = Topology['restart'][NodeKind];

/** The file that describes the default network. */
export const defaultTopologyFile = path.join(__dirname, '..', '..', 'topology.json');

/**
 * Checks a topology.
 *
 * @throws NetworkError ERR_TOPOLOGY naming every field at fault.
 */
export function parseTopology(value: unknown): Topology {
  const result = topologySchema.safeParse(value);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new NetworkError('ERR_TOPOLOGY', `The topology is not valid. ${faults.join('; ')}`);
}

/**
 * Reads the topology file.
 *
 * @throws NetworkError ERR_TOPOLOGY if it can't be read, isn't JSON or isn't valid.
 */
export function loadTopology(
  file: string = process.env.SALUS_TOPOLOGY ?? defaultTopologyFile,
): Topology {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw new NetworkError(
      'ERR_TOPOLOGY',
      `Cannot read the topology ${file}: ${(cause as Error).message}`,
      'Check the path in SALUS_TOPOLOGY and that the file is JSON.',
      { cause },
    );
  }
  return parseTopology(value);
}
