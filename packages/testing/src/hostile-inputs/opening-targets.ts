import type { PartialOpening } from '@salus/compute';
import { keyOf, TOTALS, type Material } from './material.js';
import { malformed, wellFormed, type Polynomials } from './spoiled-polynomials.js';
import {
  asBytes,
  malformedWithHeader,
  requireHashed,
  requireRight,
  type Target,
} from './target.js';

/** By how much `a shifted total` moves every slot: limit 3 of docs/compute.md, which proofs of openings lift. */
const SHIFT = 5;

/** What members are asked to open, and what they answer. */
export function openingTargets(material: Material): readonly Target[] {
  const { profile, committee, ciphertext, partial, partials, trialPartials, label } = material;
  const { publicKey } = committee;
  const result: Polynomials = { ...ciphertext, bytes: material.result.bytes };
  const replaced = (hostile: unknown, all: readonly PartialOpening[]) =>
    all.map(({ shareId, bytes }, index) => ({
      shareId,
      bytes: index === 0 ? asBytes(hostile) : bytes,
    }));
  const [first, second] = partials as readonly [PartialOpening, PartialOpening];
  const [firstOfTrial] = trialPartials as readonly [PartialOpening];
  const shiftedFirst = shifted(material, first.bytes);
  const onCiphertext = { honest: result, wellFormed, malformed: malformedWithHeader };
  const onPartial = { honest: { ...partial, bytes: first.bytes }, malformed };
  return [
    {
      ...{ ...onCiphertext, name: 'partialOpening', wellFormedWeight: 50, malformedWeight: 30 },
      refusals: ['ERR_CIPHERTEXT_INVALID'],
      ask: async (engine, hostile) => {
        const request = { ciphertext: asBytes(hostile), epoch: 0 };
        const opened = await engine.partialOpening({
          slots: profile.degree,
          ...request,
          key: keyOf(committee),
        });
        opened.forEach((one) => {
          requireHashed(one, profile.partialLength);
        });
        // s0 is held by the first two members: whatever is opened, holders of a share agree.
        const key = keyOf(committee, 1);
        const [other] = await engine.partialOpening({
          slots: profile.degree,
          ...request,
          key,
          shareIds: ['s0'],
        });
        requireRight(other?.hash === opened[0]?.hash, 'holders of a share contradict each other');
      },
    },
    {
      ...{ ...onCiphertext, name: 'combineOpening.ciphertext', wellFormedWeight: 30 },
      malformedWeight: 10,
      refusals: ['ERR_CIPHERTEXT_INVALID', 'ERR_NOISE_EXCEEDED', 'ERR_PARTIAL_INVALID'],
      ask: async (engine, hostile) => {
        const request = { ciphertext: asBytes(hostile), committee: committee.committee, partials };
        requireTotals(await engine.combineOpening({ ...request, slots: profile.degree }));
      },
    },
    {
      ...{ ...onPartial, name: 'combineOpening.partial', wellFormedWeight: 60 },
      malformedWeight: 20,
      wellFormed: {
        ...wellFormed,
        "another share's": () => Uint8Array.from(second.bytes),
        'a shifted total': () => shiftedFirst,
      },
      refusals: ['ERR_NOISE_EXCEEDED', 'ERR_PARTIAL_INVALID'],
      ask: async (engine, hostile) => {
        const slots = await engine.combineOpening({
          slots: profile.degree,
          ciphertext: result.bytes,
          committee: committee.committee,
          partials: replaced(hostile, partials),
        });
        // A small constant drowns in the smudging, and leaves the totals alone.
        const isShifted = Buffer.compare(asBytes(hostile), shiftedFirst) === 0;
        requireTotals(slots, isShifted ? SHIFT : 0);
      },
    },
    {
      ...{ ...onPartial, name: 'checkTrial.partial', wellFormedWeight: 20, malformedWeight: 10 },
      honest: { ...partial, bytes: firstOfTrial.bytes },
      wellFormed: {
        ...wellFormed,
        'a shifted total': () => shifted(material, firstOfTrial.bytes),
      },
      refusals: ['ERR_PARTIAL_INVALID', 'ERR_TRIAL_FAILED'],
      ask: async (engine, hostile) => {
        const given = replaced(hostile, trialPartials);
        const about = { committee: committee.committee, partials: given };
        await engine.checkTrial({ publicKey, label, ...about });
        const { bytes } = await engine.trialCiphertext({ publicKey, label });
        const slots = await engine.combineOpening({
          slots: profile.degree,
          ciphertext: bytes,
          ...about,
        });
        requireRight(
          slots.every((slot) => slot === 0),
          'a trial passed that does not open to zeros',
        );
      },
    },
  ];

  function requireTotals(slots: readonly number[], shift = 0): void {
    const right = slots.every((slot, index) => slot === (TOTALS[index] ?? 0) + shift);
    requireRight(right && slots.length === profile.degree, 'an opening gave other totals');
  }
}

/** A partial opening with something added to the message: twice, as the opening is of twice the result. */
function shifted({ profile, partial }: Material, bytes: Uint8Array): Uint8Array {
  const { moduli, degree } = partial;
  const words = new BigUint64Array(bytes.slice().buffer);
  const q = moduli.reduce((product, modulus) => product * modulus);
  const shift = 2n * BigInt(SHIFT) * (q / profile.plainModulus);
  moduli.forEach((modulus, row) => {
    const at = row * degree;
    words[at] = ((words[at] as bigint) + shift) % modulus;
  });
  return new Uint8Array(words.buffer);
}
