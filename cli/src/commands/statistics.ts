import { Option, type Command } from 'commander';
import type { DropOutRequest, StudyTerms } from '@salus/protocol/statistics';
import { contextOf, onClient } from '../command-line/context.js';
import { readJson, readText } from '../command-line/input.js';

const REASONS: readonly DropOutRequest['reason'][] = [
  'CONTRIBUTOR_WITHDREW',
  'CONSENT_WITHDRAWN',
  'ERRONEOUS',
];

/** `salus statistics …`: joint statistics of institutions (role analyst). */
export function defineStatistics(statistics: Command): void {
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
    .action(async (studyId: string, _options: object, command: Command) => {
      const [
        { closeStudy, isToBeClosed, publishResult },
        { currentMembers },
        { onStudy, CHAINCODE },
      ] = await Promise.all([
        import('@salus/client/statistics'),
        import('@salus/client/trust'),
        import('./on-study.js'),
      ]);
      await onStudy(command, studyId, async (parts, { client, store }) => {
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
    .action(async (studyId: string, termsHash: string, options: FigureFile, command: Command) => {
      const [{ joinWithFigure, keepFigure, readFigure }, { onStudy }] = await Promise.all([
        import('@salus/client/statistics'),
        import('./on-study.js'),
      ]);
      const figure = readFigure(await readText(options.figure));
      const { home } = contextOf(command).settings;
      await onStudy(command, studyId, (parts) =>
        joinWithFigure(parts, { studyId, termsHash, figure }, (one) => keepFigure(home, one)),
      );
    });

  withStores(statistics.command('contribute'))
    .description('contribute the encrypted figure that was joined with, once joining has ended')
    .argument('<studyId>')
    .action(async (studyId: string, _options: object, command: Command) => {
      const [{ contributeFigure, keptFigure }, { onStudy }] = await Promise.all([
        import('@salus/client/statistics'),
        import('./on-study.js'),
      ]);
      const { home } = contextOf(command).settings;
      await onStudy(command, studyId, async (parts, { client }) => {
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
      onClient(async ({ statistics: facade }, studyId: string, { figure }: FigureFile) => {
        const { positionOf, readFigure } = await import('@salus/client/statistics');
        return positionOf(await facade.getResult(studyId), readFigure(await readText(figure)));
      }),
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

interface FigureFile {
  readonly figure: string;
}

function withStores(command: Command): Command {
  return command.option('--store <url...>', 'stores where ciphertexts lie (SALUS_STORES)');
}
