import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
/** organisation, institution */
export const institutionKey = keyOf('institution');
export const studyKey = keyOf('study');
/** study, organisation, institution */
export const participantKey = keyOf('participant');
/** study, place: an institution that has joined */
export const roomKey = keyOf('room');
/** study: present once nobody joins any more, and contributions may be shown */
export const joiningEndedKey = keyOf('joining-ended');
/** key: present once contributions under it may be shown, in whichever study */
export const shownKey = keyOf('shown');
/** organisation, institution, measure: the periods that are contributed */
export const contributedKey = keyOf('contributed');
/** study: what the latest evaluation adds up */
export const closingKey = keyOf('closing');
/** study: present once the cohort is frozen */
export const frozenKey = keyOf('frozen');
/** study: present once the opening of another one, which repeats it, is permitted */
export const repetitionKey = keyOf('repetition');
/** study; guarded by those who record the result, from the moment it exists */
export const outcomeKey = keyOf('outcome');
