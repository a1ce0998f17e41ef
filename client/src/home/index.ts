import '../node-version.js';

export { writeAtomically, writeOnce } from './atomic-file.js';
export { aloneIn } from './home-lock.js';
export { parseKept, parseKeptJson, requireFormat } from './kept.js';
export { ifFileExists } from './missing-file.js';
export { requirePassphrase } from './passphrase.js';
export { readSecrets, writeSecrets } from './secret-file.js';
