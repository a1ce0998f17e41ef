import {
  packHistogram,
  packStatistics,
  profileOf,
  type Engine,
  type Profile,
} from '@salus/compute';
import { conflict, hashOf, SalusError } from '@salus/protocol';
import type { CollectiveKey, Contributor } from '@salus/protocol/computation';
import { aboutFigure, type Participant, type StudyTerms } from '@salus/protocol/statistics';
import type { EncryptedFigure } from './encrypted-figure.js';
import { proveValues, type HashedBytes } from '../computation/proven-values.js';
import { seededPublicKey } from '../computation/seeded-public-key.js';
import type { ContentStore } from '../stores/store-group.js';
import type { Receipt } from '../transaction/typed-contract.js';
import { scaledFigure } from './position.js';
import { requireJoiningEnded, type StatisticsClient } from './statistics-client.js';

/** What contributing and closing work with. */
export interface StudyParts {
  readonly statistics: StatisticsClient;
  readonly store: Pick<ContentStore, 'put' | 'get'>;
  readonly engine: Engine;
  readonly getKey: (keyId: string) => Promise<CollectiveKey>;
  readonly channel: string;
  /** Name under which the contract is deployed. */
  readonly chaincode: string;
  /** Whose certificate joins, and proves the figure its own. */
  readonly sender: Contributor;
}

/**
 * Encrypts a figure under the study's key, has it kept, and joins the study with its hash. The figure
 * itself leaves this process in no form but the encrypted one, and that one only by {@link contributeFigure}.
 * Nothing is encrypted unless terms, committee and key are what the institution expects.
 *
 * @param keep - keeps the ciphertext where nobody else reads it
 * @throws SalusError `ERR_HASH_MISMATCH`, `ERR_CONFLICT`, `ERR_VALUE_OUT_OF_RANGE`, and as
 *   {@link StatisticsClient.joinStudy} does
 */
export async function joinWithFigure(
  parts: StudyParts,
  joining: JoiningFigure,
  keep: (ciphertext: EncryptedFigure) => Promise<void>,
): Promise<Receipt<Participant>> {
  const { statistics, store, engine, getKey, channel, chaincode, sender } = parts;
  const { studyId, termsHash, figure } = joining;
  const { terms } = await statistics.getStudy(studyId);
  const key = await getKey(terms.keyId);
  requireExpected(terms, key, joining);
  const { keyId, publicKeyHash } = terms;
  const { epoch } = key;
  const publicKey = await seededPublicKey(engine, key, (hash) =>
    store.get(hash, { chaincode, key: keyId }),
  );
  const profile = profileOf(key.profile);
  const about = aboutFigure(terms, profile);
  const { ciphertexts, proofs } = await proveValues(engine, {
    publicKey,
    use: { channel, chaincode, keyId, publicKeyHash, epoch, sender, ...about },
    vectors: [packFigure(terms, profile, figure)],
    bound: about.range,
  });
  const [ciphertext, proof] = [ciphertexts[0], proofs[0]] as [HashedBytes, HashedBytes];
  await keep({ ...ciphertext, proof });
  return statistics.joinStudy({ studyId, termsHash, ciphertextHash: ciphertext.hash, epoch });
}

/** What an institution joins a study with. */
export interface JoiningFigure {
  readonly studyId: string;
  /** Of the terms that it agrees to. */
  readonly termsHash: string;
  /** Who may hold the key: any so many of these members could open the figure. */
  readonly committee: StudyTerms['committee'];
  /** In the study's unit. */
  readonly figure: number;
}

/** @throws SalusError `ERR_HASH_MISMATCH`, `ERR_CONFLICT` */
function requireExpected(
  terms: StudyTerms,
  { committee, publicKeyHash }: CollectiveKey,
  { termsHash, committee: expected }: JoiningFigure,
): void {
  const found = hashOf(terms);
  if (found !== termsHash) {
    throw new SalusError('ERR_HASH_MISMATCH', 'The study has other terms than those agreed to', {
      argument: 'termsHash',
      expected: found,
      got: termsHash,
    });
  }
  const wanted = nameOf(expected);
  for (const held of [terms.committee, committee].map(nameOf)) {
    if (held === wanted) continue;
    throw conflict('committee', 'Another committee holds the key of the study', wanted, held);
  }
  if (publicKeyHash === terms.publicKeyHash) return;
  const got = publicKeyHash ?? 'none';
  throw conflict('keyId', 'The key is not that of the terms', terms.publicKeyHash, got);
}

/** As people name a committee: `2 of AMSP, BMSP, CMSP`. */
function nameOf({ members, threshold }: StudyTerms['committee']): string {
  return `${threshold} of ${[...members].sort().join(', ')}`;
}

/**
 * Contributes the ciphertext that the institution joined with, and leaves it in the store: both only
 * once nobody joins any more.
 *
 * @throws SalusError as {@link StatisticsClient.contribute} does
 */
export async function contributeFigure(
  { statistics, store, getKey, chaincode }: Omit<StudyParts, 'engine' | 'channel' | 'sender'>,
  studyId: string,
  ciphertext: EncryptedFigure,
): Promise<Receipt<Participant>> {
  const { status, terms } = await statistics.getStudy(studyId);
  requireJoiningEnded(status);
  const { keyId, publicKeyHash = '' } = await getKey(terms.keyId);
  const publicKey = await store.get(publicKeyHash, { chaincode, key: keyId });
  for (const { bytes } of [ciphertext.proof, ciphertext]) await store.put(bytes);
  return statistics.contribute(studyId, { ...ciphertext, publicKey });
}

/**
 * The slots of a figure: x, x² in two limbs, and a one in its bin where the study has bins.
 * @throws SalusError `ERR_VALUE_OUT_OF_RANGE`: what all agreed to is checked before it is encrypted
 */
export function packFigure(terms: StudyTerms, profile: Profile, figure: number): number[] {
  const { unit, range, kind } = terms;
  const scaled = scaledFigure(figure, unit.decimals);
  if (scaled < range.least || scaled > range.most) {
    const scale = 10 ** unit.decimals;
    throw new SalusError('ERR_VALUE_OUT_OF_RANGE', "The figure is outside the study's range", {
      argument: 'figure',
      expected: `from ${range.least / scale} to ${range.most / scale} ${unit.code}`,
    });
  }
  const slots = packStatistics(profile, [scaled]);
  return kind.name === 'histogram' ? [...slots, ...packHistogram(kind.edges, scaled)] : slots;
}
