import path from 'node:path';
import { chapters, mainJob } from './chapters/index.js';
import { readOptions, usage, type DemoOptions } from './options.js';
import { Report } from './stage/report.js';
import { Stage } from './stage/stage.js';

const root = path.join(__dirname, '../../..');
const programme = { chapters, mainJob };

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2), programme);
  if (options.help) process.stdout.write(usage(programme));
  else if (!options.check) await play(options);
}

async function play({ json, chapters: names, ...options }: DemoOptions): Promise<void> {
  const report = new Report({ json });
  const playing = chapters.filter(({ name }) => names.includes(name));
  await using stage = new Stage({
    ...options,
    home: process.env['SALUS_HOME'] ?? path.join(root, '.salus'),
    channel: process.env['SALUS_CHANNEL'] ?? 'edge-east',
    run: Date.now().toString(36),
    report,
  });
  report.step('Starting the actors, each a process with its own identity and folder');
  const needs = playing.flatMap((chapter) => chapter.needs);
  await Promise.all(needs.map((prop) => stage.use(prop)));
  for (const chapter of playing) await chapter.play(stage);
  report.print();
}

main().catch((error: unknown) => {
  const { message, code, got } = error as Error & { code?: string; got?: string };
  process.stderr.write(
    `${code ?? 'ERR_DEMO'}: ${message}${got === undefined ? '' : `, got ${got}`}\n`,
  );
  process.exitCode = 1;
});
