import { parseRequest } from '@salus/chaincode-common';
import type { Command } from 'commander';
import { z } from 'zod';
import { connectOptions, contextOf, withClient } from '../cli/context.js';
import { readText } from '../cli/input.js';
import { loadProfile } from '../connection/profile.js';
import { readFhirFile } from '../fhir/read.js';
import { resolveIdentity } from '../identity/identity.js';
import { KeyServiceClient } from '../key-service/key-service-client.js';
import { StoreClient } from '../store/store-client.js';
import { importResources } from './import-resources.js';
import { fileJournal } from './journal.js';
import { recordIdSecret } from './ledger-ids.js';

/** What the hospital got when the patient's wallet registered. */
const patientFile = z.object({
  pseudonym: z.string(),
  kid: z.string(),
  hpkePublicKey: z.string(),
  tagKey: z.string(),
});

interface ImportCommandOptions {
  patient: string;
  store: string;
  keys: string;
  allowExternal?: boolean;
}

/** `salus import BUNDLE…`. */
export function registerImportCommand(program: Command): void {
  program
    .command('import <bundles...>')
    .description('import FHIR R4 bundles, resources or NDJSON (gzip too) as encrypted records')
    .requiredOption('--patient <file>', 'JSON with pseudonym, kid, hpkePublicKey and tagKey')
    .requiredOption('--store <url>', "the hospital's content store")
    .requiredOption('--keys <url>', "the hospital's key service")
    .option('--allow-external', 'let references lead to resources on other servers')
    .action(async (files: string[], options: ImportCommandOptions, command: Command) => {
      const context = contextOf(command);
      const { settings, output } = context;
      // All input is read and checked before the first write.
      const resources = (await Promise.all(files.map(readFhirFile))).flat();
      const patient = parseRequest(patientFile, await readText(options.patient), 'patient');
      const { profile, identity: source } = connectOptions(settings);
      const identity = await resolveIdentity(source, loadProfile(profile).mspId);
      await withClient(context, async (client) => {
        const { publicKey } = await new KeyServiceClient(
          options.keys,
          identity,
          client.tlsRoots,
        ).publicKey();
        const progress = output.progress('Records', resources.length);
        let before = 0;
        const imported = await importResources(
          resources,
          patient,
          {
            mspId: client.mspId,
            ehr: client.ehr,
            store: new StoreClient(options.store, identity, client.tlsRoots),
            custodianKey: publicKey,
            idSecret: await recordIdSecret(settings.home),
            journal: fileJournal(settings.home),
          },
          {
            allowExternal: options.allowExternal ?? false,
            onProgress: (done) => {
              progress.advance(done - before);
              before = done;
            },
          },
        ).finally(() => progress.stop());
        output.result({
          resources: resources.length,
          imported: imported.filter(({ isNew }) => isNew).length,
          already: imported.filter(({ isNew }) => !isNew).length,
        });
      });
    });
}
