import path from 'node:path';
import { approveAndCommit, catchUp, waitUntilAnswering } from './agreement.js';
import { type DeployContext, eachOrganization, report } from './context.js';
import type { ChaincodeDefinition } from './definition.js';
import { Lifecycle } from './lifecycle.js';
import { type DeployRequest, type Plan, planOf } from './plan.js';
import {
  type DeploymentRecord,
  readRecord,
  readRecords,
  writePackage,
  writeRecord,
} from './record.js';
import { reportLeftOut } from './participants.js';
import { bookAddress, removeServer, startServer } from './server.js';

export interface DeployResult {
  readonly name: string;
  readonly channel: string;
  readonly version: string;
  readonly sequence: number;
  readonly packageId: string;
  /** False if everything was deployed like this already. */
  readonly changed: boolean;
  /** Organizations without it, since their peers could not be reached. */
  readonly leftOut: readonly string[];
  readonly seconds: number;
}

/**
 * Deploys a chaincode as a service. Every participant installs the package, starts its server and approves.
 * One commits with the endorsement of all. The call returns when every participant's chaincode answers. An
 * organization that was left out before catches up. What is deployed already is left alone; what changed
 * becomes the next sequence, and servers of the version before stop once the new ones answer.
 *
 * @throws NetworkError ERR_CHAINCODE if a step fails; nothing is committed then.
 */
export async function deployChaincode(
  context: DeployContext,
  request: DeployRequest,
): Promise<DeployResult> {
  const started = performance.now();
  const { instance, participants } = context;
  const lifecycle = new Lifecycle(instance, context.tools);
  const plan = await planOf(context, lifecycle, request);
  const { definition, chaincodePackage } = plan;
  const before = readRecord(instance.home, definition.channel, definition.name);
  const changed = before?.sequence !== definition.sequence;
  const behind = participants.filter((each) => !before?.organizations.includes(each.name));

  try {
    await installAndServe(context, lifecycle, plan);
    if (changed) await approveAndCommit(context, lifecycle, plan);
    else await catchUp(context, lifecycle, plan, behind);
    await waitUntilAnswering(context, definition);
  } catch (error) {
    if (!(await isCommitted(context, lifecycle, definition))) {
      await removeUnused(context, chaincodePackage.service);
    }
    throw error;
  }
  const served = new Set([
    ...(changed ? [] : before.organizations),
    ...participants.map((each) => each.name),
  ]);
  writeRecord(instance.home, recordOf(plan, request, [...served]));
  if (before) await removeUnused(context, before.service);
  const seconds = Math.round(performance.now() - started) / 1000;
  report(
    context,
    definition,
    changed
      ? `version ${definition.version}, sequence ${definition.sequence}, answering (${seconds.toFixed(1)} s)`
      : `is deployed already (version ${definition.version}, sequence ${definition.sequence}): nothing to change`,
  );
  const leftOut = instance.organizations.filter((each) => !served.has(each.name));
  reportLeftOut(context, definition, leftOut);
  const { name, channel, version, sequence } = definition;
  return {
    name,
    channel,
    version,
    sequence,
    packageId: chaincodePackage.packageId,
    changed,
    leftOut: leftOut.map((each) => each.name),
    seconds,
  };
}

/** Every participant installs the package on its peer and starts its own server of it. */
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
    `installed and served by ${context.participants.length} organizations`,
  );
}

/** Whether the channel has the definition, as far as can be told: a server it may need stays. */
async function isCommitted(
  { participants }: DeployContext,
  lifecycle: Lifecycle,
  { channel, name, sequence }: ChaincodeDefinition,
): Promise<boolean> {
  const [organization] = participants;
  try {
    const committed = organization && (await lifecycle.queryCommitted(organization, channel, name));
    return committed !== undefined && committed.sequence >= sequence;
  } catch {
    return true;
  }
}

function recordOf(
  plan: Plan,
  { folder, signaturePolicy: givenPolicy, collectionsFile }: DeployRequest,
  organizations: string[],
): DeploymentRecord {
  const { channel, name, version, sequence, signaturePolicy } = plan.definition;
  const { packageId, service } = plan.chaincodePackage;
  return {
    channel,
    name,
    version,
    sequence,
    signaturePolicy,
    ...(plan.collectionsHash === undefined ? {} : { collectionsHash: plan.collectionsHash }),
    ...(givenPolicy === undefined ? {} : { policyGiven: true }),
    ...(collectionsFile === undefined ? {} : { collectionsFile: path.resolve(collectionsFile) }),
    packageId,
    service,
    folder,
    organizations,
  };
}

/** Stops the servers of a package that no channel uses any more, also where the peer is down. */
async function removeUnused(context: DeployContext, service: string): Promise<void> {
  const { instance, host } = context;
  if (readRecords(instance.home).some((record) => record.service === service)) return;
  await eachOrganization({ participants: instance.organizations }, (organization) =>
    removeServer(instance, host, organization, service),
  );
}
