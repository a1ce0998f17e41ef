import { z } from 'zod';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import type { ChaincodeDefinition } from './definition.js';
import {
  peerAddress,
  peerEnvironment,
  peerTlsRoot,
  type PeerTools,
  runPeer,
  runPeerWithOrderer,
} from './peer-command.js';

const committedSchema = z.object({
  sequence: z.int().min(0),
  version: z.string(),
  approvals: z.record(z.string(), z.boolean()).default({}),
});

/** A chaincode's definition as the channel holds it. */
export type CommittedDefinition = z.infer<typeof committedSchema>;

const listSchema = z.object({
  chaincode_definitions: z
    .array(z.object({ name: z.string(), sequence: z.int().min(0), version: z.string() }))
    .default([]),
});

const installedSchema = z.object({
  installed_chaincodes: z
    .array(z.object({ package_id: z.string(), label: z.string() }))
    .nullish()
    .transform((list) => list ?? []),
});

export type InstalledPackage = z.infer<typeof installedSchema>['installed_chaincodes'][number];

const readinessSchema = z.object({ approvals: z.record(z.string(), z.boolean()) });

const failedWith = (error: unknown, text: string) =>
  error instanceof NetworkError && error.message.includes(text);

/** How long the peer command waits for the block of a transaction: a busy machine takes its time. */
export const AWAITED = ['--waitForEventTimeout', '5m'];

const definitionArguments = (definition: ChaincodeDefinition) => [
  '--channelID',
  definition.channel,
  '--name',
  definition.name,
  '--version',
  definition.version,
  '--sequence',
  String(definition.sequence),
  ...(definition.signaturePolicy.startsWith('/')
    ? ['--channel-config-policy', definition.signaturePolicy]
    : ['--signature-policy', definition.signaturePolicy]),
  ...(definition.collectionsFile === undefined
    ? []
    : ['--collections-config', definition.collectionsFile]),
];

/** `--peerAddresses` and TLS roots for several organizations' peers. */
export const peerTargets = (instance: Instance, organizations: readonly Organization[]) =>
  organizations.flatMap((each) => [
    '--peerAddresses',
    peerAddress(instance, each),
    '--tlsRootCertFiles',
    peerTlsRoot(each),
  ]);

/**
 * Fabric's chaincode lifecycle as the organizations go through it: each call is one `peer` process
 * with the environment of one organization.
 */
export class Lifecycle {
  constructor(
    private readonly instance: Instance,
    private readonly tools: PeerTools,
  ) {}

  /** Installs a package on the organization's peer; one that is there already is no error. */
  async install(organization: Organization, packageFile: string): Promise<void> {
    try {
      await this.#run(organization, ['install', packageFile]);
    } catch (error) {
      if (!failedWith(error, 'already successfully installed')) throw error;
    }
  }

  async queryInstalled(organization: Organization): Promise<InstalledPackage[]> {
    const output = await this.#run(organization, ['queryinstalled', '--output', 'json']);
    return installedSchema.parse(JSON.parse(output)).installed_chaincodes;
  }

  /** Approves a definition; one that this organization approved before is no error. */
  async approve(
    organization: Organization,
    definition: ChaincodeDefinition,
    packageId: string,
  ): Promise<void> {
    try {
      await runPeerWithOrderer(this.instance, organization, this.tools, [
        ...['lifecycle', 'chaincode', 'approveformyorg'],
        ...definitionArguments(definition),
        ...['--package-id', packageId],
        ...AWAITED,
      ]);
    } catch (error) {
      if (!failedWith(error, 'with unchanged content')) throw error;
    }
  }

  /** Which organizations have approved, by MSP ID. */
  async checkCommitReadiness(
    organization: Organization,
    definition: ChaincodeDefinition,
  ): Promise<Record<string, boolean>> {
    const output = await this.#run(organization, [
      'checkcommitreadiness',
      ...definitionArguments(definition),
      ...['--output', 'json'],
    ]);
    return readinessSchema.parse(JSON.parse(output)).approvals;
  }

  /** Commits a definition, endorsed by the given organizations, and waits for it on their peers. */
  async commit(
    organization: Organization,
    definition: ChaincodeDefinition,
    endorsers: readonly Organization[],
  ): Promise<void> {
    await runPeerWithOrderer(this.instance, organization, this.tools, [
      ...['lifecycle', 'chaincode', 'commit'],
      ...definitionArguments(definition),
      ...peerTargets(this.instance, endorsers),
      ...AWAITED,
    ]);
  }

  /** The committed definition of a chaincode, or undefined if the channel has none. */
  async queryCommitted(
    organization: Organization,
    channel: string,
    name: string,
  ): Promise<CommittedDefinition | undefined> {
    try {
      const output = await this.#run(organization, [
        ...['querycommitted', '--channelID', channel],
        ...['--name', name, '--output', 'json'],
      ]);
      return committedSchema.parse(JSON.parse(output));
    } catch (error) {
      if (failedWith(error, 'is not defined')) return undefined;
      throw error;
    }
  }

  /** All definitions of a channel. */
  async listCommitted(organization: Organization, channel: string) {
    const output = await this.#run(organization, [
      ...['querycommitted', '--channelID', channel, '--output', 'json'],
    ]);
    return listSchema.parse(JSON.parse(output)).chaincode_definitions;
  }

  async #run(organization: Organization, args: readonly string[]): Promise<string> {
    const environment = peerEnvironment(this.instance, organization, this.tools);
    const { stdout } = await runPeer(this.tools, environment, ['lifecycle', 'chaincode', ...args]);
    return stdout;
  }
}
