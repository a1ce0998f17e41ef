import { SalusError } from '../base/error.js';
import { parseSgtin, sgtinLink, type Sgtin } from './gs1.js';

/**
 * Reads an SGTIN.
 *
 * @throws SalusError ERR_INVALID_ARGUMENT
 */
export function readSgtin(text: string): Sgtin {
  const sgtin = parseSgtin(text);
  if (sgtin !== undefined) return sgtin;
  throw new SalusError('ERR_INVALID_ARGUMENT', 'sgtin: expected an SGTIN', {
    argument: 'sgtin',
    expected: 'an EPC URI or GS1 Digital Link with (01) and (21)',
  });
}

/** The one spelling of whatever form of an SGTIN. */
export function canonicalSgtin(text: string): string {
  return sgtinLink(readSgtin(text));
}
