import type { Command } from 'commander';
import { CaClient, writeMspDirectory } from '@salus/client/ca';
import { loadProfile } from '@salus/client/connection';
import { resolveIdentity } from '@salus/client/identity';
import { SalusError } from '@salus/protocol';
import { contextOf } from '../command-line/context.js';
import { requireSettings, type Settings } from '../command-line/settings.js';

/** `salus enroll`, `reenroll`, `register`, `revoke`: the organisation's Fabric CA. */
export function registerEnrollCommands(program: Command): void {
  program
    .command('enroll')
    .description("get a certificate from the organisation's CA into --msp-dir")
    .argument('<id>', 'the ID that was registered')
    .addHelpText('after', '\nThe enrolment secret is read from SALUS_ENROLLMENT_SECRET.')
    .action(async (id: string, _options: object, command: Command) => {
      const { settings, output } = contextOf(command);
      const { mspDir } = requireSettings(settings, 'profile', 'mspDir');
      const secret = process.env['SALUS_ENROLLMENT_SECRET'];
      if (secret === undefined) {
        throw new SalusError('ERR_SETTINGS_MISSING', 'SALUS_ENROLLMENT_SECRET is not set', {
          remedy: 'put the secret there; on the command line others could read it',
        });
      }
      await writeMspDirectory(mspDir, await caOf(settings).enroll(id, secret));
      output.result({ enrolled: id, mspDir });
    });

  program
    .command('reenroll')
    .description('renew the certificate and key in --msp-dir')
    .action(async (_options: object, command: Command) => {
      const { settings, output } = contextOf(command);
      const { mspDir } = requireSettings(settings, 'profile', 'mspDir');
      await writeMspDirectory(mspDir, await caOf(settings).reenroll(await identityOf(settings)));
      output.result({ renewed: mspDir });
    });

  program
    .command('register')
    .description('make a new identity known to the CA, and print its enrolment secret')
    .argument('<id>')
    .option('--type <type>', 'client, peer, orderer or admin', 'client')
    .option(
      '--attribute <name=value...>',
      'attributes of its certificates, e.g. salus.role=physician',
    )
    .action(
      async (id: string, options: { type: string; attribute?: string[] }, command: Command) => {
        const { settings, output } = contextOf(command);
        const attributes = (options.attribute ?? []).map(parseAttribute);
        const registration = { id, type: options.type, attributes };
        const secret = await caOf(settings).register(await identityOf(settings), registration);
        output.result({ registered: id, secret });
      },
    );

  program
    .command('revoke')
    .description('revoke all certificates of an identity')
    .argument('<id>')
    .option('--reason <reason>', 'as RFC 5280, 5.3.1 names them, e.g. keycompromise', 'unspecified')
    .action(async (id: string, options: { reason: string }, command: Command) => {
      const { settings, output } = contextOf(command);
      await caOf(settings).revoke(await identityOf(settings), id, options.reason);
      output.result({ revoked: id });
    });
}

function caOf(settings: Settings): CaClient {
  const { profile } = requireSettings(settings, 'profile');
  const [ca] = loadProfile(profile).certificateAuthorities;
  if (ca) return new CaClient(ca);
  throw new SalusError('ERR_PROFILE_INVALID', `${profile} names no certificate authority`, {
    remedy: 'the network has none when it was started with cryptogen; start it with `up -ca`',
  });
}

function identityOf(settings: Settings) {
  const { profile, mspDir, mspId } = requireSettings(settings, 'profile', 'mspDir');
  const source = { mspDir, ...(mspId !== undefined && { mspId }) };
  return resolveIdentity(source, loadProfile(profile).mspId);
}

function parseAttribute(text: string) {
  const split = text.indexOf('=');
  if (split > 0) return { name: text.slice(0, split), value: text.slice(split + 1), ecert: true };
  throw new SalusError('ERR_INVALID_ARGUMENT', `The attribute ${text} has no value`, {
    argument: '--attribute',
    expected: 'name=value',
    got: text,
  });
}
