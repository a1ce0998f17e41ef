import { Option, type Command } from 'commander';
import type { SalusClient } from '@salus/client';
import { loadProfile } from '@salus/client/connection';
import { resolveIdentity } from '@salus/client/identity';
import {
  contributeFigure,
  joinWithFigure,
  type StudyParts,
  keepFigure,
  keptFigure,
  positionOf,
  readFigure,
  closeStudy,
  isToBeClosed,
  publishResult,
} from '@salus/client/statistics';
import { StoreClient, StoreGroup } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import { createEngine, profileOf } from '@salus/compute';
import type { DropOutRequest, StudyTerms } from '@salus/protocol/statistics';
import { connectOptions, contextOf, onClient, withClient } from '../command-line/context.js';
import { readJson, readText } from '../command-line/input.js';

const CHAINCODE = 'statistics';
const REASONS: readonly DropOutRequest['reason'][] = [
  'CONTRIBUTOR_WITHDREW',
  'CONSENT_WITHDRAWN',
  'ERRONEOUS',
];

/** `salus statistics …`: joint statistics of institutions (role analyst). */
export function registerStatisticsCommands(program: Command): void {
  const statistics = program
    .command('statistics')
    .description('mean and variance of a figure that no institution shows to another');
  registerStudyCommands(statistics);
  registerFigureCommands(statistics);
  registerInstitutionCommands(statistics);
}

function registerStudyCommands(statistics: Command): void {
  statistics
    .command('open')
    .description('open a study')
    .argument('<terms>', 'JSON file {studyId, keyId, measure, period, unit, range, kind, …}, or -')
    .action(
      onClient(async ({ statistics: facade }, file: string) =>
        facade.openStudy(await readJson<StudyTerms>(file)),
      ),
    );

  statistics
    .command('study')
    .description("show a study's terms with their hash, who takes part, and how far it is")
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.getStudy(studyId)));

  statistics
    .command('end-joining')
    .description('let nobody join any more, and contributions begin (who opened the study)')
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.endJoining(studyId)));

  statistics
    .command('drop-out')
    .description('take the own figure out of a study that is not opened yet')
    .argument('<studyId>')
    .addOption(new Option('--reason <reason>').choices(REASONS).default(REASONS[0]))
    .action(
      onClient(
        ({ statistics: facade }, studyId: string, { reason }: Pick<DropOutRequest, 'reason'>) =>
          facade.dropOut({ studyId, reason }),
      ),
    );

  withStores(statistics.command('close'))
    .description('end contributions, have the committee open the result, and put it on record')
    .argument('<studyId>')
    .action(async (studyId: string, options: Stores, command: Command) => {
      await onStudy(command, options, studyId, async (parts, { client, store }) => {
        if (isToBeClosed(await parts.statistics.getStudy(studyId)))
          await closeStudy(parts, studyId);
        const { mspId } = client;
        const computation = client.computation(CHAINCODE);
        const more = { mspId, computation, members: currentMembers(client) };
        return publishResult({ ...parts, ...more }, store, studyId);
      });
    });
}

function registerFigureCommands(statistics: Command): void {
  withStores(statistics.command('join'))
    .description("agree to a study's terms, by the hash that `study` shows, with the own figure")
    .argument('<studyId>')
    .argument('<termsHash>')
    .requiredOption('--figure <file>', "file with the figure in the study's unit, or -")
    .action(
      async (
        studyId: string,
        termsHash: string,
        options: Stores & FigureFile,
        command: Command,
      ) => {
        const figure = readFigure(await readText(options.figure));
        const { home } = contextOf(command).settings;
        await onStudy(command, options, studyId, (parts) =>
          joinWithFigure(parts, { studyId, termsHash, figure }, (one) => keepFigure(home, one)),
        );
      },
    );

  withStores(statistics.command('contribute'))
    .description('contribute the encrypted figure that was joined with, once joining has ended')
    .argument('<studyId>')
    .action(async (studyId: string, options: Stores, command: Command) => {
      const { home } = contextOf(command).settings;
      await onStudy(command, options, studyId, async (parts, { client }) => {
        const study = await parts.statistics.getStudy(studyId);
        return contributeFigure(parts, studyId, await keptFigure(home, study, client.mspId));
      });
    });

  statistics
    .command('result')
    .description('show mean and variance (an analyst of a contributing organisation)')
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.getResult(studyId)));

  statistics
    .command('position')
    .description('compute where the own figure stands; nothing of it is sent')
    .argument('<studyId>')
    .requiredOption('--figure <file>', "file with the figure in the study's unit, or -")
    .action(
      onClient(async ({ statistics: facade }, studyId: string, { figure }: FigureFile) =>
        positionOf(await facade.getResult(studyId), readFigure(await readText(figure))),
      ),
    );
}

function registerInstitutionCommands(statistics: Command): void {
  statistics
    .command('register-institution')
    .description('tell of an institution of the own organisation (role committee)')
    .argument('<institution>', 'as the attribute salus.institution has it')
    .argument('<name>')
    .action(
      onClient(({ statistics: facade }, institution: string, name: string) =>
        facade.registerInstitution({ institution, name }),
      ),
    );

  statistics
    .command('institution')
    .description('show an institution, and who vouches for it')
    .argument('<mspId>')
    .argument('<institution>')
    .action(
      onClient(({ statistics: facade }, mspId: string, institution: string) =>
        facade.getInstitution(mspId, institution),
      ),
    );

  statistics
    .command('approve-institution')
    .description("vouch for another organisation's institution (role committee)")
    .argument('<mspId>')
    .argument('<institution>')
    .action(
      onClient(({ statistics: facade }, mspId: string, institution: string) =>
        facade.approveInstitution(mspId, institution),
      ),
    );
}

interface Stores {
  readonly store: string[];
}

interface FigureFile {
  readonly figure: string;
}

function withStores(command: Command): Command {
  return command.requiredOption('--store <url...>', 'stores where ciphertexts lie');
}

/** Runs with an engine of the study's profile and the stores that are named, and prints the result. */
async function onStudy(
  command: Command,
  { store: urls }: Stores,
  studyId: string,
  run: (
    parts: StudyParts,
    more: { readonly client: SalusClient; readonly store: StoreGroup },
  ) => Promise<unknown>,
): Promise<void> {
  const context = contextOf(command);
  const { profile, identity: source } = connectOptions(context.settings);
  const identity = await resolveIdentity(source, loadProfile(profile).mspId);
  await withClient(context, async (client) => {
    const { statistics } = client;
    const computation = client.computation(CHAINCODE);
    const { terms } = await statistics.getStudy(studyId);
    const key = await computation.getKey(terms.keyId);
    const store = new StoreGroup(
      urls.map((url) => new StoreClient(url, identity, client.tlsRoots)),
    );
    await using engine = createEngine({ profile: profileOf(key.profile).name });
    const getKey = (keyId: string) => computation.getKey(keyId);
    const parts = { statistics, store, engine, getKey, chaincode: CHAINCODE };
    context.output.result(await run(parts, { client, store }));
  });
}
