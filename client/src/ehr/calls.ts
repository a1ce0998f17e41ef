import type { EhrTransactions } from '@salus/protocol/ehr';
import type { Contract } from '../transaction/contract.js';
import { TypedContract, type FacadeOptions, type Receipt } from '../transaction/typed-contract.js';

/** Name of a transaction of the ehr contract. */
export type EhrTransaction = keyof EhrTransactions;

export type RequestOf<K extends EhrTransaction> = EhrTransactions[K]['request'];
export type AnswerOf<K extends EhrTransaction> = EhrTransactions[K]['response'];

/** Submits a transaction, and waits until it is applied. */
export type Submit<K extends EhrTransaction> = (
  request: RequestOf<K>,
  options?: FacadeOptions,
) => Promise<Receipt<AnswerOf<K>>>;

/** Submits what somebody signed; the signature says who wants it, so anybody may relay it. */
export type Relay<K extends EhrTransaction> = (
  statement: string,
  options?: FacadeOptions,
) => Promise<Receipt<AnswerOf<K>>>;

/** Asks the own peer. */
export type Query<K extends EhrTransaction> = (request: RequestOf<K>) => Promise<AnswerOf<K>>;

/** Transactions whose request is one statement. */
type StatementTransaction = {
  readonly [K in EhrTransaction]: RequestOf<K> extends { readonly statement: string } ? K : never;
}[EhrTransaction];

/** What the topics of the ehr client make their calls with. */
export interface EhrCalls {
  readonly contract: TypedContract<EhrTransactions>;
  /** MSP ID of the own organisation. */
  readonly home: string;
  readonly submits: <K extends EhrTransaction>(transaction: K) => Submit<K>;
  readonly relays: <K extends StatementTransaction>(transaction: K) => Relay<K>;
  readonly queries: <K extends EhrTransaction>(transaction: K) => Query<K>;
}

export function ehrCalls(contract: Contract, home: string): EhrCalls {
  const typed = new TypedContract<EhrTransactions>(contract);
  return {
    contract: typed,
    home,
    submits: (transaction) => (request, options) => typed.submit(transaction, request, options),
    relays: (transaction) => (statement, options) =>
      typed.submit(transaction, { statement }, options),
    queries: (transaction) => (request) => typed.evaluate(transaction, request),
  };
}
