import type { ErrorCode } from '@salus/protocol';
import { unwrap } from '../errors/unwrap.js';

/**
 * Submits a request that is answered as it is once another one has committed. By default one for an opening: where
 * another one of the same result commits first, the record of what is opened has a policy of its own by then, which
 * this one doesn't meet. Asked for again, the result has its opening, and nothing is written.
 *
 * @param overtaken - how the ledger refuses what another one has overtaken
 */
export async function askAgain<T>(
  submit: () => Promise<T>,
  overtaken: ErrorCode = 'ERR_ENDORSEMENT_POLICY',
): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    if (unwrap(error).code !== overtaken) throw error;
  }
  return submit();
}
