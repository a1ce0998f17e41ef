import { MAX_PAGE_SIZE } from '@salus/protocol';
import { Option, type Command } from 'commander';
import type { EhrClient } from '@salus/client/ehr';
import type { RequestRecoveryRequest, SealedCategoryKey, StatusRequest } from '@salus/protocol/ehr';
import { onClient } from '../../command-line/context.js';
import { readJson } from '../../command-line/input.js';
import { readDeposits, readSigned, STATEMENT } from './statement.js';

/** Statements that anybody may relay, by command. */
const relays = {
  'end-key': ['endKey', 'relay that a key is retired or lost'],
  'set-guardians': ['setGuardians', 'relay who the guardians are'],
  'veto-recovery': ['vetoRecovery', "relay a patient's veto of a recovery that waits"],
  'add-delegate': ['addDelegate', 'relay a delegation'],
  'end-delegate': ['endDelegate', "relay a delegation's end"],
  'set-category-keys': ['setCategoryKeys', "relay the public halves of categories' keys"],
} as const satisfies Record<string, readonly [keyof EhrClient, string]>;

/** What a wallet hands out for a grantee's organisation beside a grant. */
interface CategoryKeyDeposit {
  readonly grantee: string;
  readonly statement: string;
  readonly keys: readonly SealedCategoryKey[];
}

export function registerPatientCommands(ehr: Command): void {
  ehr
    .command('register-patient')
    .description('register a pseudonym and its key (role registrar)')
    .argument('<statement>', STATEMENT)
    .action(onClient(async ({ ehr }, file: string) => ehr.registerPatient(await readSigned(file))));

  ehr
    .command('patient')
    .description("show a patient's keys, delegates, guardians and status")
    .argument('<pseudonym>')
    .action(onClient(({ ehr }, pseudonym: string) => ehr.getPatient(pseudonym)));

  ehr
    .command('add-key')
    .description("relay a patient's new key, and the proof that it is held")
    .argument('<addition>', STATEMENT)
    .argument('[possession]', 'file with what the new key signed, where the answer is not one file')
    .action(
      onClient(async ({ ehr }, addition: string, possession?: string) =>
        ehr.addKey({
          addition: await readSigned(addition),
          possession: await readSigned(possession ?? addition, 'possession'),
        }),
      ),
    );

  for (const [name, [transaction, description]] of Object.entries(relays)) {
    ehr
      .command(name)
      .description(description)
      .argument('<statement>', STATEMENT)
      .action(onClient(async ({ ehr }, file: string) => ehr[transaction](await readSigned(file))));
  }

  ehr
    .command('touched-by-key')
    .description('list what a key signed, what of it holds, and what it could open')
    .argument('<pseudonym>')
    .argument('<kid>', 'thumbprint of the key')
    .option('--bookmark <bookmark>', 'of the page of records before')
    .action(
      onClient(({ ehr }, pseudonym: string, kid: string, options: { bookmark?: string }) =>
        ehr.touchedByKey({ pseudonym, kid, pageSize: MAX_PAGE_SIZE, ...options }),
      ),
    );

  ehr
    .command('request-recovery')
    .description("bring guardians' approvals of a patient's new key")
    .argument('<request>', 'file with JSON {pseudonym, approvals, possession}, or -')
    .action(
      onClient(async ({ ehr }, file: string) =>
        ehr.requestRecovery(await readJson<RequestRecoveryRequest>(file)),
      ),
    );

  ehr
    .command('complete-recovery')
    .description('put a recovered key into force once its delay has passed')
    .argument('<pseudonym>')
    .action(onClient(({ ehr }, pseudonym: string) => ehr.completeRecovery(pseudonym)));

  for (const verb of ['propose', 'confirm'] as const) {
    ehr
      .command(`${verb}-status`)
      .description(
        verb === 'propose'
          ? 'propose that a patient is incapacitated, deceased or active (role registrar)'
          : "confirm another organisation's proposal (role registrar)",
      )
      .argument('<pseudonym>')
      .addOption(
        new Option('--status <status>', 'what becomes of the patient')
          .choices(['ACTIVE', 'INCAPACITATED', 'DECEASED'])
          .makeOptionMandatory(),
      )
      .requiredOption('--evidence-hash <sha256>', 'of the report, which stays with you')
      .action(
        onClient(({ ehr }, pseudonym: string, options: Omit<StatusRequest, 'pseudonym'>) => {
          const request = { pseudonym, ...options };
          return verb === 'propose' ? ehr.proposeStatus(request) : ehr.confirmStatus(request);
        }),
      );
  }

  ehr
    .command('deposit-category-keys')
    .description("hand grantees' organisations the categories' keys that the wallet sealed to them")
    .argument(
      '<deposits>',
      'file with JSON [{grantee, statement, keys}], or with the --json answer of the wallet; or -',
    )
    .action(
      onClient(async ({ ehr }, file: string) => {
        const deposited = [];
        for (const one of await readDeposits<CategoryKeyDeposit>(file)) {
          const { grantee, statement, keys } = one;
          deposited.push((await ehr.depositCategoryKeys(statement, grantee, keys)).value);
        }
        return deposited;
      }),
    );
}
