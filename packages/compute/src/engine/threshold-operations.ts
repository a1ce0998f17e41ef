import type { Profile } from '../bfv/profiles.js';
import type { Seal } from '../bfv/seal.js';
import { acceptShare, dealKey } from '../threshold/deal-operations.js';
import { combineOpening, partialOpening } from '../threshold/opening-operations.js';
import { acceptReshare, dealReshare } from '../threshold/reshare-operations.js';
import { resharedContributions } from '../threshold/reshared-contribution.js';
import { checkTrial, trialCiphertext } from '../threshold/trial-operations.js';
import type { ThresholdOperations } from '../threshold/types.js';
import type { Operations } from './protocol.js';

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
    resharedContributions: (request) => resharedContributions(profile, request),
  };
}
