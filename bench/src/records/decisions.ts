import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { SalusClient } from '@salus/client';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { enlargeSnapshot } from '@salus/network';
import type { BenchNetwork } from '../bench-network.js';
import { latencies } from '../load.js';
import { percentile } from '../stats.js';
import { PeerLedger } from './peer-ledger.js';
import { GRANTEE, populate, populationOf, type Populated } from './population.js';

/** Grants on the ledger, patient by patient ten of them and a hundred records. */
const SIZES = [1_000, 10_000, 100_000];
const DECISIONS = 500;
const WARM_UP = 50;
const SAMPLES = 1_000;

/** Decisions by evaluation on a ledger of a size. */
export interface DecisionTimes extends Populated {
  readonly entries: number;
  readonly prepareSeconds: number;
  readonly joinSeconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

interface Sample {
  readonly pseudonym: string;
  readonly recordId: string;
}

/**
 * Consent decisions by evaluation on an idle network whose peer has joined by a prepared snapshot, with
 * 1,000, 10,000 and 100,000 grants of other patients.
 */
export async function decisionTimes(
  network: BenchNetwork,
  report: (line: string) => void,
): Promise<DecisionTimes[]> {
  const ledger = new PeerLedger(network, organizationOf(GRANTEE));
  const base = await ledger.takeSnapshot();
  const times: DecisionTimes[] = [];
  for (const grants of SIZES) {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'salus-snapshot-'));
    try {
      const prepared = await prepare(base, path.join(folder, 'snapshot'), network.channel, grants);
      const joinSeconds = await ledger.joinBy(path.join(folder, 'snapshot'));
      await using client = await network.connect(organizationOf(GRANTEE), 'physician');
      const { p50Ms, p99Ms } = await measure(client, prepared.samples);
      const { entries, prepareSeconds } = prepared;
      const one = { ...populationOf(grants), entries, prepareSeconds, joinSeconds, p50Ms, p99Ms };
      report(JSON.stringify({ decisions: one }));
      times.push(one);
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  return times;
}

async function prepare(base: string, target: string, channel: string, grants: number) {
  const samples: Sample[] = [];
  const { patients } = populationOf(grants);
  const every = Math.max(1, Math.floor(patients / SAMPLES));
  let seen = 0;
  const started = performance.now();
  const state = populate(channel, patients, (pseudonym, recordId) => {
    if (seen++ % every === 0) samples.push({ pseudonym, recordId });
  });
  const entries = await enlargeSnapshot(base, target, 'ehr', state);
  return { samples, entries, prepareSeconds: (performance.now() - started) / 1000 };
}

/** Another patient each time, so that the peer's caches hold none for long. */
async function measure(client: SalusClient, samples: readonly Sample[]) {
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  let next = 0;
  const decide = async () => {
    const { pseudonym, recordId } = samples[next++ % samples.length] ?? fail();
    const request = { pseudonym, recordId, purpose: 'TREAT', hpkePublicKey } as const;
    const { permitted, reason } = await client.ehr.evaluateAccess(request);
    if (!permitted) throw new Error(`A decision that the grants permit was denied: ${reason}`);
  };
  await latencies(decide, WARM_UP);
  const sample = await latencies(decide, DECISIONS);
  return { p50Ms: percentile(sample, 50), p99Ms: percentile(sample, 99) };
}

function organizationOf(mspId: string): string {
  return mspId.replace(/MSP$/, '');
}

function fail(): never {
  throw new Error('The population has no patient');
}
