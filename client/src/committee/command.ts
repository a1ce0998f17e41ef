import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createEngine, DEFAULT_PROFILE } from '@salus/compute';
import type { Command } from 'commander';
import { connectOptions, contextOf, withClient } from '../cli/context.js';
import { loadProfile } from '../connection/profile.js';
import { resolveIdentity } from '../identity/identity.js';
import { currentMembers } from '../service/members.js';
import { passphraseFromEnvironment } from '../service/run.js';
import { StoreClient } from '../store/store-client.js';
import { CommitteeMember } from './committee-member.js';
import { watchCommittee } from './watch.js';

/** `salus committee serve|ceremony`. */
export function registerCommitteeCommands(program: Command): void {
  const committee = program
    .command('committee')
    .description('the organisations that together hold the key of encrypted amounts');

  committee
    .command('serve')
    .description("take this organisation's part in ceremonies and openings (SALUS_PASSPHRASE)")
    .requiredOption('--store <url>', "where the committee's members leave what others need")
    .action(async (options: { store: string }, command: Command) => {
      const context = contextOf(command);
      const { home } = context.settings;
      const passphrase = passphraseFromEnvironment();
      const { profile, identity: source } = connectOptions(context.settings);
      const identity = await resolveIdentity(source, loadProfile(profile).mspId);
      await using engine = createEngine();
      await withClient(context, async (client) => {
        const member = new CommitteeMember({
          home,
          passphrase,
          client,
          identity,
          engine,
          members: currentMembers(client),
          store: new StoreClient(options.store, identity, client.tlsRoots),
        });
        const ending = new AbortController();
        const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
        void told.then(() => ending.abort());
        const report = (line: object) => process.stderr.write(`${JSON.stringify(line)}\n`);
        process.stdout.write(`${JSON.stringify({ service: 'committee' })}\n`);
        await watchCommittee(member, { client, home, signal: ending.signal }, report);
      });
    });

  committee
    .command('ceremony <keyId>')
    .description('propose a new collective key; the members that serve then make it')
    .requiredOption('--members <mspIds...>', 'the three organisations')
    .action(async (keyId: string, options: { members: string[] }, command: Command) => {
      const context = contextOf(command);
      await withClient(context, async (client) => {
        const { value } = await client.claims.proposeKey({
          keyId,
          profile: DEFAULT_PROFILE,
          members: options.members,
          aSeed: randomBytes(32).toString('hex'),
        });
        context.output.result(value);
      });
    });
}
