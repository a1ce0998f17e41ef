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
export { encodeBase64url, GENERATOR, multiplySecret, pointText } from './group.js';
export { wipe } from './kem.js';
export {
  type Answer,
  type CollectiveKey,
  makePartial,
  openFromPartials,
  partialHash,
  readPartial,
} from './partial.js';
export {
  type EmergencyBinding,
  type EmergencySealed,
  readEncapsulation,
  sealForEmergency,
  verifyEncapsulation,
} from './seal.js';
export { type Polynomial, randomPolynomial, shareAt, sumOf } from './sharing.js';
