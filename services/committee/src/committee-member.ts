import { profileOf } from '@salus/compute';
import type { CollectiveKey } from '@salus/protocol/computation';
import { isOvertaken } from '@salus/service-kit';
import { Ceremony, CeremonyMemory } from './ceremony.js';
import { commit, confirm, reveal } from './dealing.js';
import { advanceOpening, OpeningMemory } from './opening.js';
import type { MemberParts, Standing } from './parts.js';
import { confirmReshared, deal } from './resharing.js';
import { finalise, prove } from './trial.js';

/**
 * One organisation's part in the committee of a key. Each step follows from the state of the ledger, and
 * saves what it makes before it posts anything about it. After a crash at any point the same call goes on
 * where it was.
 *
 * @example
 * while ((await member.advanceKey('claims-2026')) !== 'DONE') await sleep(1000);
 */
export class CommitteeMember {
  readonly #parts: MemberParts;
  readonly #ceremonies = new CeremonyMemory();
  readonly #openings = new OpeningMemory();
  /** Keys without shares here, that were reported. */
  readonly #missed = new Set<string>();

  constructor(parts: MemberParts) {
    this.#parts = parts;
  }

  /** Takes this member's next step in the latest ceremony of a key. */
  async advanceKey(keyId: string): Promise<Standing> {
    return settled(async () => {
      const key = await this.#parts.ledger.getKey(keyId);
      const ceremony = new Ceremony(this.#parts, key, this.#ceremonies);
      const { phase } = key.ceremony;
      if (phase === 'DONE' || phase === 'FAILED') {
        if (!ceremony.mayStillEnd) await this.#tidy(key);
        return 'DONE';
      }
      if (!ceremony.own || this.#isRefused(key)) return 'DONE';
      await this.#parts.register.meet(key);
      await takeStep(ceremony);
      return 'WAITING';
    });
  }

  /**
   * Gives this member's part of a permitted opening, after judging and recomputing it.
   *
   * @throws SalusError `ERR_OPENING_REFUSED`, `ERR_HASH_MISMATCH`, `ERR_EPOCH_OUTDATED`
   */
  async advanceOpening(openingId: string): Promise<Standing> {
    return settled(() => advanceOpening(this.#parts, this.#openings, openingId));
  }

  /** Without proofs one malformed ciphertext opens a key: this member makes no such key, whoever permits it. */
  #isRefused({ keyId, profile, ceremony }: CollectiveKey): boolean {
    if (ceremony.kind === 'RESHARE' || profileOf(profile).proven) return false;
    if (!this.#missed.has(keyId)) this.#parts.report({ refused: keyId, profile });
    this.#missed.add(keyId);
    return true;
  }

  /** Wipes what a ceremony that is over leaves: its secrets, and shares that count no more. */
  async #tidy(key: CollectiveKey): Promise<void> {
    const { home, mspId, report } = this.#parts;
    const { keyId, status, epoch, committee, ceremony } = key;
    const isHolder = committee.members.includes(mspId) && status === 'ACTIVE';
    const epochs = await home.epochs(keyId);
    await home.removeSecrets(keyId, ceremony.epoch);
    this.#ceremonies.forget(`${ceremony.epoch} ${keyId}/`);
    if (isHolder && !epochs.includes(epoch)) {
      const name = `${epoch} ${keyId}`;
      if (!this.#missed.has(name)) {
        report({ keyId, code: 'ERR_EPOCH_OUTDATED', expected: epoch, got: epochs });
      }
      this.#missed.add(name);
      return;
    }
    for (const old of epochs) {
      if (isHolder && old === epoch) continue;
      await home.destroyKey(keyId, old);
      report({ destroyed: keyId, epoch: old });
    }
  }
}

function takeStep(ceremony: Ceremony): Promise<void> {
  const isReshare = ceremony.key.ceremony.kind === 'RESHARE';
  switch (ceremony.key.ceremony.phase) {
    case 'COMMITTING':
      return commit(ceremony);
    case 'REVEALING':
      return reveal(ceremony);
    case 'DEALING':
      return deal(ceremony);
    case 'CONFIRMING':
      return isReshare ? confirmReshared(ceremony) : confirm(ceremony);
    case 'PROVING':
      return prove(ceremony);
    case 'READY':
      return finalise(ceremony);
    default:
      return Promise.resolve();
  }
}

async function settled(step: () => Promise<Standing>): Promise<Standing> {
  try {
    return await step();
  } catch (error) {
    if (isOvertaken(error)) return 'WAITING';
    throw error;
  }
}
