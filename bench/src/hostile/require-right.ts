import { profileOf, type Engine } from '@salus/compute';
import { TOTALS, type Material } from '@salus/testing/hostile-inputs/material';
import type { Reports } from './reports.js';

const ROUNDS = 10;
/** Like the number of an input, of which there is none. */
let tag = -1_000_000;

/** Encrypts, proves, adds up and opens, in all workers at once; each must have answered. */
export async function requireRight(
  engine: Engine,
  material: Material,
  reports: Reports,
  workers: number,
): Promise<void> {
  tag -= 1;
  for (let done = 0; done < ROUNDS; done += 1) {
    const rounds = () =>
      Promise.all(Array.from({ length: workers }, () => round(engine, material)));
    await reports.of(tag, rounds);
  }
  await reports.settled();
  const { threads } = reports.seen(tag);
  if (threads.size !== workers) throw new Error(`${threads.size} of ${workers} workers answered`);
}

async function round(engine: Engine, { committee, contextHash }: Material): Promise<void> {
  const { publicKey, keys } = committee;
  const vectors = TOTALS.map((total) => ({ values: [total] }));
  const { ciphertexts, proof } = await engine.encryptProven({ publicKey, vectors, contextHash });
  const made = ciphertexts.map(({ bytes }) => bytes);
  const claim = { publicKey, ciphertexts: made, proof: proof.bytes, contextHash };
  await engine.verifyProven(claim);
  const sum = { program: { name: 'sum.v1' }, inputs: ciphertexts } as const;
  const { bytes: ciphertext } = await engine.evaluate(sum);
  const partials = new Map<string, Uint8Array>();
  for (const key of keys) {
    for (const one of await engine.partialOpening({
      slots: profileOf(engine.profile).degree,
      ciphertext,
      key,
    })) {
      partials.set(one.shareId, one.bytes);
    }
  }
  const [total] = await engine.combineOpening({
    slots: profileOf(engine.profile).degree,
    ...{ ciphertext, committee: committee.committee },
    partials: [...partials].map(([shareId, bytes]) => ({ shareId, bytes })),
  });
  if (total !== TOTALS[0] + TOTALS[1]) throw new Error('the engine answers wrong');
}
