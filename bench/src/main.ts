import './quiet.js';
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bareContract, BenchNetwork } from './bench-network.js';
import { cliStart } from './cli-start.js';
import { addition } from './compute/addition.js';
import { compute } from './compute/compute.js';
import { proofs } from './compute/proofs.js';
import { chaincodeMemory } from './computation/chaincode-memory.js';
import { computation } from './computation/computation.js';
import { hostileInputs } from './hostile/hostile-inputs.js';
import { leaderKills } from './leader-kills.js';
import { latencies } from './load.js';
import { opening } from './opening/opening.js';
import { records } from './records/records.js';
import { sdkLoad } from './sdk/sdk-load.js';
import { sdkSize } from './sdk/sdk-size.js';
import { percentile } from './stats.js';
import { throughput } from './throughput.js';
import { Wallet } from './wallet.js';

const GRANTS_FOR_LATENCY = 200;
const WARM_UP = 20;

const report = (line: string): void => {
  console.error(line);
};

function machine(): Record<string, unknown> {
  const [cpu] = os.cpus();
  return {
    processor: cpu?.model ?? 'unknown',
    cores: os.cpus().length,
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    node: process.version,
  };
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], {
      cwd: __dirname,
      encoding: 'utf8',
    }).trim();
  } catch {
    return 'unknown';
  }
}

/** What can be measured, each for itself, mostly on a network of its own: `npm run bench -- PART`, all without one. */
const parts: Readonly<Record<string, () => Promise<object>>> = {
  foundation,
  'leader-kills': killsOfLeaders,
  records: () => records(report),
  compute: () => compute(report),
  addition: () => addition(report),
  'hostile-inputs': () => hostileInputs(report),
  'encryption-proofs': () => proofs(report),
  computation: () => computation(report),
  opening: () => opening(report),
  'sdk-load': () => sdkLoad(report),
  'sdk-size': () => sdkSize(report),
  'chaincode-memory': () => chaincodeMemory(report),
  'cli-start': () => cliStart(report),
};

async function killsOfLeaders(): Promise<object> {
  await using network = await BenchNetwork.create();
  report('starting a network of its own');
  await network.command('up', 'createChannel', '-ca');
  await network.command('deployCC', '-ccn', 'bare', '-ccp', bareContract);
  await using client = await network.connect('CityHospital', 'registrar');
  return await leaderKills(network, client, report);
}

async function foundation(): Promise<object> {
  await using network = await BenchNetwork.create();
  report('starting a network of its own');
  const upSeconds = await network.command('up', 'createChannel', '-ca');
  const deploySeconds = await network.command('deployCC');
  await network.command('deployCC', '-ccn', 'bare', '-ccp', bareContract);
  report(
    `up and joined ${upSeconds.toFixed(1)} s, contracts deployed ${deploySeconds.toFixed(1)} s`,
  );

  using wallet = new Wallet(network.channel);
  await using client = await network.connect('CityHospital', 'registrar');
  const registrations = await wallet.registrations();
  await Promise.all(registrations.map((one) => client.ehr.registerPatient(one)));
  await wallet.prepare(GRANTS_FOR_LATENCY + WARM_UP);
  const grant = () => client.ehr.grantAccess(wallet.grant());
  await latencies(grant, WARM_UP);
  const sample = await latencies(grant, GRANTS_FOR_LATENCY);
  const latency = {
    grants: sample.length,
    p50Ms: percentile(sample, 50),
    p99Ms: percentile(sample, 99),
  };
  report(
    `committed grant, idle: p50 ${latency.p50Ms.toFixed(0)} ms, p99 ${latency.p99Ms.toFixed(0)} ms`,
  );

  const rates = await throughput(network, client, wallet, report);
  return { startup: { upSeconds, deploySeconds }, latency, throughput: rates };
}

async function main(wanted: readonly string[]): Promise<void> {
  for (const part of wanted) {
    const measure = parts[part];
    if (!measure) throw new Error(`${part} is no part; there are ${Object.keys(parts).join(', ')}`);
    const result = {
      date: new Date().toISOString(),
      commit: commit(),
      machine: machine(),
      ...(await measure()),
    };
    const folder = path.join(__dirname, '..', 'results');
    mkdirSync(folder, { recursive: true });
    const text = `${JSON.stringify(result, null, 2)}\n`;
    writeFileSync(path.join(folder, `${result.date.slice(0, 10)}-${part}.json`), text);
    console.log(text);
  }
}

const wanted = process.argv.slice(2);
main(wanted.length > 0 ? wanted : Object.keys(parts)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
