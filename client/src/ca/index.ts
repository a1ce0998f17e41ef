export { CaClient, type CaAttribute, type Enrollment, type Registration } from './ca-client.js';
export { writeMspDirectory } from './msp-writer.js';
