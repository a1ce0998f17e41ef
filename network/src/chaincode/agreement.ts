import { setTimeout as pause } from 'node:timers/promises';
import { NetworkError } from '../instance/errors.js';
import type { Organization } from '../instance/organization.js';
import { type DeployContext, eachOrganization, report } from './context.js';
import type { ChaincodeDefinition } from './definition.js';
import type { Lifecycle } from './lifecycle.js';
import { majorityOf } from './participants.js';
import { peerEnvironment, runPeer } from './peer-command.js';
import type { Plan } from './plan.js';

const answerTimeout = 60_000;

/** Every participant approves, then one commits with the endorsement of all of them. */
export async function approveAndCommit(
  context: DeployContext,
  lifecycle: Lifecycle,
  { definition, chaincodePackage }: Plan,
): Promise<void> {
  const { participants } = context;
  const [committer] = participants;
  if (!committer) return;
  await eachOrganization(context, (organization) =>
    lifecycle.approve(organization, definition, chaincodePackage.packageId),
  );
  // Every peer endorses what it knows of the approvals, so all must know the same before one commits.
  await eachOrganization(context, (organization) =>
    waitForApprovals(context, lifecycle, definition, organization),
  );
  report(context, definition, `approved by ${participants.length} organizations`);
  await lifecycle.commit(committer, definition, participants);
}

/** Waits until an organization's peer knows every participant's approval: each is committed elsewhere first. */
async function waitForApprovals(
  { instance, participants }: DeployContext,
  lifecycle: Lifecycle,
  definition: ChaincodeDefinition,
  organization: Organization,
): Promise<void> {
  const majority = majorityOf(instance);
  const end = Date.now() + answerTimeout;
  for (;;) {
    const approvals = await lifecycle.checkCommitReadiness(organization, definition);
    const approved = Object.values(approvals).filter(Boolean).length;
    if (approved >= participants.length || (approved >= majority && Date.now() > end)) return;
    if (Date.now() > end) {
      const missing = Object.entries(approvals).flatMap(([mspId, approved]) =>
        approved ? [] : [mspId],
      );
      throw new NetworkError('ERR_CHAINCODE', `No approval arrived from ${missing.join(', ')}.`);
    }
    await pause(100);
  }
}

/** Approves for organizations what the others have committed, once their peers know of it. */
export async function catchUp(
  context: DeployContext,
  lifecycle: Lifecycle,
  { definition, chaincodePackage }: Plan,
  behind: readonly Organization[],
): Promise<void> {
  const { channel, name, sequence } = definition;
  await eachOrganization({ participants: behind }, async (organization) => {
    const end = Date.now() + answerTimeout;
    while ((await lifecycle.queryCommitted(organization, channel, name))?.sequence !== sequence) {
      if (Date.now() > end) {
        const told = `${organization.peer} has not received sequence ${sequence} of ${name}.`;
        throw new NetworkError('ERR_CHAINCODE', told, `Read network.sh logs ${organization.peer}`);
      }
      await pause(250);
    }
    await lifecycle.approve(organization, definition, chaincodePackage.packageId);
    report(context, definition, `${organization.name} has caught up`);
  });
}

/** Asks every participant's peer for the contract's metadata, which starts the connection too. */
export async function waitUntilAnswering(
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
