export type { CollectionConfig } from './collection.js';
export type { ValidationCode } from './commit.js';
export {
  contractMetadata,
  type ChaincodeEvent,
  type ContractClass,
  type Endorsement,
} from './endorser.js';
export { identityFrom, makeIdentity, type Identity, type IdentityOptions } from './identity.js';
export type { CallOptions, EndorsedTransaction, LedgerClient, Submitted } from './ledger-client.js';
export {
  MemoryLedger,
  type CommittedEvent,
  type DeployOptions,
  type LedgerObserver,
  type MemoryLedgerOptions,
} from './memory-ledger.js';
export { parsePolicy, satisfies, type Policy } from './policy.js';
export { Recorder, replay, type Outcome, type Recording, type Step } from './recording.js';
export type { ReadWriteSet } from './read-write-set.js';
export type { OrderedTransaction } from './ordered-transaction.js';
export type { Proposal } from './proposal.js';
