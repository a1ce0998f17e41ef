export {
  generateHpkeKeyPair,
  openSealed,
  sealTo,
  type SealedBox,
  deriveHpkeKeyPair,
  type HpkeKeyPair,
  type SealContext,
} from './hpke.js';
export {
  categoryKeyContext,
  categoryContentContext,
  contentKeyContext,
  custodianContext,
  type CustodianBinding,
  type CategoryEpoch,
} from './seal-contexts.js';
