import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { requireProven } from '../encryption-proof/parameters.js';
import { Prover } from '../encryption-proof/prove.js';
import { Verifier } from '../encryption-proof/verify.js';
import { OpeningProver } from '../opening-proof/prove.js';
import { OpeningVerifier } from '../opening-proof/verify.js';
import type { Operations } from './protocol.js';

type ProofOperation = 'encryptProven' | 'verifyProven' | 'openProven' | 'verifyOpening';

/** Proofs as the worker makes and checks them; their tables are made at the first use. */
export function proofOperations(seal: Seal, profile: Profile): Pick<Operations, ProofOperation> {
  const prover = once(profile, () => new Prover(seal, profile));
  const verifier = once(profile, () => new Verifier(seal, profile));
  const openingProver = once(profile, () => new OpeningProver(seal, profile));
  const openingVerifier = once(profile, () => new OpeningVerifier(seal, profile));
  return {
    encryptProven: (request) => prover().encrypt(request),
    verifyProven: (request) => verifier().verify(request),
    openProven: (request) => openingProver().open(request),
    verifyOpening: (request) => openingVerifier().verify(request),
  };
}

function once<T extends object>(profile: Profile, make: () => T): () => T {
  let made: T | undefined;
  return () => {
    requireProven(profile);
    return (made ??= make());
  };
}
