import '../node-version.js';

export { CaClient } from './ca-client.js';
export { writeMspDirectory } from './msp-writer.js';
