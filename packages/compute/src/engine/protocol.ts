import type { ComputeErrorCode } from '../bfv/errors.js';
import type { Hashed } from '../bfv/hashed.js';
import type { ProgramPart, Step, WorkerInput } from '../bfv/worker-input.js';
import type { ThresholdOperations } from '../threshold/types.js';
import type { Engine, Progress } from './types.js';

export type { Progress };

/** What travels between an engine and its worker. */
export type OperationName =
  | 'combineKey'
  | 'checkPublicKey'
  | 'encrypt'
  | 'encryptProven'
  | 'verifyProven'
  | 'openProven'
  | 'verifyOpening'
  | 'checkCiphertext'
  | 'checkInput'
  | 'evaluate'
  | keyof ThresholdOperations;

/** A request that goes to its worker in several messages, each made when the answer to the one before is there. */
export class InParts {
  constructor(readonly parts: Iterator<unknown, void>) {}
}

/** Operations that are not methods of the engine as they stand. */
interface Own {
  readonly evaluate: {
    /** No bounds: the engine has computed with them before it asks. */
    readonly request: ProgramPart;
    /** Undefined until the last part. */
    readonly result: Hashed | undefined;
  };
  readonly checkInput: { readonly request: WorkerInput; readonly result: string };
}

export type RequestOf<Name extends OperationName> = Name extends keyof Own
  ? Own[Name]['request']
  : Parameters<Engine[Exclude<Name, keyof Own>]>[0];
export type ResultOf<Name extends OperationName> = Name extends keyof Own
  ? Own[Name]['result']
  : Awaited<ReturnType<Engine[Exclude<Name, keyof Own>]>>;

export type Operations = {
  readonly [Name in OperationName]: (request: RequestOf<Name>, step: Step) => ResultOf<Name>;
};

export interface WorkerRequest {
  readonly operation: OperationName;
  readonly request: unknown;
  readonly reports: boolean;
  readonly cancelled: Int32Array;
  /** Memory in which bytes of the request lie; it goes back with the answer. */
  readonly staging: ArrayBuffer | undefined;
}

export interface WorkerFailure {
  readonly code: ComputeErrorCode;
  readonly message: string;
  readonly argument?: string;
  readonly expected?: string;
  readonly got?: string;
}

/**
 * `recycle`: the worker is to be replaced. SEAL threw, and each exception that leaves it costs the
 * module some of its stack; or its memory has grown, which it never gives back.
 */
export type WorkerReply =
  | { readonly progress: Progress }
  | (Outcome & { readonly recycle: boolean; readonly staging: ArrayBuffer | undefined });

export type Outcome = { readonly result: unknown } | { readonly failure: WorkerFailure };
