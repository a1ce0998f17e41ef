import { approveAndCommit, waitUntilAnswering } from './agreement.js';
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
import { bookAddress, removeServer, startServer } from './server.js';

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
  const plan = await planOf(instance, lifecycle, request);
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
