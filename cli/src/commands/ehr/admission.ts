import type { Command } from 'commander';
import type { WalletInvitation } from '@salus/client/wallet';
import { onClient } from '../../command-line/context.js';
import { readJson } from '../../command-line/input.js';

interface AdmitOptions {
  readonly out: string;
  readonly new?: boolean;
}

/** `salus ehr admit`: what a hospital needs of a wallet before it registers records. */
export function registerAdmissionCommands(ehr: Command): void {
  ehr
    .command('admit')
    .description(
      "ask a patient's wallet for what registering records takes, and wait for the answer",
    )
    .argument('<invitation>', 'file that `salus wallet invite` wrote, or -')
    .requiredOption('--out <file>', 'where pseudonym, kid and tagKey go; keep it secret')
    .option('--new', 'register the patient, whose identity you have proofed (role registrar)')
    .action(
      onClient(async ({ ehr: ledger }, file: string, options: AdmitOptions) => {
        const [{ writeAtomically }, { admitPatient }] = await Promise.all([
          import('@salus/client/home'),
          import('@salus/client/records'),
        ]);
        const invitation = await readJson<WalletInvitation>(file);
        const patient = await admitPatient(ledger, invitation, { isNew: options.new ?? false });
        await writeAtomically(options.out, Buffer.from(`${JSON.stringify(patient, null, 2)}\n`));
        return { pseudonym: patient.pseudonym, kid: patient.kid, file: options.out };
      }),
    );
}
