export { parseTransient, transientBytes } from './boundary.js';
export { plusSeconds, transactionMillis, transactionTime } from './clock.js';
export { emit } from './events.js';
export { caller, requireMsp, requireOwnPeer, requireRole, type Caller } from './identity.js';
export { keyOf, ledgerKey, type CompositeKey } from './keys.js';
export { everyMember, membersOf, requireKind } from './membership.js';
export { placeOf, type ContractPlace } from './place.js';
export { SalusContract } from './salus-contract.js';
export {
  alreadyExists,
  deleteState,
  getPrivate,
  getState,
  listState,
  namesUnder,
  pageState,
  privateHash,
  whereDefined,
  purgePrivate,
  putPrivate,
  putState,
  requireAbsent,
  requireState,
  stateExists,
} from './state.js';
