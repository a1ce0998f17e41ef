import type { z } from 'zod';
import { SalusError } from '@salus/protocol';

/**
 * Checks the form of what a file of a home holds. The error names the place at fault, never the value.
 *
 * @throws SalusError `ERR_STATE_UNREADABLE`
 */
export function parseKept<T>(file: string, form: z.ZodType<T>, value: unknown): T {
  const { data, error } = form.safeParse(value);
  if (!error) return data;
  const [issue] = error.issues;
  const place = issue?.path.map(String).join('.') ?? '';
  throw unreadable(file, place === '' ? issue?.message : `${place}: ${issue?.message ?? ''}`);
}

/** As {@link parseKept}, of a file's text. @throws SalusError `ERR_STATE_UNREADABLE` */
export function parseKeptJson<T>(file: string, form: z.ZodType<T>, text: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw unreadable(file, 'JSON');
  }
  return parseKept(file, form, value);
}

/**
 * Checks that a file names the format that this release reads.
 *
 * @throws SalusError `ERR_STATE_UNREADABLE` for a file that names another one
 */
export function requireFormat(file: string, format: string, value: unknown): void {
  const named = (value as { format?: unknown } | null)?.format;
  if (typeof named !== 'string' || named === format) return;
  throw unreadable(file, format, named.slice(0, 64));
}

function unreadable(file: string, expected?: string, got?: string): SalusError {
  return new SalusError('ERR_STATE_UNREADABLE', `This release does not read the form of ${file}`, {
    argument: file,
    ...(expected !== undefined && { expected }),
    ...(got !== undefined && { got }),
  });
}
