import type { Command } from 'commander';
import type { CaClient } from '@salus/client/ca';
import { SalusError } from '@salus/protocol';
import { contextOf, identityOf } from '../command-line/context.js';
import { requireSettings, type Settings } from '../command-line/settings.js';

/** `salus enroll`, of the organisation's Fabric CA like those after it. */
export function defineEnroll(enroll: Command): void {
  enroll
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
      const ca = await caOf(settings);
      const { writeMspDirectory } = await import('@salus/client/ca');
      await writeMspDirectory(mspDir, await ca.enroll(id, secret));
      output.result({ enrolled: id, mspDir });
    });
}

/** `salus reenroll`. */
export function defineReenroll(reenroll: Command): void {
  reenroll.action(async (_options: object, command: Command) => {
    const { settings, output } = contextOf(command);
    const { mspDir } = requireSettings(settings, 'profile', 'mspDir');
    const ca = await caOf(settings);
    const { writeMspDirectory } = await import('@salus/client/ca');
    await writeMspDirectory(mspDir, await ca.reenroll(await identityOf(settings)));
    output.result({ renewed: mspDir });
  });
}

/** `salus register`. */
export function defineRegister(register: Command): void {
  register
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
        const ca = await caOf(settings);
        const secret = await ca.register(await identityOf(settings), registration);
        output.result({ registered: id, secret });
      },
    );
}

/** `salus revoke`. */
export function defineRevoke(revoke: Command): void {
  revoke
    .argument('<id>')
    .option('--reason <reason>', 'as RFC 5280, 5.3.1 names them, e.g. keycompromise', 'unspecified')
    .action(async (id: string, options: { reason: string }, command: Command) => {
      const { settings, output } = contextOf(command);
      const ca = await caOf(settings);
      await ca.revoke(await identityOf(settings), id, options.reason);
      output.result({ revoked: id });
    });
}

async function caOf(settings: Settings): Promise<CaClient> {
  const { profile } = requireSettings(settings, 'profile');
  const { loadProfile } = await import('@salus/client/connection');
  const [ca] = loadProfile(profile).certificateAuthorities;
  if (ca) {
    const { CaClient } = await import('@salus/client/ca');
    return new CaClient(ca);
  }
  throw new SalusError('ERR_PROFILE_INVALID', `${profile} names no certificate authority`, {
    remedy: 'the network has none when it was started with cryptogen; start it with `up -ca`',
  });
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
