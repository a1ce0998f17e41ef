import '../node-version.js';

export { ClaimsClient } from './claims-client.js';
