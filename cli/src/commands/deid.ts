import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Option, type Command } from 'commander';
import { bundleOf, deidentifyCohort, profileNames, type ProfileName } from '@salus/fhir/deid';
import { SalusError } from '@salus/protocol';
import { contextOf } from '../command-line/context.js';
import { wholeNumber } from '../command-line/input.js';

interface DeidCommandOptions {
  profile: ProfileName;
  output: string;
  key?: string;
  atLeast?: string;
  asOf?: string;
}

/** `salus deid BUNDLE…`: reads and writes files, and needs no network. */
export function defineDeid(deid: Command): void {
  deid
    .argument('<files...>')
    .requiredOption('--output <file>', 'where the bundle is written')
    .addOption(
      new Option('--profile <name>', 'how much is taken away')
        .choices(profileNames)
        .default('standard'),
    )
    .option(
      '--key <file>',
      'key of pseudonyms and shifts, made if missing; without it nobody has it',
    )
    .option('--at-least <patients>', 'suppress values that fewer patients have')
    .option('--as-of <date>', 'day that ages are told at (default: today)')
    .action(async (files: string[], options: DeidCommandOptions, command: Command) => {
      const { output } = contextOf(command);
      const k = options.atLeast;
      const rare = k !== undefined && {
        k: wholeNumber('--at-least', k, { from: 1, to: 1_000_000 }),
      };
      checkDate(options.asOf);
      const [{ readFhirFile }, { writeAtomically }] = await Promise.all([
        import('@salus/client/records'),
        import('@salus/client/home'),
      ]);
      const resources = (await Promise.all(files.map(readFhirFile))).flat();
      const { resources: left, ...told } = deidentifyCohort(resources, {
        profile: options.profile,
        key: await keyFrom(options.key),
        ...(options.asOf !== undefined && { asOf: options.asOf }),
        ...(rare && { rare }),
      });
      await writeAtomically(options.output, Buffer.from(JSON.stringify(bundleOf(left))));
      output.result({ resources: left.length, ...told });
    });
}

async function keyFrom(file: string | undefined): Promise<Uint8Array> {
  if (file === undefined) return randomBytes(32);
  const { writeOnce } = await import('@salus/client/home');
  await writeOnce(file, randomBytes(32));
  return readFile(file);
}

function checkDate(date: string | undefined): void {
  if (date === undefined || /^\d{4}-\d\d-\d\d$/.test(date)) return;
  throw new SalusError('ERR_INVALID_ARGUMENT', '--as-of: expected a date', {
    argument: '--as-of',
    expected: 'YYYY-MM-DD',
    got: date,
  });
}
