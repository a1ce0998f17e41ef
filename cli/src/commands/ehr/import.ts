import type { Command } from 'commander';
import type { ImportedRecord, ImportNote } from '@salus/client/records';
import { connectedContext, withClient } from '../../command-line/context.js';
import type { DeskOptions } from './open-desk.js';

interface ImportCommandOptions extends DeskOptions {
  patient: string;
  allowExternal?: boolean;
  subject?: string;
}

/** Names of records in an answer; how many more there are is told by a number. */
const NAMED = 20;

/** Adds what every command needs that registers records. */
export function registering(command: Command): Command {
  return command
    .requiredOption('--patient <file>', 'JSON with pseudonym, kid and tagKey')
    .option('--store <MSP=URL...>', 'stores, one for each part of a content (SALUS_STORES)')
    .option('--needed <number>', 'parts that restore a content; more than half of them')
    .option('--emergency-key <keyId>', "custodians' key that opens the records in an emergency")
    .option(
      '--own-keys <url>',
      "your organisation's key service, to confirm the key on the ledger",
    );
}

/** Which records have a note: how many, and the first of them. */
function toldOf(
  name: string,
  note: ImportNote,
  imported: readonly ImportedRecord[],
): Readonly<Record<string, object>> {
  const names = imported.filter(({ notes }) => notes.includes(note)).map((one) => one.name);
  return names.length === 0
    ? {}
    : { [name]: { records: names.length, first: names.slice(0, NAMED) } };
}

/** `salus import BUNDLE…`. */
export function defineImport(command: Command): void {
  registering(command.argument('<bundles...>'))
    .option('--allow-external', 'let references lead to resources on other servers')
    .option('--subject <reference>', 'the patient among several: Patient/ID, or the fullUrl')
    .action(async (files: string[], options: ImportCommandOptions, command: Command) => {
      const context = connectedContext(command, 'stores');
      const { output } = context;
      const [{ importResources, readFhirFile }, { openDesk }, { readPatientFile }] =
        await Promise.all([
          import('@salus/client/records'),
          import('./open-desk.js'),
          import('./patient-file.js'),
        ]);
      // All input is read and checked before the first write.
      const resources = (await Promise.all(files.map(readFhirFile))).flat();
      const patient = await readPatientFile(options.patient);
      await withClient(context, async (client) => {
        const desk = await openDesk(client, context, options);
        const progress = await output.progress('Records', resources.length);
        let before = 0;
        const imported = await importResources(resources, patient, desk, {
          allowExternal: options.allowExternal ?? false,
          ...(options.subject !== undefined && { subject: options.subject }),
          onProgress: (done) => {
            progress.advance(done - before);
            before = done;
          },
        }).finally(() => progress.stop());
        output.result({
          resources: resources.length,
          imported: imported.filter(({ isNew }) => isNew).length,
          already: imported.filter(({ isNew }) => !isNew).length,
          ...toldOf('notJudged', 'NOT_JUDGED', imported),
          ...toldOf('consentsNotInForce', 'CONSENT_NOT_IN_FORCE', imported),
        });
      });
    });
}
