import { SalusError } from '@salus/protocol/errors';
import type { CallOptions, Contract, SubmitOptions } from './contract.js';

/** A transaction that was applied, and what the contract answered. */
export interface Receipt<T> {
  readonly value: T;
  readonly transactionId: string;
  readonly blockNumber: bigint;
}

/** What may be said about a call of a façade, which sets arguments and transient data itself. */
export type FacadeOptions = Omit<SubmitOptions, 'args' | 'transient'>;

/** A contract's transactions by name: each takes one request and answers one response, both JSON. */
export type TransactionTypes<T> = {
  readonly [K in keyof T]: { readonly request: unknown; readonly response: unknown };
};

/** Speaks to a contract in its own types. */
export class TypedContract<T extends TransactionTypes<T>> {
  readonly contract: Contract;

  constructor(contract: Contract) {
    this.contract = contract;
  }

  async submit<K extends keyof T & string>(
    transaction: K,
    request: T[K]['request'],
    options: Omit<SubmitOptions, 'args'> = {},
  ): Promise<Receipt<T[K]['response']>> {
    const args = [JSON.stringify(request)];
    const { transactionId, blockNumber, result } = await this.contract.submit(transaction, {
      ...options,
      args,
    });
    const value = parseAnswer(transaction, result) as T[K]['response'];
    return { value, transactionId, blockNumber };
  }

  async evaluate<K extends keyof T & string>(
    transaction: K,
    request: T[K]['request'],
    options: Omit<CallOptions, 'args'> = {},
  ): Promise<T[K]['response']> {
    const args = [JSON.stringify(request)];
    return parseAnswer(
      transaction,
      await this.contract.evaluate(transaction, { ...options, args }),
    );
  }
}

/** The contract's types stand for its answers; that it is JSON at all is checked here. */
function parseAnswer(transaction: string, result: Buffer): unknown {
  try {
    return JSON.parse(result.toString('utf8'));
  } catch (cause) {
    throw new SalusError('ERR_INVALID_JSON', `The answer of ${transaction} is not JSON`, {
      expected: 'one JSON value',
      remedy: 'check which contract, and which version of it, is deployed under this name',
      cause,
    });
  }
}
