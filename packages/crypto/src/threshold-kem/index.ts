export {
  addUp,
  commitmentTo,
  type Dealing,
  describeDealing,
  fits,
  indexOf,
  isGenuine,
  type KeyTerms,
  makeDealing,
  type PublicHalves,
  readDealing,
  shareContext,
} from './dealing.js';
export {
  encodeBase64url,
  GENERATOR,
  multiplySecret,
  pointText,
  type GroupPoint,
  type Blame,
} from './group.js';
export { wipe } from './kem.js';
export {
  type Answer,
  type CollectiveKey,
  makePartial,
  openFromPartials,
  partialHash,
  readPartial,
  type OpenedKey,
  type PartialUse,
} from './partial.js';
export {
  type EmergencyBinding,
  type EmergencySealed,
  readEncapsulation,
  sealForEmergency,
  verifyEncapsulation,
  type EmergencyKey,
} from './seal.js';
export { type Polynomial, randomPolynomial, shareAt, sumOf, type At } from './sharing.js';
