import { parseArgs } from 'node:util';
import { invalidArgument } from '@salus/protocol';
import type { Chapter } from './chapters/chapter.js';

/** What the command line of the demo says. */
export interface DemoOptions {
  readonly json: boolean;
  readonly help: boolean;
  /** Reads the command line only, and plays nothing. */
  readonly check: boolean;
  /** Folder of FHIR bundles, one of each patient. */
  readonly bundles?: string;
  readonly patients: number;
  /** Names of the chapters that play, in the order in which they do. */
  readonly chapters: readonly string[];
}

/** The play as far as the choice of its chapters needs it. */
export interface Programme {
  readonly chapters: readonly Pick<Chapter, 'name' | 'title' | 'after'>[];
  /** What plays when nothing is chosen. */
  readonly mainJob: readonly string[];
}

/** The synthetic patients, and HL7's example. */
const MOST_PATIENTS = 5;

/**
 * Reads the command line.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, which lists the chapters where an unknown one is chosen
 */
export function readOptions(args: readonly string[], programme: Programme): DemoOptions {
  const { json, help, check, bundles, patients, chapter, all } = parse(args);
  if (all && chapter.length > 0) throw invalidArgument('--all', 'no --chapter beside it', 'both');
  const everything = programme.chapters.map(({ name }) => name);
  const named = chapter.length > 0 ? chapter : programme.mainJob;
  return {
    json,
    help,
    check,
    ...(bundles !== undefined && { bundles }),
    patients: numberOfPatients(patients),
    chapters: chosen(all ? everything : named, programme),
  };
}

/** The help, which lists the chapters. */
export function usage({ chapters, mainJob }: Programme): string {
  const width = Math.max(...chapters.map(({ name }) => name.length));
  const list = chapters.map(({ name, title }) => {
    const mark = mainJob.includes(name) ? '*' : ' ';
    return `  ${mark} ${name.padEnd(width)}  ${title}`;
  });
  return `Usage: scripts/demo.sh [--chapter NAME]… [--all] [--patients N] [--json]

Plays the main job on a running network: what is marked * below.

  --chapter NAME   plays this chapter, and what it follows on; may be given more than once
  --all            plays every chapter
  --patients N     has so many patients play: 1 to ${MOST_PATIENTS}, by default 1
  --json           prints the summary as JSON

Chapters:
${list.join('\n')}
`;
}

function parse(args: readonly string[]) {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: flag,
        help: flag,
        check: flag,
        all: flag,
        bundles: { type: 'string' },
        patients: { type: 'string', default: '1' },
        chapter: { type: 'string', multiple: true, default: [] },
      },
    });
    return values;
  } catch (error) {
    const known = '--chapter, --all, --patients, --json, --help';
    throw invalidArgument('command line', known, (error as Error).message);
  }
}

function numberOfPatients(text: string): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= 1 && value <= MOST_PATIENTS) return value;
  throw invalidArgument('--patients', `a whole number from 1 to ${MOST_PATIENTS}`, text);
}

/** Those named, those that they follow on, each once, in the play's order. */
function chosen(names: readonly string[], { chapters }: Programme): readonly string[] {
  const playing = new Set<string>();
  const choose = (name: string) => {
    const chapter = chapters.find((one) => one.name === name);
    if (!chapter) {
      throw invalidArgument('--chapter', chapters.map((one) => one.name).join(', '), name);
    }
    playing.add(name);
    chapter.after.forEach(choose);
  };
  names.forEach(choose);
  return chapters.map(({ name }) => name).filter((name) => playing.has(name));
}
