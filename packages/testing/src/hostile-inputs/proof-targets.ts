import type {
  ComputeErrorCode,
  ProvenCiphertextsRequest,
  ProvenPartialsRequest,
} from '@salus/compute';
import { contributionsOf, keyOf, type Material } from './material.js';
import {
  joined,
  malformed,
  wellFormed,
  type Polynomials,
  type Spoiling,
} from './spoiled-polynomials.js';
import { asBytes, malformedWithHeader, requireRight, type Target } from './target.js';

const CHALLENGE_LENGTH = 32;
const REPETITIONS = 10;

/** Nothing hostile is proven: every one of these must be refused. */
export function proofTargets(material: Material): readonly Target[] {
  return [...encryptionTargets(material), ...openingProofTargets(material)];
}

/** Of the right length. */
const proofsOfTheRightLength: Readonly<Record<string, Spoiling>> = {
  'a bit of the challenge flipped': ({ bytes }, random) =>
    flipped(bytes, random.below(CHALLENGE_LENGTH), random.below(8)),
  'a low bit of a response flipped': ({ bytes }, random) =>
    flipped(bytes, CHALLENGE_LENGTH + random.below(bytes.length - CHALLENGE_LENGTH), 0),
  'another challenge': ({ bytes }, random) =>
    joined(random.bytes(CHALLENGE_LENGTH), bytes.slice(CHALLENGE_LENGTH)),
  'two repetitions exchanged': ({ bytes }, random) => {
    const size = (bytes.length - CHALLENGE_LENGTH) / REPETITIONS;
    const first = random.below(REPETITIONS - 1);
    const at = CHALLENGE_LENGTH + first * size;
    const exchanged = Uint8Array.from(bytes);
    exchanged.set(bytes.subarray(at + size, at + 2 * size), at);
    exchanged.set(bytes.subarray(at, at + size), at + size);
    return exchanged;
  },
  'one repetition for all': ({ bytes }) => {
    const size = (bytes.length - CHALLENGE_LENGTH) / REPETITIONS;
    const first = bytes.slice(CHALLENGE_LENGTH, CHALLENGE_LENGTH + size);
    return joined(bytes.slice(0, CHALLENGE_LENGTH), repeated(first, REPETITIONS));
  },
  // The least that can be written, far below the range of a response.
  'responses of the least bits': ({ bytes }) =>
    joined(bytes.slice(0, CHALLENGE_LENGTH), new Uint8Array(bytes.length - CHALLENGE_LENGTH)),
};

const { truncated, lengthened, doubled } = malformed;
const badProofs = {
  ...{ truncated, lengthened, doubled, 'nothing at all': malformed['nothing at all'] },
  'not bytes': malformed['not bytes'],
  'random bytes': malformed['random bytes'],
  'all bytes zero': malformed['all bytes zero'],
  'all bits set': malformed['all bits set'],
};

function encryptionTargets(material: Material): readonly Target[] {
  const { committee, proven, contextHash, ciphertext, publicKey } = material;
  const claim: ProvenCiphertextsRequest = {
    publicKey: committee.publicKey,
    ciphertexts: proven.ciphertexts.map(({ bytes }) => bytes),
    proof: proven.proof.bytes,
    contextHash,
  };
  const [first, second] = claim.ciphertexts as [Uint8Array, Uint8Array];
  const target = (
    name: string,
    change: (hostile: Uint8Array) => Partial<ProvenCiphertextsRequest>,
    refusal: ComputeErrorCode,
  ) => ({
    name: `verifyProven.${name}`,
    refusals: ['ERR_PROOF_INVALID', refusal] as const,
    ask: async (engine: Parameters<Target['ask']>[0], hostile: unknown) => {
      await engine.verifyProven({ ...claim, ...change(asBytes(hostile)) });
      requireRight(false, 'a proof held that nobody made');
    },
  });
  return [
    {
      ...target('proof', (proof) => ({ proof }), 'ERR_PROOF_INVALID'),
      honest: opaque(claim.proof, publicKey),
      ...{ wellFormedWeight: 8, malformedWeight: 30 },
      ...{ wellFormed: proofsOfTheRightLength, malformed: badProofs },
    },
    {
      ...target(
        'ciphertext',
        (hostile) => ({ ciphertexts: [first, hostile] }),
        'ERR_CIPHERTEXT_INVALID',
      ),
      honest: { ...ciphertext, bytes: second },
      ...{ wellFormedWeight: 6, malformedWeight: 20 },
      wellFormed: { ...wellFormed, 'the other ciphertext': () => Uint8Array.from(first) },
      malformed: malformedWithHeader,
    },
    {
      ...target('publicKey', (hostile) => ({ publicKey: hostile }), 'ERR_PUBLIC_KEY_INVALID'),
      ...{ honest: publicKey, wellFormedWeight: 4, malformedWeight: 15 },
      ...{ wellFormed, malformed: malformedWithHeader },
    },
  ];
}

function openingProofTargets(material: Material): readonly Target[] {
  const { committee, dealt, contextHash, result, opening, ciphertext } = material;
  const { contribution, partial, profile } = material;
  const contributions = contributionsOf(dealt, keyOf(committee).shares);
  const claim: ProvenPartialsRequest = {
    slots: profile.degree,
    ...{ ciphertext: result.bytes, seed: committee.seed, epoch: 0, contributions, contextHash },
    partials: opening.partials.map(({ bytes }) => bytes),
    proof: opening.proof.bytes,
  };
  const target = (
    name: string,
    change: (hostile: Uint8Array) => Partial<ProvenPartialsRequest>,
    refusal: ComputeErrorCode,
  ) => ({
    name: `verifyOpening.${name}`,
    refusals: ['ERR_PROOF_INVALID', refusal] as const,
    ask: async (engine: Parameters<Target['ask']>[0], hostile: unknown) => {
      await engine.verifyOpening({ ...claim, ...change(asBytes(hostile)) });
      requireRight(false, 'a proof held that nobody made');
    },
  });
  const [firstPartial, secondPartial] = claim.partials as [Uint8Array, Uint8Array];
  return [
    {
      ...target('proof', (proof) => ({ proof }), 'ERR_PROOF_INVALID'),
      honest: opaque(claim.proof, contribution),
      ...{ wellFormedWeight: 3, malformedWeight: 10 },
      ...{ wellFormed: proofsOfTheRightLength, malformed: badProofs },
    },
    {
      ...target(
        'partial',
        (hostile) => ({ partials: claim.partials.with(0, hostile) }),
        'ERR_PARTIAL_INVALID',
      ),
      honest: { ...partial, bytes: firstPartial },
      ...{ wellFormedWeight: 3, malformedWeight: 10, malformed },
      wellFormed: { ...wellFormed, "another share's": () => Uint8Array.from(secondPartial) },
    },
    {
      ...target(
        'contribution',
        (hostile) => ({ contributions: contributions.with(0, hostile) }),
        'ERR_CONTRIBUTION_INVALID',
      ),
      honest: { ...contribution, bytes: contributions[0] as Uint8Array },
      ...{ wellFormedWeight: 2, malformedWeight: 10, wellFormed, malformed },
    },
    {
      ...target('ciphertext', (hostile) => ({ ciphertext: hostile }), 'ERR_CIPHERTEXT_INVALID'),
      honest: { ...ciphertext, bytes: result.bytes },
      ...{ wellFormedWeight: 2, malformedWeight: 10 },
      ...{ wellFormed, malformed: malformedWithHeader },
    },
  ];
}

/** Bytes that hold no polynomials. */
const opaque = (bytes: Uint8Array, { moduli, degree }: Polynomials): Polynomials => ({
  ...{ bytes, headerLength: 0, moduli, degree },
});

function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = Uint8Array.from(bytes);
  changed[at] = (changed[at] as number) ^ (1 << bit);
  return changed;
}

function repeated(bytes: Uint8Array, times: number): Uint8Array {
  const all = new Uint8Array(times * bytes.length);
  for (let index = 0; index < times; index += 1) all.set(bytes, index * bytes.length);
  return all;
}
