/** What an orderer's metrics tell of its part in one channel's consensus. */
export interface ChannelPart {
  readonly channel: string;
  readonly view: number;
  /** Whether it works in the view: not while it asks for another leader, or fetches blocks. */
  readonly active: boolean;
  readonly leaderId: number;
  /** The block it works on. */
  readonly sequence: number;
  /** How many blocks it decided with the others since its start; those it fetched don't count. */
  readonly decided: number;
}

const metricNames = {
  view: 'consensus_smartbft_view_number',
  phase: 'consensus_smartbft_view_phase',
  leaderId: 'consensus_smartbft_view_leader_id',
  sequence: 'consensus_smartbft_view_proposal_sequence',
  decided: 'consensus_smartbft_view_count_batch_all',
} as const;

/** SmartBFT's number of the phase of a view that has ended. */
const abortPhase = 3;

/** Reads the channels' consensus out of an orderer's metrics (Prometheus text format). */
export function channelParts(text: string): ChannelPart[] {
  const values = new Map<string, Map<string, number>>();
  for (const [, name, channel, value] of text.matchAll(
    /^(consensus_smartbft_\w+)\{channel="([^"]+)"\} (\S+)$/gm,
  )) {
    if (name === undefined || channel === undefined) continue;
    const metrics = values.get(channel) ?? new Map<string, number>();
    values.set(channel, metrics.set(name, Number(value)));
  }
  return [...values].map(([channel, metrics]) => ({
    channel,
    view: metrics.get(metricNames.view) ?? 0,
    active: metrics.get(metricNames.phase) !== abortPhase,
    leaderId: metrics.get(metricNames.leaderId) ?? 0,
    sequence: metrics.get(metricNames.sequence) ?? 0,
    decided: metrics.get(metricNames.decided) ?? 0,
  }));
}

/** How many of a number of orderers SmartBFT needs to go on. */
export function quorumOf(orderers: number): number {
  const faults = Math.floor((orderers - 1) / 3);
  return Math.ceil((orderers + faults + 1) / 2);
}

/** Blocks that an orderer has to decide in a row before it counts as taking part. */
const enoughBlocks = 5;
/** How long it has to stay level with the others where too few blocks come. */
const enoughMilliseconds = 3_000;
/** An orderer at work fetches what it missed within seconds: one that stands still is stuck. */
const stuckMilliseconds = 15_000;

const highest = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b), 0);

/** Watches one orderer in one channel. */
export class Watch {
  /** Since when it decides every block itself. */
  #since: { readonly part: ChannelPart; readonly at: number } | undefined;
  /** When it last had a new block, and how far the others were then. */
  #moved: { readonly sequence: number; readonly others: number; readonly at: number } | undefined;

  /**
   * Looks at it once more. It is `taking part` when it has decided every block of late itself, enough of
   * them or for long enough. It is `stuck` when it stands still while the others go on.
   */
  look(
    part: ChannelPart | undefined,
    others: readonly ChannelPart[],
    now: number,
  ): 'taking part' | 'waiting' | 'stuck' {
    const farthest = highest(others.map(({ sequence }) => sequence));
    const sequence = part?.sequence ?? 0;
    if (sequence !== this.#moved?.sequence) this.#moved = { sequence, others: farthest, at: now };
    if (part && this.#takesPart(part, others, now)) return 'taking part';
    const still = now - this.#moved.at >= stuckMilliseconds;
    const behind = farthest > sequence && farthest >= this.#moved.others + enoughBlocks;
    return still && behind ? 'stuck' : 'waiting';
  }

  #takesPart(part: ChannelPart, others: readonly ChannelPart[], now: number): boolean {
    const since = this.#since;
    const blocks = part.sequence - (since?.part.sequence ?? 0);
    const decided = part.decided - (since?.part.decided ?? 0);
    // Those of the newest view are right; the orderer itself may be the first of them.
    const inView = part.active && part.view >= highest(others.map((o) => o.view));
    if (!since || !inView || part.view !== since.part.view || decided < blocks) {
      this.#since = { part, at: now };
      return false;
    }
    if (blocks >= enoughBlocks) return true;
    const level = part.sequence >= highest(others.map(({ sequence }) => sequence));
    return level && now - since.at >= enoughMilliseconds;
  }
}
