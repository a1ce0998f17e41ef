import { createHash } from 'node:crypto';
import { createEngine, MOST_CIPHERTEXTS } from '@salus/compute';
import { median } from '../stats.js';
import { meet } from '@salus/testing/key-committee';

const ROUNDS = 25;
/** As many ciphertexts as one sender proves at once in the second measurement. */
const OF_ONE_SENDER = 8;

interface Figures {
  /** Megabytes of proof for each ciphertext. */
  readonly megabytes: number;
  readonly makeMs: number;
  readonly verifyMs: number;
}

/** Proofs of well-formed encryption through the engine, one worker: for each ciphertext, medians. */
export async function proofs(report: (line: string) => void): Promise<object> {
  await using engine = createEngine({ profile: 'bfv-8192-proven-v1' });
  const members = ['Member0MSP', 'Member1MSP', 'Member2MSP'];
  const { publicKey } = await meet(engine, { members, threshold: 2 });
  const contextHash = createHash('sha256').update('bench').digest('hex');
  const measure = async (ciphertexts: number): Promise<Figures> => {
    const [make, verify]: [number[], number[]] = [[], []];
    let bytes = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      bytes = 0;
      let [making, verifying] = [0, 0];
      for (let left = ciphertexts; left > 0; left -= MOST_CIPHERTEXTS) {
        const count = Math.min(left, MOST_CIPHERTEXTS);
        const vectors = Array.from({ length: count }, (_, index) => ({ values: [round, index] }));
        let started = performance.now();
        const proven = await engine.encryptProven({ publicKey, vectors, contextHash });
        making += performance.now() - started;
        bytes += proven.proof.bytes.length;
        const claim = { publicKey, proof: proven.proof.bytes, contextHash };
        started = performance.now();
        const made = proven.ciphertexts.map((one) => one.bytes);
        await engine.verifyProven({ ...claim, ciphertexts: made });
        verifying += performance.now() - started;
      }
      make.push(making / ciphertexts);
      verify.push(verifying / ciphertexts);
    }
    const figures = {
      megabytes: bytes / ciphertexts / 1e6,
      makeMs: median(make),
      verifyMs: median(verify),
    };
    report(`${ciphertexts} of one sender, each: ${JSON.stringify(figures)}`);
    return figures;
  };
  // The first pass makes the tables and has the code compiled.
  await measure(1);
  return { one: await measure(1), ofEight: await measure(OF_ONE_SENDER) };
}
