import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import type { SalusClient } from '@salus/client';
import type { ReferralOffice } from '@salus/client/referral';
import type { WalletInvitation } from '@salus/client/wallet';
import type { Referral } from '@salus/protocol/ehr';
import { connectedContext, onClientList, withClient } from '../../command-line/context.js';
import { readJson } from '../../command-line/input.js';
import { registering } from './import.js';
import type { DeskOptions } from './open-desk.js';

interface OfficeOptions extends DeskOptions {
  readonly patient: string;
  readonly wallet: string;
}

interface SendOptions extends OfficeOptions {
  readonly to: string;
  readonly role?: string;
  readonly record: string[];
  readonly until: string;
}

interface AnswerOptions extends OfficeOptions {
  readonly record?: string[];
  readonly role?: string;
  readonly category?: string;
}

/** `salus referral send|list|read|answer`: referrals from one hospital to another, and back. */
export function defineReferral(referral: Command): void {
  inOffice(referral.command('send'))
    .description('register a FHIR ServiceRequest, have the patient agree, and refer')
    .argument('<serviceRequest>', 'FHIR file; its priority is that of the referral')
    .requiredOption('--to <mspId>', 'hospital that is to see the patient')
    .option('--role <role>', 'only staff of this role; physicians unless said otherwise')
    .requiredOption('--record <ids...>', 'what is handed over')
    .requiredOption('--until <time>', 'the end of all of it (ISO 8601, UTC)')
    .action(async (serviceRequest: string, options: SendOptions, command: Command) => {
      const { referPatient } = await import('@salus/client/referral');
      const { to: mspId, role, record: records, until } = options;
      const to = { mspId, ...(role !== undefined && { role }) };
      await atOffice(command, options, (office) =>
        referPatient({ serviceRequest, to, records, until }, office),
      );
    });

  referral
    .command('list')
    .description('list the referrals that wait at your organisation, the most pressing first')
    .action(onClientList(waiting));

  referral
    .command('read')
    .description('read what a referral brings to you: what was handed over, or the answers')
    .argument('<pseudonym>')
    .argument('<referralId>')
    .option('--store <MSP=URL...>', 'stores that hold parts of the records (SALUS_STORES)')
    .option('--keys <url...>', "key services: your own, then the custodian's (SALUS_KEYS)")
    .requiredOption('--out <folder>', 'where the contents go, each under the ID of its record')
    .action(read);

  inOffice(referral.command('answer'))
    .description('register files as the answer, have the patient agree, and name them')
    .argument('<pseudonym>')
    .argument('<referralId>')
    .argument('[files...]', 'of any kind')
    .option('--record <ids...>', 'records that you have registered already')
    .option('--role <role>', 'who reads it there; physicians unless said otherwise')
    .option('--category <name>', 'category; by the content unless said otherwise')
    .action(
      async (
        pseudonym: string,
        referralId: string,
        files: string[],
        { record: records = [], role, category, ...options }: AnswerOptions,
        command: Command,
      ) => {
        const { answerReferral } = await import('@salus/client/referral');
        const more = { ...(role !== undefined && { role }), ...(category && { category }) };
        const answer = { files, records, ...more };
        await atOffice(command, options, (office) =>
          answerReferral({ pseudonym, referralId }, answer, office),
        );
      },
    );
}

function inOffice(command: Command): Command {
  return registering(command).requiredOption(
    '--wallet <file>',
    "the patient's invitation to ask the wallet",
  );
}

async function atOffice(
  command: Command,
  options: OfficeOptions,
  act: (office: ReferralOffice) => Promise<Referral>,
): Promise<void> {
  const context = connectedContext(command, 'stores');
  const [{ openDesk }, { readPatientFile }] = await Promise.all([
    import('./open-desk.js'),
    import('./patient-file.js'),
  ]);
  const patient = await readPatientFile(options.patient);
  const wallet = await readJson<WalletInvitation>(options.wallet);
  await withClient(context, async (client) => {
    const desk = await openDesk(client, context, options);
    const { home } = context.settings;
    context.output.result(await act({ ehr: client.ehr, desk, home, patient, wallet }));
  });
}

async function* waiting({ ehr, mspId }: SalusClient): AsyncGenerator<Referral, void> {
  const { triaged } = await import('@salus/client/referral');
  const referrals: Referral[] = [];
  for await (const one of ehr.referrals({ mspId })) referrals.push(one);
  yield* triaged(referrals, Date.now());
}

async function read(
  pseudonym: string,
  referralId: string,
  { out }: { readonly out: string },
  command: Command,
): Promise<void> {
  const context = connectedContext(command, 'stores', 'keys');
  const [{ refOf }, { readReferral }, { recordSources }, { writeVerified }] = await Promise.all([
    import('@salus/client/ehr'),
    import('@salus/client/referral'),
    import('./open-desk.js'),
    import('./write-verified.js'),
  ]);
  await mkdir(out, { recursive: true, mode: 0o700 });
  await withClient(context, async (client) => {
    const sources = { ...(await recordSources(client, context)), client };
    for await (const opened of readReferral(sources, { pseudonym, referralId })) {
      const { decision, details, pieces } = opened;
      const file = path.join(out, details.recordId);
      await writeVerified(file, pieces);
      const { salt: _, ...described } = details;
      context.output.item({ decision: refOf(decision), details: described, file });
    }
  });
}
