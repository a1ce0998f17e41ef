import type { Profile } from '../profiles.js';
import type { Operations } from '../protocol.js';
import type { Seal } from '../seal.js';
import { acceptShare, dealKey } from './deal-operations.js';
import { combineOpening, partialOpening } from './opening-operations.js';
import { acceptReshare, dealReshare } from './reshare-operations.js';
import { checkTrial, trialCiphertext } from './trial-operations.js';
import type { ThresholdOperations } from './types.js';

/** The threshold operations as the worker runs them. */
export function thresholdOperations(
  seal: Seal,
  profile: Profile,
): Pick<Operations, keyof ThresholdOperations> {
  return {
    dealKey: (request) => dealKey(seal, profile, request),
    acceptShare: (request) => acceptShare(seal, profile, request),
    trialCiphertext: (request) => trialCiphertext(seal, profile, request),
    checkTrial: (request) => {
      checkTrial(seal, profile, request);
    },
    partialOpening: (request) => partialOpening(seal, profile, request),
    combineOpening: (request) => combineOpening(seal, profile, request),
    dealReshare: (request, step) => dealReshare(profile, request, step),
    acceptReshare: (request) => acceptReshare(profile, request),
  };
}
