import { setTimeout as pause } from 'node:timers/promises';
import type { SalusClient } from '@salus/client';
import type { BenchNetwork } from './bench-network.js';
import { median } from './stats.js';

const KILLS = 5;
const LANES = 4;
const LANE_PAUSE_MS = 50;
/** Writes that must have been acknowledged before a kill, and after one before it counts as over. */
const SETTLED_WRITES = 20;
const RESUME_LIMIT_MS = 60_000;
const POLL_MS = 20;
/** Reads in flight while the acknowledged writes are looked for. */
const READS = 16;

/** What killing the orderer that led the channel brought. */
export interface LeaderKill {
  readonly leader: string;
  /** The longest time without an acknowledged write after the kill. */
  readonly stallMs: number;
  /** How long `restart` took until the orderer took part in consensus again. */
  readonly restartMs: number;
}

export interface LeaderKills {
  readonly kills: readonly LeaderKill[];
  readonly medianStallMs: number;
  readonly worstStallMs: number;
  readonly acknowledged: number;
  readonly failed: number;
  /** Acknowledged writes that a peer of another organization doesn't have: must be none. */
  readonly lost: number;
}

/** Writes new keys until it is stopped, and remembers which were acknowledged, and when. */
class Writer {
  readonly acknowledged: { readonly key: string; readonly at: number }[] = [];
  failed = 0;
  #stopped = false;
  #count = 0;
  readonly #lanes: Promise<void>[];

  constructor(put: (key: string) => Promise<unknown>) {
    this.#lanes = Array.from({ length: LANES }, () => this.#run(put));
  }

  /** Waits for a number of acknowledgements from a moment on and gives the longest pause in them. */
  async resumed(since: number): Promise<number> {
    for (;;) {
      const times = this.acknowledged.map(({ at }) => at).filter((at) => at > since);
      const now = performance.now();
      const marks = [since, ...times, now];
      const stall = Math.max(...marks.slice(1).map((mark, index) => mark - (marks[index] ?? 0)));
      const last = marks.at(-2) ?? since;
      // Writes under way when the leader was killed may still be acknowledged right after it.
      const after = times.filter((at) => at > since + 1_000);
      if (after.length >= SETTLED_WRITES && now - last < 500) return stall;
      if (now - since > RESUME_LIMIT_MS) throw new Error('Commits did not resume');
      await pause(POLL_MS);
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#lanes);
  }

  async #run(put: (key: string) => Promise<unknown>): Promise<void> {
    while (!this.#stopped) {
      const key = `leader-kills-${String((this.#count += 1))}`;
      try {
        await put(key);
        this.acknowledged.push({ key, at: performance.now() });
      } catch {
        this.failed += 1;
      }
      await pause(LANE_PAUSE_MS);
    }
  }
}

async function missing(
  client: SalusClient,
  keys: readonly string[],
  mspId: string,
): Promise<number> {
  const bare = client.contract('bare');
  const has = (key: string) =>
    bare.evaluate('get', { args: [key], endorsingOrganizations: [mspId] }).then(
      (value) => value.toString() === key,
      () => false,
    );
  let lost = 0;
  for (let from = 0; from < keys.length; from += READS) {
    const found = await Promise.all(keys.slice(from, from + READS).map(has));
    lost += found.filter((each) => !each).length;
  }
  return lost;
}

/**
 * Kills the orderer that leads five times in a row under writes. Each kill comes as soon as the
 * restart of the one before says that it takes part in consensus again.
 */
export async function leaderKills(
  network: BenchNetwork,
  client: SalusClient,
  report: (line: string) => void,
): Promise<LeaderKills> {
  const bare = client.contract('bare');
  const writer = new Writer((key) => bare.submit('put', { args: [key, key] }));
  const kills: LeaderKill[] = [];
  try {
    await writer.resumed(performance.now());
    for (let kill = 0; kill < KILLS; kill += 1) {
      const leader = await network.leader();
      await network.kill(leader);
      const stallMs = await writer.resumed(performance.now());
      const restartMs = (await network.command('restart', leader)) * 1000;
      report(
        `${leader} led and was killed: commits resumed after ${stallMs.toFixed(0)} ms, ` +
          `it took part again ${restartMs.toFixed(0)} ms after its restart`,
      );
      kills.push({ leader, stallMs, restartMs });
    }
  } finally {
    await writer.stop();
  }
  const keys = writer.acknowledged.map(({ key }) => key);
  await using other = await network.connect('Insurer', 'adjuster');
  const stalls = kills.map((each) => each.stallMs);
  return {
    kills,
    medianStallMs: median(stalls),
    worstStallMs: Math.max(...stalls),
    acknowledged: keys.length,
    failed: writer.failed,
    lost: await missing(other, keys, 'InsurerMSP'),
  };
}
