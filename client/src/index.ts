export { connect, type ConnectOptions } from './connect.js';
export type { SalusClient } from './salus-client.js';
