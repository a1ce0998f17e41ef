import type { CallOptions, Contract, Submitted, SubmitOptions } from './contract.js';

/** One of the contracts that a chaincode holds. */
export class NamespacedContract implements Contract {
  readonly name: string;
  readonly #contract: Contract;
  readonly #namespace: string;

  constructor(contract: Contract, namespace: string) {
    this.name = contract.name;
    this.#contract = contract;
    this.#namespace = namespace;
  }

  submit(transaction: string, options?: SubmitOptions): Promise<Submitted> {
    return this.#contract.submit(`${this.#namespace}:${transaction}`, options);
  }

  evaluate(transaction: string, options?: CallOptions): Promise<Buffer> {
    return this.#contract.evaluate(`${this.#namespace}:${transaction}`, options);
  }
}
