export { ClaimsClient } from './claims-client.js';
