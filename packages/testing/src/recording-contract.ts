import type { CallOptions, Contract, Submitted, SubmitOptions } from '@salus/client/transaction';

/** A call that was made. */
export interface RecordedCall {
  readonly transaction: string;
  readonly request: unknown;
  readonly options: CallOptions;
}

/** A contract that answers as it is told, and remembers what was submitted. */
export class RecordingContract implements Contract {
  readonly name = 'recording';
  readonly submitted: RecordedCall[] = [];
  readonly evaluated: RecordedCall[] = [];
  readonly #answer: (call: RecordedCall) => unknown;

  constructor(answer: (call: RecordedCall) => unknown = () => ({})) {
    this.#answer = answer;
  }

  submit(transaction: string, options: SubmitOptions = {}): Promise<Submitted> {
    const result = this.#record(this.submitted, transaction, options);
    return Promise.resolve({ transactionId: 'tx1', blockNumber: 7n, result });
  }

  evaluate(transaction: string, options: CallOptions = {}): Promise<Buffer> {
    return Promise.resolve(this.#record(this.evaluated, transaction, options));
  }

  #record(calls: RecordedCall[], transaction: string, options: CallOptions): Buffer {
    const call = {
      transaction,
      request: JSON.parse(String(options.args?.[0])) as unknown,
      options,
    };
    calls.push(call);
    return Buffer.from(JSON.stringify(this.#answer(call)));
  }
}
