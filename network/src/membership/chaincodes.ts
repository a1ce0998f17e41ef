import { deployContext, type CommandContext } from '../chaincode/commands.js';
import { deployChaincode, type DeployResult } from '../chaincode/deploy.js';
import { Lifecycle } from '../chaincode/lifecycle.js';
import { type DeployRequest, planOf } from '../chaincode/plan.js';
import { type DeploymentRecord, readRecords } from '../chaincode/record.js';
import { NetworkError } from '../instance/errors.js';
import type { Organization } from '../instance/organization.js';

/** The deployCC that a deployment came from, to be run again. */
const requestOf = (record: DeploymentRecord): DeployRequest => ({
  channel: record.channel,
  name: record.name,
  folder: record.folder,
  version: record.version,
  // The topology's own policy may name the new organization by now.
  signaturePolicy: record.policyGiven === true ? record.signaturePolicy : undefined,
  collectionsFile: record.collectionsFile,
});

/**
 * Checks that every chaincode's folder still holds the code that was agreed on, which the new
 * organization installs.
 *
 * @throws NetworkError ERR_CHAINCODE naming one that would be upgraded on the way
 */
export async function checkChaincodes(
  { instance, tools }: CommandContext,
  participants: readonly Organization[],
): Promise<void> {
  const lifecycle = new Lifecycle(instance, tools);
  for (const record of readRecords(instance.home)) {
    const plan = await planOf({ instance, participants }, lifecycle, requestOf(record));
    if (plan.chaincodePackage.packageId === record.packageId) continue;
    throw new NetworkError(
      'ERR_CHAINCODE',
      `${record.folder} does not hold the code of ${record.name} ${record.version} that ${record.channel} runs.`,
      'Put that code back, or run deployCC to upgrade everybody first.',
    );
  }
}

/** Deploys again what is deployed, which brings an organization that lacks it to install and serve it. */
export async function deployAgain(command: CommandContext): Promise<DeployResult[]> {
  const records = readRecords(command.instance.home);
  if (records.length === 0) return [];
  const context = await deployContext(command);
  const results: DeployResult[] = [];
  for (const record of records) results.push(await deployChaincode(context, requestOf(record)));
  return results;
}
