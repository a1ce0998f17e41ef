import '../node-version.js';

export { ConsentClient } from './consent-client.js';
