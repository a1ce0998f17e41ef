import { contributorOf, proveValues, type HashedBytes } from '@salus/client/computation';
import { DEFAULT_PROFILE, freshBound, profileOf, type BoundHashed } from '@salus/compute';
import { sha256Hex } from '@salus/protocol';
import type { Program } from '@salus/protocol/computation';
import type { KeyCommittee } from '@salus/testing/key-committee';
import { PURPOSE } from './ledger-key.js';
import { CHAINCODE, type ComputationWorld } from './world.js';

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
  { keyId, publicKey }: KeyCommittee,
  period: string,
): Promise<InputSet> {
  const inputs: BoundHashed[] = [];
  for (const [index, [organization, user]] of CONTRIBUTORS.entries()) {
    const computation = await world.computation(organization, user);
    const about = { keyId, purpose: PURPOSE, measure: 'cost', period, range: RANGE, slots: 1 };
    const { epoch } = await computation.getKey(keyId);
    const { channel } = await world.client(organization, user);
    const use = {
      ...{ channel, chaincode: CHAINCODE, publicKeyHash: sha256Hex(publicKey), epoch },
      sender: contributorOf((await world.client(organization, user)).identity),
      ...about,
    };
    const made = await proveValues(world.engine, { publicKey, use, vectors: [[index]] });
    const [ciphertext, proof] = [made.ciphertexts[0], made.proofs[0]] as [HashedBytes, HashedBytes];
    await computation.registerCiphertext(
      { ...about, epoch, ciphertextHash: ciphertext.hash, proofHash: proof.hash },
      { ciphertext: ciphertext.bytes, proof: proof.bytes, publicKey },
      { endorsingOrganizations: ENDORSERS },
    );
    inputs.push({ ...ciphertext, bound: freshBound(profileOf(DEFAULT_PROFILE), RANGE) });
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
