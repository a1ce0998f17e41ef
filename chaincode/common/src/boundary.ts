import type { Context } from 'fabric-contract-api';
import type { z } from 'zod';
import { parseRequest, SalusError } from '@salus/protocol';

/**
 * Reads JSON from the transaction's transient data.
 *
 * @throws SalusError as {@link parseRequest}
 */
export function parseTransient<S extends z.ZodType>(
  ctx: Context,
  schema: S,
  name: string,
): z.output<S> {
  return parseRequest(schema, Buffer.from(transientBytes(ctx, name)).toString('utf8'), name);
}

/**
 * An entry of the transaction's transient data.
 *
 * @throws SalusError ERR_INVALID_ARGUMENT where it is missing
 */
export function transientBytes(ctx: Context, name: string): Uint8Array {
  const bytes = ctx.stub.getTransient().get(name);
  if (bytes !== undefined) return bytes;
  throw new SalusError(
    'ERR_INVALID_ARGUMENT',
    `${name}: expected transient data of this name, got none`,
    { argument: name, expected: 'transient data', got: 'nothing' },
  );
}
