import { existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NetworkError } from '../instance/errors.js';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { writeSecret } from '../instance/write-secret.js';

const schema = z.strictObject({
  name: z.string(),
  domain: z.string(),
  /** What it has come to; before `enrolled` nobody else has seen anything of the organization. */
  stage: z.enum(['enrolling', 'enrolled']),
});

/** An addition that has begun, and has not ended if the file is there when a command begins. */
export type Joining = z.infer<typeof schema>;

const fileOf = ({ home }: Pick<Instance, 'home'>) => path.join(home, 'joining.json');

/** The addition that was cut off, if one was. */
export function readJoining(instance: Pick<Instance, 'home'>): Joining | undefined {
  const file = fileOf(instance);
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}

/** Writes down how far an addition has come. */
export function writeJoining(
  instance: Pick<Instance, 'home'>,
  { name, domain }: Pick<Organization, 'name' | 'domain'>,
  stage: Joining['stage'],
): void {
  const file = fileOf(instance);
  writeSecret(`${file}.new`, `${JSON.stringify({ name, domain, stage }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** Forgets an addition that is complete. */
export const endJoining = (instance: Pick<Instance, 'home'>): void => {
  rmSync(fileOf(instance), { force: true });
};

/**
 * The addition of this organization that was cut off, if it was.
 *
 * @throws NetworkError ERR_ORGANIZATION_PARTIAL if it was another's
 */
export function joiningOf(
  instance: Pick<Instance, 'home'>,
  { name, domain }: Pick<Organization, 'name' | 'domain'>,
): Joining | undefined {
  const left = readJoining(instance);
  if (left === undefined || (left.name === name && left.domain === domain)) return left;
  throw new NetworkError(
    'ERR_ORGANIZATION_PARTIAL',
    `The addition of ${left.name} (${left.domain}) was not completed.`,
    `Put its entry back in the topology, then network.sh addOrg ${left.name}.`,
  );
}
