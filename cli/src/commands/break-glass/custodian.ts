import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { connect, type SalusClient } from '@salus/client';
import type { EhrClient } from '@salus/client/ehr';
import { consentLedger, currentMembers } from '@salus/client/trust';
import { isGenuine } from '@salus/crypto/threshold-kem';
import {
  judgeComplaint,
  CustodianHome,
  startCustodian,
  dealingOf,
  dealingsOf,
  watchCustodian,
} from '@salus/custodian-service';
import { SalusError } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import { passphraseFromEnvironment, readServiceTls, serveUntilTold } from '@salus/service-kit';
import { connectOptions, contextOf, onClient } from '../../command-line/context.js';
import { wholeNumber } from '../../command-line/input.js';
import { listening, placeOf, type ListeningOptions } from '../../command-line/listening.js';

interface ServeOptions extends ListeningOptions {
  readonly escalateEvery: string;
}

interface DealOptions {
  readonly threshold: string;
  readonly custodians: string[];
  readonly wait: string;
}

const DAY_SECONDS = 86_400;
const POLL_MS = 500;

/** `salus custodian …`. */
export function registerCustodianCommands(program: Command): void {
  const custodian = program
    .command('custodian')
    .description('the organisations that together open a record in an emergency');
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
      const { settings, output } = contextOf(command);
      const home = await CustodianHome.open(settings.home, passphraseFromEnvironment());
      output.result({ home: home.folder, shares: await home.countShares() });
    });
}

function registerServe(custodian: Command): void {
  listening(custodian.command('serve'))
    .description('take part in making keys, and answer emergencies, until told to end')
    .option('--escalate-every <seconds>', 'how often to look for overdue reviews', '60')
    .action(async (options: ServeOptions, command: Command) => {
      const { settings } = contextOf(command);
      const home = await CustodianHome.open(settings.home, passphraseFromEnvironment());
      // A decision that only another organisation's peer tells of is none.
      await using client = await connect({ ...connectOptions(settings), failover: false });
      await serve(client, home, options);
    });
}

async function serve(
  client: SalusClient,
  home: CustodianHome,
  { escalateEvery, ...place }: ServeOptions,
): Promise<void> {
  const { mspId, channel, ehr } = client;
  const { folder } = home;
  const range = { from: 1, to: DAY_SECONDS };
  const escalateEveryMs = 1000 * wholeNumber('--escalate-every', escalateEvery, range);
  const report = (line: object) => process.stderr.write(`${JSON.stringify(line)}\n`);
  const service = await startCustodian({
    ...{ mspId, home, report, channel },
    ledger: { ...ehr, ...consentLedger(client) },
    members: currentMembers(client),
    ...placeOf(place),
    tls: await readServiceTls(folder),
  });
  const ending = new AbortController();
  const { signal } = ending;
  const watching = watchCustodian(
    { mspId, home, report, ledger: ehr },
    { client, signal, escalateEveryMs },
  );
  try {
    await serveUntilTold(service, { home: folder, name: 'custodian' });
  } finally {
    ending.abort();
    await watching;
  }
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
        const { value } = await ehr.endCustodianKey({ keyId });
        return standingOf(value);
      }),
    );
}

const OVER: ReadonlySet<CustodianKey['status']> = new Set(['ACTIVE', 'RETIRED', 'FAILED']);

async function followed(ehr: EhrClient, keyId: string, seconds: number): Promise<CustodianKey> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const key = await ehr.getCustodianKey(keyId);
    if (key.status === 'FAILED') {
      throw new SalusError('ERR_CEREMONY_FAILED', `The ceremony of ${keyId} has failed`, {
        got: `ended by ${key.complaint?.by ?? key.failedBy ?? 'nobody'}`,
        remedy: `look who is at fault (salus custodian status ${keyId}), and deal another key`,
      });
    }
    if (OVER.has(key.status) || Date.now() >= end) return key;
    await sleep(POLL_MS);
  }
}

/** The organisation at fault where a custodian complained. */
async function faultOf(key: CustodianKey): Promise<string | undefined> {
  const { complaint, dealings } = key;
  if (!complaint) return undefined;
  const { by, dealer, evidence } = complaint;
  const dealing = dealingOf(key, dealer);
  if (!dealing) return dealer;
  const sealedShare = dealings[dealer]?.sealedShares?.find(({ recipient }) => recipient === by);
  const fault = await judgeComplaint({
    ...{ terms: key, by, dealer, dealing, sealedShare, evidence },
    hpkePublicKey: dealings[by]?.hpkePublicKey ?? '',
  });
  return fault === 'dealer' ? dealer : by;
}

/** What is worth telling of a key. */
function standingOf(key: CustodianKey) {
  const { keyId, status, threshold, custodians, publicKey, complaint } = key;
  const isMade = status === 'ACTIVE' || status === 'RETIRED';
  return {
    ...{ keyId, status, threshold, custodians },
    ...(publicKey !== undefined && { publicKey }),
    // Recomputed here: the contract does no arithmetic on curves.
    ...(isMade && { genuine: isGenuine(key, dealingsOf(key)) }),
    ...(complaint && { complaint }),
  };
}
