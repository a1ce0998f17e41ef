import type { Command } from 'commander';
import type { PolicyTerms } from '@salus/client/claims';
import type { WalletInvitation } from '@salus/client/wallet';
import type { CreatePolicyRequest } from '@salus/protocol/claims';
import {
  connectedContext,
  onClient,
  onStores,
  withClient,
  withStores,
} from '../../command-line/context.js';
import { readJson, readText, wholeNumber } from '../../command-line/input.js';

/** The longest that one command waits for a committee: a day. */
const MOST_SECONDS = 86_400;

interface Waiting {
  readonly wait: string;
}

/** `salus claims …`: policies, encrypted claims, their totals and settlement. */
export function defineClaims(claims: Command): void {
  registerPolicyCommands(claims);
  registerHospitalCommands(claims);
  registerOutcomeCommands(claims);
  registerQueries(claims);
}

function registerPolicyCommands(claims: Command): void {
  claims
    .command('create-policy')
    .description("put a policy's benefits on the ledger (insurer, role adjuster)")
    .argument('<policy>', 'JSON file {policyId, holder, auditor, currency, benefits, …}, or -')
    .option(
      '--invitation <file>',
      'file that `salus wallet invite NAME --kind insurer` wrote: the wallet names the holder',
    )
    .action(
      onClient(async ({ claims }, file: string, { invitation }: { invitation?: string }) => {
        if (invitation === undefined) {
          return claims.createPolicy(await readJson<CreatePolicyRequest>(file));
        }
        const asked = await readJson<WalletInvitation>(invitation);
        return claims.insure(asked, await readJson<PolicyTerms>(file));
      }),
    );

  claims
    .command('policy')
    .description('show a policy')
    .argument('<policyId>')
    .action(onClient(({ claims }, policyId: string) => claims.getPolicy(policyId)));
}

function registerHospitalCommands(claims: Command): void {
  withStores(claims.command('submit'))
    .description('encrypt the amounts of a claim, submit it and its sum (hospital, role billing)')
    .argument(
      '<claim>',
      'JSON file {claimId, policyId, keyId, serviceDate, lines: [{category or slot, amount, evidence}]}, or -',
    )
    .action(
      onStores(async ({ claims }, at, file: string) => {
        const { readClaim } = await import('./claim-file.js');
        const { receipt, evidence, service } = await claims.using(at).submit(await readClaim(file));
        return { ...receipt, evidence, service };
      }),
    );

  withStores(claims.command('sum'))
    .description('complete a claim whose `submit` was cut off (hospital, role billing)')
    .argument('<claimId>')
    .action(onStores(({ claims }, at, claimId: string) => claims.using(at).sum(claimId)));
}

function registerOutcomeCommands(claims: Command): void {
  claims
    .command('request-opening')
    .description('ask the committee for the totals, and wait for nobody (insurer, role adjuster)')
    .argument('<claimId>')
    .action(onClient(({ claims }, claimId: string) => claims.ask(claimId)));

  withWaiting(withStores(claims.command('open')))
    .description('ask for the totals of a claim, and show them (roles adjuster and auditor)')
    .argument('<claimId>')
    .action(
      onStores(async ({ claims }, at, claimId: string, waiting: Waiting) => {
        const opened = await claims.using(at).open(claimId, timeOf(waiting));
        const { openingId, currency, benefits, claimedMinor, plausible, openers, liars } = opened;
        return { claimId, openingId, currency, benefits, claimedMinor, plausible, openers, liars };
      }),
    );

  withWaiting(withStores(claims.command('decide')))
    .description('open a claim, and adjudicate it by its policy (roles adjuster and auditor)')
    .argument('<claimId>')
    .action(
      onStores(({ claims }, at, claimId: string, waiting: Waiting) =>
        claims.using(at).decide(claimId, timeOf(waiting)),
      ),
    );

  claims
    .command('pay')
    .description('record the payment of an adjudicated claim, once (insurer, role adjuster)')
    .argument('<claimId>')
    .requiredOption('--reference <file>', "file with the payment's reference, or -")
    .action(async (claimId: string, { reference }: { reference: string }, command: Command) => {
      const context = connectedContext(command);
      const { home } = context.settings;
      const result = await withClient(context, async ({ claims }) =>
        claims.using({ home }).pay(claimId, await readText(reference)),
      );
      context.output.result(result);
    });
}

function registerQueries(claims: Command): void {
  claims
    .command('claim')
    .description('show a claim: hashes of its lines, and how far it is')
    .argument('<claimId>')
    .action(onClient(({ claims }, claimId: string) => claims.getClaim(claimId)));

  claims
    .command('key')
    .description("show the committee's collective key")
    .argument('<keyId>')
    .action(onClient((client, keyId: string) => client.computation('claims').getKey(keyId)));

  claims
    .command('opening')
    .description('show the decision on an opening, and who has answered')
    .argument('<openingId>')
    .action(
      onClient((client, openingId: string) => client.computation('claims').getOpening(openingId)),
    );

  claims
    .command('adjudication')
    .description("show a claim's amounts (insurer and auditor only)")
    .argument('<claimId>')
    .action(onClient(({ claims }, claimId: string) => claims.getAdjudication(claimId)));
}

function withWaiting(command: Command): Command {
  return command.option('--wait <seconds>', 'how long to wait for the committee', '120');
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
function timeOf({ wait }: Waiting) {
  const seconds = wholeNumber('--wait', wait, { from: 0, to: MOST_SECONDS });
  return { timeoutMs: seconds * 1000 };
}
