import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readFhirText } from '../read.js';

/** Reads a gzipped Bundle of the test data. */
export function readFhirFile(file: string) {
  return Promise.resolve(readFhirText(gunzipSync(readFileSync(file)).toString('utf8'), file));
}
