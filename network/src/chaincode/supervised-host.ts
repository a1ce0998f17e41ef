import type { Instance } from '../instance/instance.js';
import {
  type ProcessRequest,
  removeProcess,
  restartProcess,
  startProcess,
  status,
} from '../supervisor/client.js';
import { livenessOf } from '../supervisor/process-identity.js';
import type { ServerHost } from './server.js';

const runsAs = (
  spec: Pick<ProcessRequest, 'command' | 'args'>,
  { command, args }: Pick<ProcessRequest, 'command' | 'args'>,
) => spec.command === command && JSON.stringify(spec.args) === JSON.stringify(args);

/**
 * Runs chaincode servers under the supervisor of each organization, which remembers them: they come
 * back when the network is started again.
 */
export function supervisedHost(instance: Instance): ServerHost {
  return {
    async start(organization, { name, command, args, directory, environment }) {
      const known = status(organization).processes.find((each) => each.spec.name === name);
      if (
        known &&
        livenessOf(known.pid, known.startTicks) === 'running' &&
        runsAs(known.spec, { command, args })
      ) {
        return;
      }
      await startProcess(instance, organization, {
        name,
        kind: 'chaincode',
        command,
        args,
        env: environment,
        cwd: directory,
      });
    },
    restart: restartProcess,
    exits(organization, name) {
      const known = status(organization).processes.find((each) => each.spec.name === name);
      if (!known) return 0;
      // Stopping the network is an end too, but one before the latest start.
      const { restarts, lastExit, startedAt = '' } = known;
      return restarts + (lastExit !== undefined && lastExit.at >= startedAt ? 1 : 0);
    },
    async stop(organization, name) {
      const known = status(organization).processes.some((each) => each.spec.name === name);
      if (known) await removeProcess(organization, name);
    },
  };
}
