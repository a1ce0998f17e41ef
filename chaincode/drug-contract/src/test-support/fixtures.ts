import { SalusError } from '@salus/protocol';
import type { Unit } from '@salus/protocol/drug';

/** What the tests of the rules share. */
export const unit: Unit = {
  sscc: '106141412345678908',
  contentsRoot: '0'.repeat(64),
  count: 2,
  gtin: '09520123456788',
  lot: 'L1',
  expiry: '2026-05-31',
  manufacturer: 'PharmaMSP',
  holder: 'PharmaMSP',
  status: 'HELD',
  moves: 4,
};

/** What a rule throws. */
export function errorOf(run: () => unknown): SalusError {
  try {
    run();
  } catch (error) {
    if (error instanceof SalusError) return error;
  }
  throw new Error('It was expected to fail');
}
