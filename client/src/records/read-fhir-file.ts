import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import {
  fhirLimits,
  invalidFhir,
  readFhirText,
  tooLarge,
  type ImportedResource,
} from '@salus/fhir';

/**
 * Reads a FHIR R4 file: a Bundle, a single resource, or NDJSON, plain or gzipped.
 *
 * @throws SalusError `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`
 */
export async function readFhirFile(file: string): Promise<readonly ImportedResource[]> {
  let bytes: Buffer;
  try {
    bytes = await readFile(file);
  } catch (cause) {
    throw invalidFhir(file, "the file can't be read", cause);
  }
  return fhirBytes(bytes, file);
}

/**
 * The resources in a FHIR R4 content: a Bundle, a single resource, or NDJSON, plain or gzipped.
 *
 * @param file - name of the content, for errors
 * @throws SalusError `ERR_FHIR_INVALID`, `ERR_TOO_LARGE`
 */
export async function fhirBytes(
  given: Uint8Array,
  file: string,
): Promise<readonly ImportedResource[]> {
  const bytes = given[0] === 0x1f && given[1] === 0x8b ? await unzip(file, given) : given;
  if (bytes.length > fhirLimits.fileBytes) throw tooLarge(file, bytes.length, fhirLimits.fileBytes);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw invalidFhir(file, 'it is not UTF-8', cause);
  }
  return readFhirText(text, file);
}

async function unzip(file: string, bytes: Uint8Array): Promise<Buffer> {
  try {
    return await promisify<Uint8Array, { maxOutputLength: number }, Buffer>(gunzip)(bytes, {
      maxOutputLength: fhirLimits.fileBytes,
    });
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
      throw tooLarge(file, undefined, fhirLimits.fileBytes);
    }
    throw invalidFhir(file, 'it is not a gzip file', cause);
  }
}
