import { keyOf } from '@salus/chaincode-common';

/** Every state key of the module; it shares the chaincode's state with the contract beside it. */
export const collectiveKeyKey = keyOf('computation.key');
/** organisation, place: a key that it proposed */
export const proposalsKey = keyOf('computation.proposals');
/** key, epoch, step, member: a record each, so that members who act at once do not conflict */
export const stepKey = keyOf('computation.step');
/** key: slots opened so far */
export const openedSlotsKey = keyOf('computation.opened');
/** hash */
export const ciphertextKey = keyOf('computation.ciphertext');
export const evaluationKey = keyOf('computation.evaluation');
/** openingIdOf a result; of a denial, the ID of its transaction */
export const openingKey = keyOf('computation.opening');
/** organisation, place: an opening that it has asked for, under any key */
export const waitingKey = keyOf('computation.waiting');
/** opening, epoch, member */
export const partialsKey = keyOf('computation.partials');
/** opening; guarded by those who record what was opened, from the moment it exists */
export const openingRecordKey = keyOf('computation.record');
/** organisation, contributor, measure, period: enters one opened result ever */
export const contributionMarkerKey = keyOf('computation.contributed');
