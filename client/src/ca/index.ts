import '../node-version.js';

export { CaClient, type Enrollment, type Registration, type CaAttribute } from './ca-client.js';
export { writeMspDirectory } from './msp-writer.js';
