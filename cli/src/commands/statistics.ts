import { Option, type Command } from 'commander';
import type { DropOutRequest, OpenStudyRequest } from '@salus/protocol/statistics';
import { onClient, onStores, withStores } from '../command-line/context.js';
import { readJson, readText, wholeNumber } from '../command-line/input.js';

const REASONS: readonly DropOutRequest['reason'][] = [
  'CONTRIBUTOR_WITHDREW',
  'CONSENT_WITHDRAWN',
  'ERRONEOUS',
];

/** `salus statistics …`: joint statistics of institutions (roles analyst and committee). */
export function defineStatistics(statistics: Command): void {
  registerStudyCommands(statistics);
  registerFigureCommands(statistics);
  registerInstitutionCommands(statistics);
}

function registerStudyCommands(statistics: Command): void {
  statistics
    .command('open')
    .description('open a study')
    .argument(
      '<terms>',
      'JSON file {studyId, keyId, measure, period, unit, range, kind, publishers, …}, or -',
    )
    .action(
      onClient(async ({ statistics: facade }, file: string) =>
        facade.openStudy(await readJson<OpenStudyRequest>(file)),
      ),
    );

  statistics
    .command('study')
    .description(
      "show a study's terms with their hash and committee, who takes part, and how far it is",
    )
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.getStudy(studyId)));

  statistics
    .command('end-joining')
    .description('once a cohort has joined, let nobody join any more (who opened the study)')
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.endJoining(studyId)));

  statistics
    .command('drop-out')
    .description(
      'take the own figure out of a study that is not opened, or that is implausible by it',
    )
    .argument('<studyId>')
    .addOption(new Option('--reason <reason>').choices(REASONS).default(REASONS[0]))
    .action(
      onClient(
        ({ statistics: facade }, studyId: string, { reason }: Pick<DropOutRequest, 'reason'>) =>
          facade.dropOut({ studyId, reason }),
      ),
    );

  withStores(statistics.command('close'))
    .description('end contributions, and have the committee open the sums to the publishers')
    .argument('<studyId>')
    .action(onStores(({ studies }, at, studyId: string) => studies.using(at).close(studyId)));

  withStores(statistics.command('publish'))
    .description('round what the committee opened, and publish it (role committee, of a publisher)')
    .argument('<studyId>')
    .action(onStores(({ studies }, at, studyId: string) => studies.using(at).publish(studyId)));
}

function registerFigureCommands(statistics: Command): void {
  withStores(statistics.command('join'))
    .description("agree to a study's terms, by the hash that `study` shows, with the own figure")
    .argument('<studyId>')
    .argument('<termsHash>')
    .requiredOption('--figure <file>', "file with the figure in the study's unit, or -")
    .requiredOption('--members <mspIds...>', 'who may hold the key; `study` shows who does')
    .requiredOption('--threshold <number>', 'so many of them open')
    .action(
      onStores(async ({ studies }, at, studyId: string, termsHash: string, joining: Joining) => {
        const { members, figure: file } = joining;
        const threshold = wholeNumber('--threshold', joining.threshold, {
          from: 2,
          to: members.length,
        });
        const figure = await readFigureFile(file);
        return studies
          .using(at)
          .join({ studyId, termsHash, committee: { members, threshold }, figure });
      }),
    );

  withStores(statistics.command('contribute'))
    .description('contribute the encrypted figure that was joined with, once joining has ended')
    .argument('<studyId>')
    .action(onStores(({ studies }, at, studyId: string) => studies.using(at).contribute(studyId)));

  statistics
    .command('result')
    .description('show mean and standard deviation, rounded as the terms say')
    .argument('<studyId>')
    .action(onClient(({ statistics: facade }, studyId: string) => facade.getResult(studyId)));

  statistics
    .command('position')
    .description('compute where the own figure stands; nothing of it is sent')
    .argument('<studyId>')
    .requiredOption('--figure <file>', "file with the figure in the study's unit, or -")
    .action(
      onClient(async ({ studies }, studyId: string, { figure }: FigureFile) =>
        studies.position(studyId, await readFigureFile(figure)),
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

interface FigureFile {
  readonly figure: string;
}

interface Joining extends FigureFile {
  readonly members: readonly string[];
  readonly threshold: string;
}

async function readFigureFile(file: string): Promise<number> {
  const { readFigure } = await import('@salus/client/statistics');
  return readFigure(await readText(file));
}
