import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { hashOf, ifFound } from '@salus/protocol';
import type { EmergencyReason } from '@salus/protocol/ehr';
import {
  connectedContext,
  contextOf,
  identityOf,
  onClient,
  onClientList,
  withClient,
} from '../../command-line/context.js';
import { readText } from '../../command-line/input.js';

interface BreakGlassOptions {
  readonly reason: EmergencyReason;
  readonly note: string;
  readonly out: string;
}

interface ListOptions {
  readonly overdue?: boolean;
  readonly pseudonym?: string;
}

interface ReviewOptions {
  readonly outcome: 'JUSTIFIED' | 'UNJUSTIFIED';
  readonly note: string;
}

const REASONS: readonly EmergencyReason[] = [
  'LIFE_THREAT',
  'UNCONSCIOUS',
  'UNABLE_TO_CONSENT',
  'PUBLIC_SAFETY',
  'OTHER',
];

/** Adds `break-glass` and what reviewers need to `salus ehr`. */
export function registerEmergencyCommands(ehr: Command): void {
  registerBreakGlass(ehr);
  registerReviews(ehr);
}

function registerBreakGlass(ehr: Command): void {
  ehr
    .command('break-glass')
    .description('read one record in an emergency, without consent; it is logged and reviewed')
    .argument('<pseudonym>')
    .argument('<recordId>')
    .addOption(new Option('--reason <code>', 'why').choices(REASONS).makeOptionMandatory())
    .requiredOption('--note <file>', 'for the reviewer, in your own words; - reads standard input')
    .option('--custodian <MSP=URL...>', 'services of all known custodians (SALUS_CUSTODIANS)')
    .option(
      '--keys <url...>',
      "key services: the own one, then the record's custodian's (SALUS_KEYS)",
    )
    .option('--store <MSP=URL...>', 'stores that hold parts of the record (SALUS_STORES)')
    .requiredOption('--out <file>', 'where the content goes')
    .action(
      async (pseudonym: string, recordId: string, options: BreakGlassOptions, command: Command) => {
        const context = connectedContext(command, 'stores', 'custodians');
        const { settings, output } = context;
        const [
          { passphraseFromEnvironment },
          { keepNote, readInEmergency },
          stores,
          custodians,
          records,
        ] = await Promise.all([
          import('@salus/service-kit'),
          import('@salus/client/emergency'),
          import('@salus/client/stores'),
          import('./custodian-places.js'),
          import('@salus/client/records'),
        ]);
        // Asked for at once: without a place for the note nobody's privacy is touched.
        const passphrase = passphraseFromEnvironment();
        const reasonText = await readText(options.note);
        const identity = await identityOf(settings);
        await withClient(context, async ({ ehr: ledger, tlsRoots }) => {
          const { storePlaces, storesByMsp } = stores;
          const reading = await readInEmergency(
            {
              ledger,
              custodians: custodians.custodianPlaces(settings.custodians, identity, tlsRoots),
              keyServices: (settings.keys ?? []).map(
                (url) => new records.KeyServiceClient(url, identity, tlsRoots),
              ),
              stores: storesByMsp(storePlaces(settings.stores, identity, tlsRoots)),
            },
            {
              pseudonym,
              recordId,
              reasonCode: options.reason,
              reasonText,
              keepNote: ({ decisionId }, note) =>
                keepNote(settings.home, decisionId, note, passphrase),
            },
          );
          const { decision, details, content, openedBy, liars, silent } = reading;
          await writeFile(options.out, content, { mode: 0o600 });
          const { decisionId, decidedAt } = decision;
          const { contentType, name } = details;
          output.result({
            decisionId,
            decidedAt,
            pseudonym,
            recordId,
            contentType,
            name,
            out: options.out,
            openedBy,
            liars,
            silent,
          });
        });
      },
    );
}

function registerReviews(ehr: Command): void {
  ehr
    .command('emergencies')
    .description('list emergency access whose review is open')
    .option('--overdue', 'only where the review is overdue')
    .option('--pseudonym <pseudonym>', 'all of one patient instead, reviewed or not')
    .action(
      onClientList((client, { overdue, pseudonym }: ListOptions) =>
        client.ehr.emergencies(
          pseudonym === undefined
            ? { review: overdue === true ? 'overdue' : 'open' }
            : { pseudonym },
        ),
      ),
    );

  withRef(ehr.command('emergency'))
    .description('show an emergency access with who answered, and the own note if there is one')
    .action(
      async (
        pseudonym: string,
        decidedAt: string,
        decisionId: string,
        _options: object,
        command: Command,
      ) => {
        const context = contextOf(command);
        const ref = { pseudonym, decidedAt, decisionId };
        await withClient(context, async (client) => {
          const emergency = await client.ehr.getEmergency({ ref });
          const { reasonHash } = emergency;
          const note = await ownNote(context.settings.home, { decisionId, reasonHash });
          context.output.result({ ...emergency, ...(note && { note }) });
        });
      },
    );

  withRef(ehr.command('review-emergency'))
    .description("judge an emergency access (role privacy-officer, not of the requester's)")
    .addOption(
      new Option('--outcome <outcome>', 'what it was')
        .choices(['JUSTIFIED', 'UNJUSTIFIED'])
        .makeOptionMandatory(),
    )
    .requiredOption(
      '--note <file>',
      'reasons of the reviewer; the ledger has their salted hash only',
    )
    .action(
      onClient(
        async (
          client,
          pseudonym: string,
          decidedAt: string,
          decisionId: string,
          options: ReviewOptions,
        ) => {
          const text = await readText(options.note);
          const note = { text, salt: randomBytes(16).toString('base64url') };
          const { value } = await client.ehr.reviewEmergency({
            ref: { pseudonym, decidedAt, decisionId },
            outcome: options.outcome,
            noteHash: hashOf(note),
          });
          return { ...value, note };
        },
      ),
    );

  withRef(ehr.command('escalate-emergency'))
    .description('tell everybody that a review is overdue')
    .action(
      onClient(async (client, pseudonym: string, decidedAt: string, decisionId: string) => {
        const ref = { pseudonym, decidedAt, decisionId };
        const { value } = await client.ehr.escalateEmergency({ ref });
        return value;
      }),
    );
}

function withRef(command: Command): Command {
  return command.argument('<pseudonym>').argument('<decidedAt>').argument('<decisionId>');
}

/** What this home's own user wrote, where it was this one that broke the glass. */
async function ownNote(home: string, about: { decisionId: string; reasonHash: string }) {
  if ((process.env['SALUS_PASSPHRASE'] ?? '') === '') return undefined;
  const [{ passphraseFromEnvironment }, { readNote }] = await Promise.all([
    import('@salus/service-kit'),
    import('@salus/client/emergency'),
  ]);
  return ifFound(readNote(home, about, passphraseFromEnvironment()));
}
