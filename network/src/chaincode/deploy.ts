import { setTimeout as pause } from 'node:timers/promises';
import { NetworkError } from '../errors.js';
import type { Instance } from '../instance.js';
import type { Organization } from '../organization.js';
import { checkCollectionsFile } from './collections.js';
import { type ContractFolder, readContractFolder } from './contract-folder.js';
import { type ChaincodeDefinition, collectionsHash, endorsementPolicyOf } from './definition.js';
import { type CommittedDefinition, Lifecycle } from './lifecycle.js';
import { type ChaincodePackage, packageChaincode } from './package.js';
import { peerEnvironment, type PeerTools, runPeer } from './peer-command.js';
import {
  type DeploymentRecord,
  readRecord,
  readRecords,
  writePackage,
  writeRecord,
} from './record.js';
import { bookAddress, removeServer, type ServerHost, startServer } from './server.js';

/** What deploying needs beside the request. */
export interface DeployContext {
  readonly instance: Instance;
  readonly tools: PeerTools;
  readonly host: ServerHost;
  /** Gets a line for every step. */
  readonly report?: (line: string) => void;
}

/** One chaincode to be deployed to one channel. */
export interface DeployRequest {
  readonly channel: string;
  readonly name: string;
  /** Folder of the contract. */
  readonly folder: string;
  readonly version: string;
  /** Default `auto`: one more than the committed one. */
  readonly sequence?: number | 'auto';
  /** Default: the topology's policy for the chaincode. */
  readonly signaturePolicy?: string | undefined;
  /** Default: `collections_config.json` in the folder, if there is one. */
  readonly collectionsFile?: string | undefined;
}

export interface DeployResult {
  readonly name: string;
  readonly channel: string;
  readonly version: string;
  readonly sequence: number;
  readonly packageId: string;
  /** False if everything was deployed like this already. */
  readonly changed: boolean;
  readonly seconds: number;
}

interface Plan {
  readonly contract: ContractFolder;
  readonly chaincodePackage: ChaincodePackage;
  readonly definition: ChaincodeDefinition;
  readonly collectionsHash: string | undefined;
}

const answerTimeout = 60_000;

/**
 * Deploys a chaincode as a service: every organization installs the package, starts its server and
 * approves, one commits with the endorsement of all, and the call returns when every organization's
 * chaincode answers. What is deployed already is left alone; what changed becomes the next sequence,
 * and servers of the version before stop once the new ones answer.
 *
 * @throws NetworkError ERR_CHAINCODE if a step fails; nothing is committed then.
 */
export async function deployChaincode(
  context: DeployContext,
  request: DeployRequest,
): Promise<DeployResult> {
  const started = performance.now();
  const { instance } = context;
  const lifecycle = new Lifecycle(instance, context.tools);
  const plan = await planOf(context, lifecycle, request);
  const { definition, chaincodePackage } = plan;
  const before = readRecord(instance.home, definition.channel, definition.name);
  const changed = before?.sequence !== definition.sequence;

  try {
    await installAndServe(context, lifecycle, plan);
    if (changed) await approveAndCommit(context, lifecycle, plan);
    await waitUntilAnswering(context, definition);
  } catch (error) {
    if (!(await isCommitted(context, lifecycle, definition))) {
      await removeUnused(context, chaincodePackage.service);
    }
    throw error;
  }
  writeRecord(instance.home, recordOf(context, plan, request.folder));
  if (before) await removeUnused(context, before.service);
  const seconds = Math.round(performance.now() - started) / 1000;
  report(
    context,
    definition,
    changed
      ? `version ${definition.version}, sequence ${definition.sequence}, answering (${seconds.toFixed(1)} s)`
      : `is deployed already (version ${definition.version}, sequence ${definition.sequence}): nothing to change`,
  );
  const { name, channel, version, sequence } = definition;
  return {
    name,
    channel,
    version,
    sequence,
    packageId: chaincodePackage.packageId,
    changed,
    seconds,
  };
}

function report(context: DeployContext, { name }: ChaincodeDefinition, line: string): void {
  context.report?.(`${name}: ${line}`);
}

async function eachOrganization<Result>(
  { instance }: DeployContext,
  action: (organization: Organization) => Promise<Result>,
): Promise<Result[]> {
  const results = await Promise.allSettled(instance.organizations.map(action));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

/** Every organization installs the package on its peer and starts its own server of it. */
async function installAndServe(
  context: DeployContext,
  lifecycle: Lifecycle,
  { contract, chaincodePackage, definition }: Plan,
): Promise<void> {
  const { instance, host } = context;
  const file = writePackage(instance.home, chaincodePackage.packageId, chaincodePackage.bytes);
  await eachOrganization(context, async (organization) => {
    // The peer's builder looks the address up while it installs.
    bookAddress(instance, organization, chaincodePackage.service);
    await Promise.all([
      lifecycle.install(organization, file),
      startServer(instance, host, organization, contract, chaincodePackage),
    ]);
  });
  report(
    context,
    definition,
    `installed and served by ${instance.organizations.length} organizations`,
  );
}

/** Works out what to deploy and checks it, before anything is touched. */
async function planOf(
  { instance }: DeployContext,
  lifecycle: Lifecycle,
  request: DeployRequest,
): Promise<Plan> {
  const { channel, name, version } = request;
  const contract = readContractFolder(request.folder);
  const collectionsFile = request.collectionsFile ?? contract.collectionsFile;
  if (collectionsFile !== undefined) checkCollectionsFile(collectionsFile);
  const signaturePolicy = request.signaturePolicy ?? endorsementPolicyOf(instance.topology, name);
  if (signaturePolicy === undefined) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `There is no endorsement policy for ${name}.`,
      'Give one with -ccep, or a default in the topology.',
    );
  }
  const wanted = { channel, name, version, signaturePolicy, collectionsFile };
  const plan = {
    contract,
    chaincodePackage: await packageChaincode(name, version, contract),
    collectionsHash: collectionsHash(collectionsFile),
  };
  const [first] = instance.organizations;
  const committed = first && (await lifecycle.queryCommitted(first, channel, name));
  const record = readRecord(instance.home, channel, name);
  const sequence = sequenceOf(request, committed, sameAs(record, committed, { ...plan, wanted }));
  return { ...plan, definition: { ...wanted, sequence } };
}

/** Whether what is wanted is what was deployed and is still committed. */
function sameAs(
  record: DeploymentRecord | undefined,
  committed: CommittedDefinition | undefined,
  plan: Omit<Plan, 'definition' | 'contract'> & {
    wanted: Omit<ChaincodeDefinition, 'sequence'>;
  },
): boolean {
  return (
    record !== undefined &&
    record.sequence === committed?.sequence &&
    record.version === plan.wanted.version &&
    record.packageId === plan.chaincodePackage.packageId &&
    record.signaturePolicy === plan.wanted.signaturePolicy &&
    record.collectionsHash === plan.collectionsHash
  );
}

function sequenceOf(
  { name, sequence = 'auto' }: DeployRequest,
  committed: CommittedDefinition | undefined,
  same: boolean,
): number {
  const current = committed?.sequence ?? 0;
  const next = same ? current : current + 1;
  if (sequence === 'auto' || sequence === next) return next;
  throw new NetworkError(
    'ERR_CHAINCODE',
    `${name} is at sequence ${current}, so sequence ${sequence} can't be deployed now.`,
    `Give -ccs ${next}, or leave it out.`,
  );
}

async function approveAndCommit(
  context: DeployContext,
  lifecycle: Lifecycle,
  { definition, chaincodePackage }: Plan,
): Promise<void> {
  const { organizations } = context.instance;
  const [committer] = organizations;
  if (!committer) return;
  await eachOrganization(context, (organization) =>
    lifecycle.approve(organization, definition, chaincodePackage.packageId),
  );
  const majority = Math.floor(organizations.length / 2) + 1;
  const end = Date.now() + answerTimeout;
  for (;;) {
    const approvals = await lifecycle.checkCommitReadiness(committer, definition);
    const approved = Object.values(approvals).filter(Boolean).length;
    // Approvals are committed on each organization's own peer first: the committer's may lag.
    if (approved === organizations.length || (approved >= majority && Date.now() > end)) break;
    if (Date.now() > end) {
      const missing = Object.keys(approvals).filter((mspId) => approvals[mspId] !== true);
      throw new NetworkError('ERR_CHAINCODE', `No approval arrived from ${missing.join(', ')}.`);
    }
    await pause(100);
  }
  report(context, definition, `approved by ${organizations.length} organizations`);
  await lifecycle.commit(committer, definition, organizations);
}

/** Whether the channel has the definition, as far as can be told: a server it may need stays. */
async function isCommitted(
  { instance }: DeployContext,
  lifecycle: Lifecycle,
  { channel, name, sequence }: ChaincodeDefinition,
): Promise<boolean> {
  const [organization] = instance.organizations;
  try {
    const committed = organization && (await lifecycle.queryCommitted(organization, channel, name));
    return committed !== undefined && committed.sequence >= sequence;
  } catch {
    return true;
  }
}

/** Asks every organization's peer for the contract's metadata, which starts the connection too. */
async function waitUntilAnswering(
  context: DeployContext,
  { channel, name }: ChaincodeDefinition,
): Promise<void> {
  const question = JSON.stringify({ Args: ['org.hyperledger.fabric:GetMetadata'] });
  const { instance, tools } = context;
  await eachOrganization(context, async (organization) => {
    const environment = peerEnvironment(instance, organization, tools);
    const end = Date.now() + answerTimeout;
    for (;;) {
      try {
        await runPeer(tools, environment, [
          'chaincode',
          'query',
          '-C',
          channel,
          '-n',
          name,
          '-c',
          question,
        ]);
        return;
      } catch (error) {
        if (isAnswer(error)) return;
        if (Date.now() > end) throw error;
        await pause(250);
      }
    }
  });
}

/** A refusal by the chaincode itself is an answer too; the peer's own failures name the simulation. */
const isAnswer = (error: unknown) =>
  error instanceof NetworkError &&
  error.message.includes('endorsement failure during query') &&
  !/error in simulation|failed to execute transaction|could not launch|not found/.test(
    error.message,
  );

function recordOf({ instance }: DeployContext, plan: Plan, folder: string): DeploymentRecord {
  const { channel, name, version, sequence, signaturePolicy } = plan.definition;
  const { packageId, service } = plan.chaincodePackage;
  return {
    ...{ channel, name, version, sequence, signaturePolicy },
    ...(plan.collectionsHash === undefined ? {} : { collectionsHash: plan.collectionsHash }),
    ...{ packageId, service, folder },
    organizations: instance.organizations.map((each) => each.name),
  };
}

/** Stops the servers of a package that no channel uses any more. */
async function removeUnused(context: DeployContext, service: string): Promise<void> {
  const { instance, host } = context;
  if (readRecords(instance.home).some((record) => record.service === service)) return;
  await eachOrganization(context, (organization) =>
    removeServer(instance, host, organization, service),
  );
}
