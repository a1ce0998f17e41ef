import { checkProof, seededPublicKey } from '@salus/client/computation';
import { profileOf, type Engine } from '@salus/compute';
import { hashOf, SalusError } from '@salus/protocol';
import type {
  CiphertextPlace,
  CollectiveKey,
  Lineage,
  ProvenCiphertext,
  RegisteredCiphertext,
} from '@salus/protocol/computation';

/** Proofs that a process remembers to have checked; a study has 64 at the most. */
const MOST_CHECKED = 4096;

/** Where a member reads what it checks. */
export interface InputSource {
  readonly engine: Pick<Engine, 'checkPublicKey' | 'verifyProven'>;
  readonly place: Omit<CiphertextPlace, 'publicKeyHash'>;
  /** The collective public key, ciphertexts and proofs by their hash. */
  readonly fetch: (hash: string) => Promise<Uint8Array>;
}

/**
 * Checks the proofs of all that goes into a result. Endorsers who collude could register a ciphertext
 * that opens the key, or one made of another's. A proof that the process has checked is not fetched again.
 */
export class ProvenInputs {
  readonly #checked = new Set<string>();

  /**
   * @throws SalusError `ERR_PROOF_INVALID` for an input without a proof; ComputeError `ERR_PROOF_INVALID`
   *   where a proof shows nothing of its ciphertexts, their sender and use; `ERR_PUBLIC_KEY_INVALID` for a
   *   key whose common polynomial somebody chose
   */
  async check(
    source: InputSource,
    key: CollectiveKey,
    { ciphertexts }: Pick<Lineage, 'ciphertexts'>,
  ): Promise<void> {
    if (!profileOf(key.profile).proven) return;
    const { publicKeyHash = '' } = key;
    const place = { ...source.place, publicKeyHash };
    const unchecked = new Map<string, ProvenCiphertext>();
    for (const leaf of ciphertexts) {
      requireProof(leaf);
      const name = hashOf({ place, leaf: commonOf(leaf) });
      if (!this.#checked.has(name)) unchecked.set(name, leaf);
    }
    if (unchecked.size === 0) return;
    const publicKey = await seededPublicKey(source.engine, key, source.fetch);
    for (const [name, leaf] of unchecked) {
      await checkProof({ ...source, place, publicKey }, leaf);
      this.#keep(name);
    }
  }

  #keep(name: string): void {
    this.#checked.add(name);
    const [oldest] = this.#checked;
    if (this.#checked.size > MOST_CHECKED && oldest !== undefined) this.#checked.delete(oldest);
  }
}

/** What ciphertexts of one proof share, all that the proof is bound to included. */
function commonOf({ ciphertextHash: _, withdrawn: _withdrawn, ...rest }: ProvenCiphertext) {
  return rest;
}

function requireProof(leaf: RegisteredCiphertext): asserts leaf is ProvenCiphertext {
  const { ciphertextHash, proof } = leaf;
  if (proof?.ciphertexts.includes(ciphertextHash) === true) return;
  throw new SalusError('ERR_PROOF_INVALID', 'An input of the result has no proof that covers it', {
    argument: 'evaluationId',
    expected: 'a proof of well-formed encryption for each input',
    got: ciphertextHash,
  });
}
