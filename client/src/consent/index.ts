export { ConsentClient } from './consent-client.js';
