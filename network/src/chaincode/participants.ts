import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { type DeployContext, report } from './context.js';
import type { ChaincodeDefinition } from './definition.js';
import { peerAddress } from './peer-command.js';
import { accepts } from './server.js';

/** How many organizations the channel's lifecycle policy (MAJORITY) asks for. */
export const majorityOf = ({ organizations }: Instance): number =>
  Math.floor(organizations.length / 2) + 1;

/** The organizations whose peers accept connections. */
export async function reachableOrganizations(instance: Instance): Promise<Organization[]> {
  const { organizations } = instance;
  const reached = await Promise.all(
    organizations.map((each) => accepts(peerAddress(instance, each))),
  );
  return organizations.filter((_, index) => reached[index]);
}

const restarts = (organizations: readonly Organization[]) =>
  organizations.map((each) => `network.sh restart ${each.peer}`).join(', ');

/**
 * The organizations that can deploy now, or do what else takes a majority.
 *
 * @throws NetworkError ERR_PEER_UNREACHABLE naming the peers that are down, if too few are up
 */
export async function participantsOf(
  instance: Instance,
  doing = 'Deploying',
): Promise<Organization[]> {
  const reached = await reachableOrganizations(instance);
  if (reached.length >= majorityOf(instance)) return reached;
  const down = instance.organizations.filter((each) => !reached.includes(each));
  throw new NetworkError(
    'ERR_PEER_UNREACHABLE',
    `${doing} takes ${majorityOf(instance)} of ${instance.organizations.length} organizations; no answer from ${down.map((each) => each.peer).join(', ')}.`,
    reached.length === 0
      ? 'If the network was stopped: network.sh start. Else see network.sh status.'
      : `Bring the peers back: ${restarts(down)}`,
  );
}

/** Tells which organizations are without the chaincode, and how they get it. */
export function reportLeftOut(
  context: DeployContext,
  definition: ChaincodeDefinition,
  leftOut: readonly Organization[],
): void {
  if (leftOut.length === 0) return;
  const names = leftOut.map((each) => each.name).join(', ');
  const line = `left out: ${names}. To catch up: ${restarts(leftOut)}, then this deployCC again`;
  report(context, definition, line);
}
