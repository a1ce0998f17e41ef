import type { ComputeErrorCode } from './errors.js';
import type { Engine } from './types.js';

/** What travels between an engine and its worker. */
export type OperationName =
  | 'createShare'
  | 'combineKey'
  | 'encrypt'
  | 'checkCiphertext'
  | 'sum'
  | 'partialOpening'
  | 'combineOpening';

export type RequestOf<Name extends OperationName> = Parameters<Engine[Name]>[0];
export type ResultOf<Name extends OperationName> = Awaited<ReturnType<Engine[Name]>>;

export type Operations = {
  readonly [Name in OperationName]: (request: RequestOf<Name>) => ResultOf<Name>;
};

export interface WorkerRequest {
  readonly operation: OperationName;
  readonly request: unknown;
}

export interface WorkerFailure {
  readonly code: ComputeErrorCode;
  readonly message: string;
  readonly argument?: string;
  readonly expected?: string;
  readonly got?: string;
}

export type WorkerReply =
  | { readonly result: unknown }
  /** `recycle`: SEAL threw, and each exception that leaves it costs the module some of its stack. */
  | { readonly failure: WorkerFailure; readonly recycle: boolean };
