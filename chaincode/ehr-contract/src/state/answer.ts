import type { z } from 'zod';
import { canonicalJson, parseRequest } from '@salus/protocol';

/**
 * Runs a transaction on the JSON of its request, and writes its answer as JSON.
 *
 * @throws SalusError ERR_TOO_LARGE, ERR_INVALID_JSON, ERR_INVALID_ARGUMENT, and what the transaction throws
 */
export async function answer<S extends z.ZodType>(
  schema: S,
  request: string,
  run: (request: z.output<S>) => Promise<unknown>,
): Promise<string> {
  return canonicalJson(await run(parseRequest(schema, request)));
}
