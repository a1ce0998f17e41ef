import { SalusError } from '@salus/protocol';

/**
 * What a rule refuses with, in one line: `CODE argument: message (expected, not got)`; `taken` where it
 * refuses nothing.
 */
export function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (!(error instanceof SalusError)) throw error;
    const { code, argument = '', message, expected = '', got = '' } = error;
    return `${code} ${argument}: ${message} (${expected}, not ${got})`;
  }
  return 'taken';
}
