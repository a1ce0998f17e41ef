export { TokenVerifier, tokenSettings, type Caller, type TokenSettings } from './auth/tokens.js';
export { Outbox, type Handler, type OutboxOptions } from './outbox/outbox.js';
