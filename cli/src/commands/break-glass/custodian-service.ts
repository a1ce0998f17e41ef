import type { SalusClient } from '@salus/client';
import { consentLedger, currentMembers } from '@salus/client/trust';
import { CustodianHome, startCustodian, watchCustodian } from '@salus/custodian-service';
import { passphraseFromEnvironment, readServiceTls, serveUntilTold } from '@salus/service-kit';
import { withServiceClient, type CliContext } from '../../command-line/context.js';
import { wholeNumber } from '../../command-line/input.js';
import { placeOf, type ListeningOptions } from '../../command-line/listening.js';
import { logLine } from '../../command-line/log-line.js';

export interface ServeOptions extends ListeningOptions {
  readonly escalateEvery: string;
}

const DAY_SECONDS = 86_400;

/** Makes the home of an organisation's shares, or opens it. */
export function openHome({ settings }: CliContext): Promise<CustodianHome> {
  return CustodianHome.open(settings.home, passphraseFromEnvironment());
}

/** Takes part in making keys, and answers emergencies, until told to end. */
export async function serveCustodian(context: CliContext, options: ServeOptions): Promise<void> {
  const home = await openHome(context);
  await withServiceClient(context, (client) => serve(client, home, options));
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
  const service = await startCustodian({
    mspId,
    home,
    report: logLine,
    channel,
    ledger: { ...ehr, ...consentLedger(client) },
    members: currentMembers(client),
    ...placeOf(place),
    tls: await readServiceTls(folder),
  });
  const ending = new AbortController();
  const { signal } = ending;
  const watching = watchCustodian(
    { mspId, home, report: logLine, ledger: ehr },
    { client, signal, escalateEveryMs },
  );
  try {
    await serveUntilTold(service, { home: folder, name: 'custodian' });
  } finally {
    ending.abort();
    await watching;
  }
}
