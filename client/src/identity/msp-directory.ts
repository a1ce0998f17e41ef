import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { SalusError } from '@salus/protocol/errors';

/** What an MSP directory holds of its owner. */
export interface MspDirectory {
  readonly certificate: string;
  readonly privateKey: string;
}

/**
 * Reads certificate and key from an MSP directory.
 *
 * @throws SalusError `ERR_IDENTITY_MISSING` when either isn't there, with the folder looked into.
 */
export async function readMspDirectory(mspDir: string): Promise<MspDirectory> {
  const [certificate, privateKey] = await Promise.all([
    readOnlyFile(path.join(mspDir, 'signcerts'), 'certificate'),
    readOnlyFile(path.join(mspDir, 'keystore'), 'private key'),
  ]);
  return { certificate, privateKey };
}

async function readOnlyFile(folder: string, what: string): Promise<string> {
  try {
    const names = (await readdir(folder)).filter((name) => !name.startsWith('.')).sort();
    const [name] = names;
    if (name === undefined) throw missing(folder, what);
    if (names.length > 1) {
      throw new SalusError('ERR_IDENTITY_INVALID', `${folder} holds more than one ${what}`, {
        argument: 'mspDir',
        expected: 'one file',
        got: names.join(', '),
        remedy: 'keep one enrolment in an MSP directory',
      });
    }
    return await readFile(path.join(folder, name), 'utf8');
  } catch (cause) {
    if (cause instanceof SalusError) throw cause;
    throw missing(folder, what, cause);
  }
}

function missing(folder: string, what: string, cause?: unknown): SalusError {
  return new SalusError('ERR_IDENTITY_MISSING', `There is no readable ${what} in ${folder}`, {
    argument: 'mspDir',
    expected: 'an MSP directory with signcerts/ and keystore/',
    remedy: 'give the msp folder of an enrolled user, or enrol with `salus enroll`',
    cause,
  });
}
