import type { SalusClient } from '@salus/client';
import type { BenchNetwork } from './bench-network.js';
import { runLoad } from './load.js';
import { median } from './stats.js';
import type { Wallet } from './wallet.js';

const PAIRS = 5;
const LOAD = { seconds: 8, inFlight: 100 };
/** More than any of these machines commits in one run. */
const GRANTS_PER_RUN = 5_000;

/** One side of a pair. CPU in milliseconds a committed transaction. */
export interface Rate {
  readonly perSecond: number;
  readonly committed: number;
  readonly serverCpuMs: number;
  readonly clientCpuMs: number;
}

export interface Throughput {
  readonly pairs: readonly { readonly bare: Rate; readonly grant: Rate; readonly ratio: number }[];
  readonly medianRatio: number;
  readonly medianBarePerSecond: number;
  readonly medianGrantPerSecond: number;
  readonly memoryUnderLoadMiB: number;
}

/** The rate of an operation under load, and what it costs. */
export async function measureRate(
  network: BenchNetwork,
  operation: (index: number) => Promise<unknown>,
  load = LOAD,
): Promise<Rate> {
  const [server, client] = [await network.cpuSeconds(), process.cpuUsage()];
  const { committed, failed, perSecond, firstError } = await runLoad(operation, load);
  if (failed > 0)
    throw new Error(`${failed} of the load's transactions failed: ${firstError ?? ''}`);
  const { user, system } = process.cpuUsage(client);
  return {
    perSecond,
    committed,
    serverCpuMs: (((await network.cpuSeconds()) - server) * 1000) / committed,
    clientCpuMs: (user + system) / 1000 / committed,
  };
}

/** Committed grants against a contract that writes one key, in turn, five times. */
export async function throughput(
  network: BenchNetwork,
  client: SalusClient,
  wallet: Wallet,
  report: (line: string) => void,
): Promise<Throughput> {
  const bare = client.contract('bare');
  const run = Date.now().toString(36);
  const pairs = [];
  let memory = 0;
  for (let pair = 0; pair < PAIRS; pair++) {
    await wallet.prepare(GRANTS_PER_RUN);
    const bareRate = await measureRate(network, (index) =>
      bare.submit('put', { args: [`${run}-${pair}-${index}`, 'x'.repeat(64)] }),
    );
    const watch = setInterval(() => {
      void network.memoryMiB().then((now) => (memory = Math.max(memory, now)));
    }, 3_000);
    const grantRate = await measureRate(network, () => client.ehr.grantAccess(wallet.grant()));
    clearInterval(watch);
    const ratio = grantRate.perSecond / bareRate.perSecond;
    report(
      `pair ${pair + 1}: bare ${bareRate.perSecond.toFixed(1)}/s (server ${bareRate.serverCpuMs.toFixed(1)} ms, ` +
        `client ${bareRate.clientCpuMs.toFixed(1)} ms CPU each), grant ${grantRate.perSecond.toFixed(1)}/s ` +
        `(server ${grantRate.serverCpuMs.toFixed(1)} ms, client ${grantRate.clientCpuMs.toFixed(1)} ms), ` +
        `ratio ${ratio.toFixed(2)}`,
    );
    pairs.push({ bare: bareRate, grant: grantRate, ratio });
  }
  return {
    pairs,
    medianRatio: median(pairs.map(({ ratio }) => ratio)),
    medianBarePerSecond: median(pairs.map((pair) => pair.bare.perSecond)),
    medianGrantPerSecond: median(pairs.map((pair) => pair.grant.perSecond)),
    memoryUnderLoadMiB: memory,
  };
}
