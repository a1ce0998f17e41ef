import { unwrap } from '../errors/unwrap.js';

/**
 * Submits a request for an opening. Where another one of the same result commits first, the record of what
 * is opened has a policy of its own by then, which this one doesn't meet. Asked for again, the result has
 * its opening, and nothing is written.
 */
export async function askAgain<T>(submit: () => Promise<T>): Promise<T> {
  try {
    return await submit();
  } catch (error) {
    if (unwrap(error).code !== 'ERR_ENDORSEMENT_POLICY') throw error;
  }
  return submit();
}
