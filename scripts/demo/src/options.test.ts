import { SalusError } from '@salus/protocol';
import { chapters, mainJob } from './chapters/index.js';
import { readOptions, usage, type Programme } from './options.js';

const programme: Programme = {
  chapters: [
    { name: 'records', title: 'Records', after: [] },
    { name: 'care', title: 'Care', after: [] },
    { name: 'claims', title: 'Claims', after: [] },
    { name: 'views', title: 'Views', after: ['records', 'claims'] },
  ],
  mainJob: ['records', 'claims'],
};

const chosenBy = (...args: readonly string[]) => readOptions(args, programme).chapters;

/** What a command line is refused with. */
function refusalOf(...args: readonly string[]): unknown {
  try {
    return readOptions(args, programme);
  } catch (error) {
    if (!(error instanceof SalusError)) throw error;
    return { code: error.code, argument: error.argument, expected: error.expected, got: error.got };
  }
}

describe('the command line of the demo', () => {
  it('plays the main job for one patient when it says nothing', () => {
    expect(readOptions([], programme)).toEqual({
      json: false,
      help: false,
      check: false,
      patients: 1,
      chapters: ['records', 'claims'],
    });
  });

  it('plays the chapters that it names, each once, in the order of the play', () => {
    expect(chosenBy('--chapter', 'claims', '--chapter', 'care', '--chapter', 'claims')).toEqual([
      'care',
      'claims',
    ]);
  });

  it('plays what a chapter follows on before it', () => {
    expect(chosenBy('--chapter', 'views')).toEqual(['records', 'claims', 'views']);
  });

  it('plays every chapter with --all', () => {
    expect(chosenBy('--all')).toEqual(['records', 'care', 'claims', 'views']);
  });

  it('takes the number of patients, the folder of bundles and --json', () => {
    const args = ['--patients', '5', '--bundles', 'some/folder', '--json'];
    expect(readOptions(args, programme)).toMatchObject({
      patients: 5,
      bundles: 'some/folder',
      json: true,
    });
  });

  it('lists the chapters when it names one that does not exist', () => {
    expect(refusalOf('--chapter', 'claim')).toEqual({
      code: 'ERR_INVALID_ARGUMENT',
      argument: '--chapter',
      expected: 'records, care, claims, views',
      got: 'claim',
    });
  });

  it.each(['0', '6', '1.5', '-1', 'two', ''])('refuses %j patients', (number) => {
    expect(refusalOf(`--patients=${number}`)).toMatchObject({
      code: 'ERR_INVALID_ARGUMENT',
      argument: '--patients',
      got: number,
    });
  });

  it.each([[['--chapters', 'claims']], [['claims']], [['--chapter']], [['--json=yes']]])(
    'refuses %j, and lists the options',
    (args) => {
      expect(refusalOf(...args)).toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        expected: '--chapter, --all, --patients, --json, --help',
      });
    },
  );

  it('refuses --all beside --chapter, one of which would have no meaning', () => {
    expect(refusalOf('--all', '--chapter', 'care')).toMatchObject({ argument: '--all' });
  });
});

describe('the chapters of the demo', () => {
  const names = chapters.map(({ name }) => name);

  it('each have a name of their own, and follow on chapters that play before them', () => {
    expect(new Set(names).size).toBe(names.length);
    for (const [index, { after }] of chapters.entries()) {
      for (const name of after) expect(names.slice(0, index)).toContain(name);
    }
  });

  it('are all in the help, which marks those of the main job', () => {
    const help = usage({ chapters, mainJob });
    for (const { name, title } of chapters) {
      const line = help.split('\n').find((one) => one.includes(title));
      expect(line).toMatch(new RegExp(`^  ${mainJob.includes(name) ? '\\*' : ' '} ${name} `));
    }
  });

  it('of the main job follow on no chapter that is not of it', () => {
    expect(readOptions([], { chapters, mainJob }).chapters).toEqual(mainJob);
  });
});
