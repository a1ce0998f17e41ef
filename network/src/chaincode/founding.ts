import { callChaincode } from './call.js';
import type { DeployContext } from './context.js';
import { MEMBERSHIP_CHAINCODE, type FoundingRequest } from '@salus/protocol/membership';

/**
 * Founds the membership registry with the topology's list, where nobody has yet: each organisation's
 * administrator approves the list, and the peers of those who did endorse the founding. An organisation
 * that runs this with another topology approves another list, which brings nothing into force.
 *
 * @throws NetworkError ERR_CHAINCODE where the founding is not endorsed by a majority
 */
export async function foundMembership(context: DeployContext, channel: string): Promise<void> {
  const { instance, tools, participants, report } = context;
  const [first] = participants;
  if (first === undefined || (await isFounded(context, channel, first.name))) return;
  const request: FoundingRequest = {
    members: instance.organizations
      .filter(({ kinds }) => kinds.length > 0)
      .map(({ mspId, kinds }) => ({ mspId, kinds })),
  };
  const invoke = (transaction: string, as: string) =>
    callChaincode(instance, tools, {
      ...{ action: 'invoke', channel, name: MEMBERSHIP_CHAINCODE, as },
      constructorJson: JSON.stringify({ function: transaction, Args: [JSON.stringify(request)] }),
      endorsers: participants.map(({ name }) => name),
    });
  for (const { name } of participants) await invoke('approveFounding', name);
  await invoke('found', first.name);
  report?.(
    `${MEMBERSHIP_CHAINCODE}: the registry is founded with ${request.members.length} members`,
  );
}

async function isFounded(
  { instance, tools }: DeployContext,
  channel: string,
  as: string,
): Promise<boolean> {
  const constructorJson = JSON.stringify({ function: 'getRegistry', Args: ['{}'] });
  const question = { action: 'query', channel, name: MEMBERSHIP_CHAINCODE, as } as const;
  try {
    await callChaincode(instance, tools, { ...question, constructorJson });
    return true;
  } catch (error) {
    if (String(error).includes('ERR_NO_MEMBERSHIP')) return false;
    throw error;
  }
}
