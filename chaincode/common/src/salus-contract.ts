import { Contract, type Context } from 'fabric-contract-api';
import { SalusError } from '@salus/protocol';
import { dropHiddenDebugMessages } from './shim-logging.js';

/** Base of the contracts: every error leaves in wire form, `ERR_X: text`. */
export abstract class SalusContract extends Contract {
  constructor(name: string) {
    super(name);
    dropHiddenDebugMessages();
  }

  override aroundTransaction(
    ctx: Context,
    fn: Parameters<Contract['aroundTransaction']>[1],
    parameters: unknown,
  ): Promise<void> {
    return super.aroundTransaction(ctx, fn, parameters).catch((error: unknown) => {
      throw new Error(wireMessageOf(error), { cause: error });
    });
  }

  override unknownTransaction(ctx: Context): Promise<void> {
    const { fcn } = ctx.stub.getFunctionAndParameters();
    const error = new SalusError(
      'ERR_UNKNOWN_TRANSACTION',
      `The contract ${this.getName()} has no transaction ${fcn}`,
    );
    return Promise.reject(new Error(error.wireMessage, { cause: error }));
  }
}

/** The wire form of whatever was thrown. The peer's own words are passed on; a parser's may quote data. */
function wireMessageOf(error: unknown): string {
  if (error instanceof SalusError) return error.wireMessage;
  const text =
    error instanceof Error && !(error instanceof SyntaxError)
      ? error.message
      : 'The transaction failed';
  return new SalusError('ERR_INTERNAL', text).wireMessage;
}
