import { ComputeError } from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { Opening } from '@salus/protocol/computation';
import type { ComputationClient } from './computation-client.js';
import type { NoiseContent } from './transient.js';

/** What reports noise. */
export interface NoiseReporter {
  readonly computation: Pick<ComputationClient, 'reportNoise' | 'endKey'>;
  /** MSP ID of the own organisation. */
  readonly mspId: string;
}

/**
 * Combines an opening. Where it has more noise than its bound, a recorder reports that, and so ends the key.
 *
 * @throws SalusError `ERR_NOISE_EXCEEDED`, once it was tried to report it
 */
export async function reportingNoise<T>(
  reporter: NoiseReporter,
  { openingId, recorders }: Pick<Opening, 'openingId' | 'recorders'>,
  content: NoiseContent,
  combine: () => Promise<T>,
): Promise<T> {
  try {
    return await combine();
  } catch (error) {
    if (!(error instanceof ComputeError) || error.code !== 'ERR_NOISE_EXCEEDED') throw error;
  }
  if (!recorders.includes(reporter.mspId)) throw exceeded(openingId);
  return await failWith(openingId, () => reporter.computation.reportNoise(openingId, content));
}

/**
 * An opening that another recorder has reported. Its key may still be to end.
 *
 * @throws SalusError `ERR_NOISE_EXCEEDED`
 */
export async function endKeyOf(
  { computation }: NoiseReporter,
  { openingId }: Pick<Opening, 'openingId'>,
): Promise<never> {
  return await failWith(openingId, () => computation.endKey(openingId));
}

async function failWith(openingId: string, report: () => Promise<unknown>): Promise<never> {
  try {
    await report();
  } catch (cause) {
    throw exceeded(openingId, { cause, remedy: 'open again, so that it is reported' });
  }
  throw exceeded(openingId);
}

function exceeded(
  openingId: string,
  unreported?: { readonly cause: unknown; readonly remedy: string },
): SalusError {
  const told = unreported === undefined ? '' : '; that could not be reported';
  return new SalusError('ERR_NOISE_EXCEEDED', `The opening has more noise than its bound${told}`, {
    argument: 'openingId',
    expected: 'values',
    got: `noise in ${openingId}`,
    ...unreported,
  });
}
