import type { Command } from 'commander';
import { contextOf, onClient } from '../../command-line/context.js';
import { wholeNumber } from '../../command-line/input.js';
import { listening } from '../../command-line/listening.js';
import type { ServeOptions } from './custodian-service.js';

interface DealOptions {
  readonly threshold: string;
  readonly custodians: string[];
  readonly wait: string;
}

const DAY_SECONDS = 86_400;

/** `salus custodian …`. */
export function defineCustodian(custodian: Command): void {
  registerInit(custodian);
  registerServe(custodian);
  registerDeal(custodian);
  registerStatus(custodian);
}

function registerInit(custodian: Command): void {
  custodian
    .command('init')
    .description("make the home of this organisation's shares (SALUS_PASSPHRASE)")
    .action(async (_options: object, command: Command) => {
      const context = contextOf(command);
      const { openHome } = await import('./custodian-service.js');
      const home = await openHome(context);
      context.output.result({ home: home.folder, shares: await home.countShares() });
    });
}

function registerServe(custodian: Command): void {
  listening(custodian.command('serve'))
    .description('take part in making keys, and answer emergencies, until told to end')
    .option('--escalate-every <seconds>', 'how often to look for overdue reviews', '60')
    .action(async (options: ServeOptions, command: Command) => {
      const { serveCustodian } = await import('./custodian-service.js');
      await serveCustodian(contextOf(command), options);
    });
}

function registerDeal(custodian: Command): void {
  custodian
    .command('deal')
    .description('propose a key, and follow how the custodians that serve make it')
    .argument('<keyId>')
    .requiredOption('--threshold <number>', 'so many of them open')
    .requiredOption('--custodians <mspIds...>', 'the organisations, in the order that numbers them')
    .option('--wait <seconds>', 'how long to follow; 0 not at all', '300')
    .action(
      onClient(async ({ ehr }, keyId: string, options: DealOptions) => {
        const { custodians } = options;
        const threshold = wholeNumber('--threshold', options.threshold, {
          from: 2,
          to: custodians.length,
        });
        const seconds = wholeNumber('--wait', options.wait, { from: 0, to: DAY_SECONDS });
        const { followed, standingOf } = await import('./custodian-key.js');
        await ehr.proposeCustodianKey({ keyId, threshold, custodians });
        return standingOf(await followed(ehr, keyId, seconds));
      }),
    );
}

function registerStatus(custodian: Command): void {
  custodian
    .command('status')
    .description('show how far a key is; of a failed one, who is at fault')
    .argument('<keyId>')
    .action(
      onClient(async ({ ehr }, keyId: string) => {
        const { faultOf, standingOf } = await import('./custodian-key.js');
        const key = await ehr.getCustodianKey(keyId);
        const atFault = await faultOf(key);
        return { ...standingOf(key), ...(atFault !== undefined && { atFault }) };
      }),
    );

  custodian
    .command('end')
    .description('give a ceremony up, or let nothing more be sealed to a key')
    .argument('<keyId>')
    .action(
      onClient(async ({ ehr }, keyId: string) => {
        const { standingOf } = await import('./custodian-key.js');
        const { value } = await ehr.endCustodianKey({ keyId });
        return standingOf(value);
      }),
    );
}
