import type { Profile } from '../bfv/profiles.js';
import { requireProven } from '../encryption-proof/parameters.js';
import { Prover } from '../encryption-proof/prove.js';
import { Verifier } from '../encryption-proof/verify.js';
import type { Seal } from '../bfv/seal.js';
import type { Operations } from './protocol.js';

/** Proven encryption as the worker runs it; its tables are made at the first use. */
export function proofOperations(
  seal: Seal,
  profile: Profile,
): Pick<Operations, 'encryptProven' | 'verifyProven'> {
  let prover: Prover | undefined;
  let verifier: Verifier | undefined;
  return {
    encryptProven: (request) => {
      requireProven(profile);
      return (prover ??= new Prover(seal, profile)).encrypt(request);
    },
    verifyProven: (request) => {
      requireProven(profile);
      return (verifier ??= new Verifier(seal, profile)).verify(request);
    },
  };
}
