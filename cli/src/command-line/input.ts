import { readFile } from 'node:fs/promises';
import { SalusError } from '@salus/protocol';

/** Larger than any request that a contract takes. */
const MAX_INPUT_BYTES = 10 * 1024 * 1024;

/**
 * Reads a file, or standard input for `-`.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` when it can't be read, `ERR_TOO_LARGE`
 */
export async function readBytes(file: string): Promise<Buffer> {
  const bytes = file === '-' ? await readStandardInput() : await readNamed(file);
  if (bytes.length <= MAX_INPUT_BYTES) return bytes;
  throw new SalusError('ERR_TOO_LARGE', `${file} is too large`, {
    argument: file,
    expected: `at most ${MAX_INPUT_BYTES} bytes`,
    got: `${bytes.length} bytes`,
  });
}

/** @throws SalusError as {@link readBytes} */
export async function readText(file: string): Promise<string> {
  return (await readBytes(file)).toString('utf8').trim();
}

/**
 * Reads JSON. Its shape is the contract's to check.
 *
 * @throws SalusError as {@link readBytes}; `ERR_INVALID_JSON`
 */
export async function readJson<T>(file: string): Promise<T> {
  const text = await readText(file);
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    const where = file === '-' ? 'Standard input' : file;
    // The parser's own message quotes the text, which may be a patient's.
    throw new SalusError('ERR_INVALID_JSON', `${where} is not JSON`, { argument: file, cause });
  }
}

/**
 * Reads a whole number of the command line.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` naming the option and what it takes
 */
export function wholeNumber(
  option: string,
  text: string,
  { from, to }: { readonly from: number; readonly to: number },
): number {
  const value = /^\d+$/.test(text) ? Number(text) : NaN;
  if (value >= from && value <= to) return value;
  const expected = `a whole number from ${from} to ${to}`;
  throw new SalusError('ERR_INVALID_ARGUMENT', `${option} ${text}: expected ${expected}`, {
    argument: option,
    expected,
    got: text,
  });
}

/** Reads `--port`; 0 takes a free one. @throws SalusError as {@link wholeNumber} */
export const portNumber = (text: string) => wholeNumber('--port', text, { from: 0, to: 65_535 });

async function readNamed(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', `${file} can't be read`, {
      argument: file,
      expected: 'a readable file, or - for standard input',
      cause,
    });
  }
}

async function readStandardInput(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_INPUT_BYTES) break;
  }
  return Buffer.concat(chunks);
}
