import type { ComputeErrorCode } from './errors.js';
import type { Program } from './programs.js';
import type { Engine, Hashed } from './types.js';

/** What travels between an engine and its worker. */
export type OperationName =
  | 'createShare'
  | 'combineKey'
  | 'encrypt'
  | 'checkCiphertext'
  | 'sum'
  | 'evaluate'
  | 'partialOpening'
  | 'combineOpening';

/** The worker gets no bounds: the engine has computed with them before it asks. */
interface Evaluation {
  readonly request: { readonly program: Program; readonly inputs: readonly Uint8Array[] };
  readonly result: Hashed;
}

export type RequestOf<Name extends OperationName> = Name extends 'evaluate'
  ? Evaluation['request']
  : Parameters<Engine[Name]>[0];
export type ResultOf<Name extends OperationName> = Name extends 'evaluate'
  ? Evaluation['result']
  : Awaited<ReturnType<Engine[Name]>>;

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
