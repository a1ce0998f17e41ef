import { createHash } from 'node:crypto';
import { inOrderOfShares } from '@salus/protocol/computation';
import { sha256Hex } from '../bfv/hashing.js';
import { createEngine } from '../engine/engine.js';
import type { Engine } from '../engine/types.js';
import { trialLabel } from './commitment.js';
import { holderSets, sharesHeldBy } from './committee.js';
import type {
  AcceptedShare,
  Committee,
  DealtShare,
  MemberKey,
  PartialOpening,
  ResharedShare,
  ResharePart,
} from './types.js';

export const PROFILE = 'bfv-8192-sum-v1';

/** A committee of n members of which t open. */
export function committeeOf(threshold: number, size: number, prefix = 'Member'): Committee {
  const members = Array.from({ length: size }, (_, index) => `${prefix}${index}MSP`);
  return { members, threshold };
}

/** All members of a committee in one process, as only a test may have them. */
export class Assembly {
  readonly #known = new Map<string, readonly PartialOpening[]>();
  /** By share, where the key was made here. */
  readonly contributions = new Map<string, Uint8Array>();

  constructor(
    readonly engine: Engine,
    readonly committee: Committee,
    readonly keyId: string,
    readonly seed: Uint8Array,
    readonly epoch: number,
    readonly publicKey: Uint8Array,
    readonly keys: ReadonlyMap<string, MemberKey>,
    readonly fingerprints: Readonly<Record<string, string>>,
  ) {}

  static async meet(
    committee: Committee,
    {
      engine = createEngine({ profile: PROFILE }),
      keyId = 'key-1',
    }: { engine?: Engine; keyId?: string } = {},
  ): Promise<Assembly> {
    const seed = createHash('sha256').update(keyId).digest();
    const all: DealtShare[] = [];
    for (const member of committee.members) {
      all.push(...(await engine.dealKey({ keyId, seed, committee, member })).dealt);
    }
    const dealt = inOrderOfShares(all);
    const accepted: Record<string, AcceptedShare> = {};
    for (const { shareId, contribution, package: bytes } of dealt) {
      accepted[shareId] = await engine.acceptShare({
        keyId,
        seed,
        committee,
        shareId,
        contribution: contribution.bytes,
        package: bytes,
      });
    }
    const contributions = dealt.map(({ contribution }) => contribution.bytes);
    const { bytes: publicKey } = await engine.combineKey({ seed, contributions });
    const about = { committee, keyId, seed, epoch: 0, publicKey };
    const assembly = Assembly.of(engine, about, accepted);
    for (const { shareId, contribution } of dealt) {
      assembly.contributions.set(shareId, contribution.bytes);
    }
    return assembly;
  }

  static of(
    engine: Engine,
    about: Pick<Assembly, 'committee' | 'keyId' | 'seed' | 'epoch' | 'publicKey'>,
    accepted: Readonly<Record<string, AcceptedShare>>,
  ): Assembly {
    const { committee, keyId, seed, epoch, publicKey } = about;
    const keys = new Map<string, MemberKey>();
    for (const member of committee.members) {
      const shares = sharesHeldBy(committee, member).map(
        (shareId) => (accepted[shareId] as AcceptedShare).share,
      );
      keys.set(member, { profile: engine.profile, keyId, member, epoch, committee, shares });
    }
    const fingerprints = Object.entries(accepted).map(([id, one]) => [id, one.fingerprint]);
    const posted = Object.fromEntries(fingerprints) as Record<string, string>;
    return new Assembly(engine, committee, keyId, seed, epoch, publicKey, keys, posted);
  }

  key(member: number): MemberKey {
    return [...this.keys.values()][member] as MemberKey;
  }

  async encrypt(values: readonly number[]): Promise<Uint8Array> {
    return (await this.engine.encrypt({ publicKey: this.publicKey, values })).bytes;
  }

  /** Partial openings by some members, of each share once. */
  async partials(
    ciphertext: Uint8Array,
    members: readonly number[] = this.committee.members.map((_, index) => index),
  ): Promise<{ shareId: string; bytes: Uint8Array }[]> {
    const partials = new Map<string, Uint8Array>();
    for (const member of members) {
      for (const one of await this.#partialsOf(member, ciphertext)) {
        partials.set(one.shareId, one.bytes);
      }
    }
    return [...partials].map(([shareId, bytes]) => ({ shareId, bytes }));
  }

  /** Asked once for each member: the answer would be the same. */
  async #partialsOf(member: number, ciphertext: Uint8Array): Promise<readonly PartialOpening[]> {
    const name = `${String(member)} ${sha256Hex(ciphertext)}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const given = await this.engine.partialOpening({
      slots: 8192,
      ciphertext,
      key: this.key(member),
    });
    this.#known.set(name, given);
    return given;
  }

  async open(ciphertext: Uint8Array, members?: readonly number[]): Promise<readonly number[]> {
    const partials = await this.partials(ciphertext, members);
    const { engine, committee } = this;
    return await engine.combineOpening({ slots: 8192, ciphertext, committee, partials });
  }

  /** What the holders deal, each old share once. */
  async deal(to: Committee, epoch = this.epoch + 1): Promise<ResharedShare[]> {
    const dealt = new Map<string, ResharedShare>();
    for (const key of this.keys.values()) {
      const shareIds = key.shares
        .map(({ shareId }) => shareId)
        .filter((shareId) => !dealt.has(shareId));
      for (const one of await this.engine.dealReshare({ key, to, epoch, shareIds })) {
        dealt.set(one.shareId, one);
      }
    }
    return [...dealt.values()];
  }

  /** Hands the key to another committee. */
  async reshare(to: Committee, dealt?: readonly ResharedShare[]): Promise<Assembly> {
    const { engine, keyId, seed, publicKey, committee: from } = this;
    const epoch = this.epoch + 1;
    const parts = dealt ?? (await this.deal(to));
    const accepted: Record<string, AcceptedShare> = {};
    for (const { shareId } of holderSets(to)) {
      const received = parts.map((old) => {
        const part = old.parts.find((one) => one.shareId === shareId) as ResharePart;
        return { from: old.shareId, package: part.package, fingerprint: part.fingerprint };
      });
      const request = { keyId, epoch, from, to, shareId, parts: received };
      accepted[shareId] = await engine.acceptReshare(request);
    }
    return Assembly.of(engine, { committee: to, keyId, seed, epoch, publicKey }, accepted);
  }

  get label(): string {
    const { keyId, epoch, committee: to, engine } = this;
    return trialLabel({ profile: engine.profile, keyId, epoch, to }, this.fingerprints);
  }

  /** The trial that every new key and resharing has to pass. */
  async tryOut(members?: readonly number[]): Promise<void> {
    const { engine, publicKey, label, committee } = this;
    const { bytes } = await engine.trialCiphertext({ publicKey, label });
    const partials = await this.partials(bytes, members);
    await engine.checkTrial({ publicKey, label, committee, partials });
  }
}

/** Every choice of `size` among 0 to count − 1. */
export function choices(count: number, size: number, from = 0): number[][] {
  if (size === 0) return [[]];
  return Array.from({ length: Math.max(0, count - from) }, (_, index) => from + index).flatMap(
    (first) => choices(count, size - 1, first + 1).map((rest) => [first, ...rest]),
  );
}
