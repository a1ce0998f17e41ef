import type { BoundHashed } from '@salus/compute';
import type { Program } from '@salus/protocol/computation';
import type { BenchCommittee } from '../compute/committee.js';
import { PURPOSE } from './ledger-key.js';
import type { ComputationWorld } from './world.js';

/** Adds up, and may be opened. */
export const PROGRAM = { name: 'sum.v1' } as const satisfies Program;
const RANGE = { least: 0, most: 1_000_000 };
/** Who of whom a cohort of eight consists. */
const CONTRIBUTORS = [
  ['CityHospital', 'billing'],
  ['CityHospital', 'registrar'],
  ['ValleyHospital', 'billing'],
  ['ValleyHospital', 'registrar'],
  ['ValleyHospital', 'physician'],
  ['Insurer', 'adjuster'],
  ['Regulator', 'auditor'],
  ['Pharma', 'manufacturer'],
] as const;
export const COHORT = CONTRIBUTORS.length;
/** MSP IDs of all contributors' organisations: they see what is opened. */
export const CONTRIBUTING = [...new Set(CONTRIBUTORS.map(([name]) => `${name}MSP`))].sort();
/** Who evaluates, and opens. */
export const EVALUATOR = CONTRIBUTORS[0];
/** As many as the chaincode's policy asks for, and the threshold of the key. */
export const ENDORSERS = ['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP'];

/** Registered ciphertexts, and what they add up to. */
export interface InputSet {
  readonly keyId: string;
  readonly inputs: readonly BoundHashed[];
  readonly resultHash: string;
}

/** What eight contributors registered; the period tells sets apart. */
export async function registerSet(
  world: ComputationWorld,
  { keyId, publicKey }: BenchCommittee,
  period: string,
): Promise<InputSet> {
  const inputs: BoundHashed[] = [];
  for (const [index, [organization, user]] of CONTRIBUTORS.entries()) {
    const input = await world.engine.encrypt({ publicKey, values: [index], bound: RANGE });
    const computation = await world.computation(organization, user);
    await computation.registerCiphertext(
      {
        keyId,
        ciphertextHash: input.hash,
        purpose: PURPOSE,
        measure: 'cost',
        period,
        range: RANGE,
      },
      input.bytes,
      { endorsingOrganizations: ENDORSERS },
    );
    inputs.push(input);
  }
  const { hash } = await world.engine.evaluate({ program: PROGRAM, inputs });
  return { keyId, inputs, resultHash: hash };
}

export function requestOf({ inputs, resultHash }: InputSet, evaluationId: string) {
  return {
    evaluationId,
    program: PROGRAM,
    inputs: inputs.map(({ hash }) => ({ kind: 'ciphertext' as const, id: hash })),
    resultHash,
  };
}
