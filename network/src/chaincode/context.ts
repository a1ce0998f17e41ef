import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import type { ChaincodeDefinition } from './definition.js';
import type { PeerTools } from './peer-command.js';
import type { ServerHost } from './server.js';

/** What deploying needs beside the request. */
export interface DeployContext {
  readonly instance: Instance;
  readonly tools: PeerTools;
  readonly host: ServerHost;
  /** Organizations whose peers can be reached: they install, serve, approve and commit. */
  readonly participants: readonly Organization[];
  /** Gets a line for every step. */
  readonly report?: (line: string) => void;
}

/** Reports a step of one chaincode. */
export function report(context: DeployContext, { name }: ChaincodeDefinition, line: string): void {
  context.report?.(`${name}: ${line}`);
}

/** Does the same for every participant at once; the first failure is thrown when all have ended. */
export async function eachOrganization<Result>(
  { participants }: Pick<DeployContext, 'participants'>,
  action: (organization: Organization) => Promise<Result>,
): Promise<Result[]> {
  const results = await Promise.allSettled(participants.map(action));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure) throw failure.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
