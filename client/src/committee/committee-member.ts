import path from 'node:path';
import type { CollectiveKey } from '@salus/claims-contract';
import { SalusError } from '@salus/chaincode-common';
import { readShare, sha256Hex, writeShare, type Engine } from '@salus/compute';
import { sealTo } from '../crypto/hpke.js';
import type { Identity } from '../identity/identity.js';
import type { SalusClient } from '../salus-client.js';
import { verifyRequest } from '../service/request-token.js';
import type { MemberSource } from '../service/members.js';
import { pathOf, type StoreClient } from '../store/store-client.js';
import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../atomic-file.js';

/** `info` of sealed partial openings; their additional data names opening and member. */
export const PARTIAL_INFO = 'salus/partial-opening/v1';

/** A recipient's key in the mailbox is believed this long after it was signed. */
const KEY_WINDOW_MS = 60 * 60 * 1000;

/** What a committee member works with. */
export interface CommitteeOptions {
  readonly home: string;
  readonly passphrase: string;
  readonly client: SalusClient;
  readonly identity: Identity;
  readonly engine: Engine;
  readonly members: MemberSource;
  /** Where contributions and ciphertexts lie, and where sealed parts are left. */
  readonly store: StoreClient;
}

/**
 * One organisation's part in the committee. Each step is taken from the state of the ledger, so that
 * it can be repeated after a crash: what was done already is left alone.
 */
export class CommitteeMember {
  readonly #options: CommitteeOptions;

  constructor(options: CommitteeOptions) {
    this.#options = options;
  }

  /** Takes this member's next step in a key ceremony. */
  async advanceKey(keyId: string): Promise<void> {
    const { client } = this.#options;
    const key = await client.claims.getKey(keyId);
    const own = key.members.find(({ mspId }) => mspId === client.mspId);
    if (!own) return;
    if (key.status === 'COMMITTING' && own.commitment === undefined) await this.#commit(key);
    else if (key.status === 'REVEALING' && own.contributionHash === undefined) {
      await this.#reveal(key);
    } else if (key.status === 'REVEALED' && key.members[0]?.mspId === client.mspId) {
      await this.#finalise(key);
    }
  }

  /** Gives this member's part of a permitted opening, after recomputing what is to be opened. */
  async contributeTo(openingId: string): Promise<void> {
    const { client, engine, store } = this.#options;
    const opening = await client.claims.getOpening(openingId);
    if (!opening.permitted || opening.partials.some(({ mspId }) => mspId === client.mspId)) return;
    const key = await client.claims.getKey(opening.keyId);
    if (!key.members.some(({ mspId }) => mspId === client.mspId)) return;
    const keys = await Promise.all(
      opening.recipients.map((recipient) => this.#keyOf(openingId, recipient)),
    );
    const ciphertext = await this.#recompute(opening.claimId, opening.resultHash);
    const share = await readShare(this.#shareFile(opening.keyId), this.#options.passphrase);
    const partial = await engine.partialOpeningOfAll({ ciphertext, share });
    for (const [index, recipient] of opening.recipients.entries()) {
      const box = await sealTo(keys[index] ?? '', partial.bytes, {
        info: PARTIAL_INFO,
        aad: `${openingId} ${client.mspId}`,
      });
      await store.leave(
        { openingId, recipient, member: client.mspId },
        Buffer.from(JSON.stringify(box)),
      );
    }
    await client.claims.submitPartial({ openingId, partialHash: partial.hash });
  }

  async #commit({ keyId, aSeed }: CollectiveKey): Promise<void> {
    const { client, engine, passphrase } = this.#options;
    const seed = Buffer.from(aSeed, 'hex');
    const made = await engine.createShare({ keyId, member: client.mspId, seed });
    await writeShare(this.#shareFile(keyId), made.share, passphrase);
    await writeAtomically(this.#contributionFile(keyId), made.contribution.bytes);
    await client.claims.commitContribution(keyId, made.commitment);
  }

  async #reveal({ keyId }: CollectiveKey): Promise<void> {
    const contribution = await readFile(this.#contributionFile(keyId));
    await this.#options.store.put(contribution);
    await this.#options.client.claims.revealContribution(keyId, contribution);
  }

  async #finalise({ keyId, members, aSeed }: CollectiveKey): Promise<void> {
    const { client, engine, store } = this.#options;
    const contributions: Buffer[] = [];
    for (const { contributionHash = '' } of members) {
      contributions.push(await store.get(contributionHash, { key: keyId }));
    }
    const seed = Buffer.from(aSeed, 'hex');
    const { bytes } = await engine.combineKey({ seed, contributions });
    await store.put(bytes);
    await client.claims.finaliseKey(keyId, contributions);
  }

  /**
   * Endorsers who collude could call anything a sum: the member sums the claim's lines itself.
   *
   * @throws SalusError `ERR_HASH_MISMATCH`
   */
  async #recompute(claimId: string, resultHash: string | undefined): Promise<Uint8Array> {
    const { client, engine, store } = this.#options;
    const { lines } = await client.claims.getClaim(claimId);
    const ciphertexts: Buffer[] = [];
    for (const { ciphertextHash } of lines) {
      ciphertexts.push(await store.get(ciphertextHash, { claim: claimId }));
    }
    const { bytes, hash } = await engine.sum(ciphertexts);
    if (hash === resultHash) return bytes;
    throw new SalusError('ERR_HASH_MISMATCH', 'What is to be opened is not the sum of the claim', {
      expected: hash,
      ...(resultHash !== undefined && { got: resultHash }),
    });
  }

  /** The recipient's key, believed only with the recipient's own signature. */
  async #keyOf(openingId: string, recipient: string): Promise<string> {
    const { store, members } = this.#options;
    const letter = await store.collect({ openingId, recipient });
    const body = Buffer.from(letter.body, 'base64');
    const { mspId } = verifyRequest(
      letter.token,
      { method: 'PUT', path: pathOf({ openingId, recipient }), audience: letter.audience, body },
      { roots: await members(), now: Date.now(), windowMs: KEY_WINDOW_MS },
    );
    if (mspId === recipient) return body.toString('utf8');
    throw new SalusError('ERR_REQUEST_REFUSED', `The key was not left by ${recipient}`);
  }

  #shareFile(keyId: string): string {
    return path.join(this.#options.home, `share-${sha256Hex(Buffer.from(keyId))}.json`);
  }

  #contributionFile(keyId: string): string {
    return path.join(this.#options.home, `contribution-${sha256Hex(Buffer.from(keyId))}.bin`);
  }
}
