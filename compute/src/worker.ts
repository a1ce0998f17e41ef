import { parentPort, workerData } from 'node:worker_threads';
import { checkCiphertext, encrypt, sum } from './cipher-operations.js';
import { ComputeError } from './errors.js';
import { evaluate } from './evaluate-operation.js';
import { combineKey, createShare } from './key-operations.js';
import { combineOpening, partialOpening } from './opening-operations.js';
import { type Profile, profileOf } from './profiles.js';
import type { Operations, WorkerFailure, WorkerReply, WorkerRequest } from './protocol.js';
import { openSeal, type Seal } from './seal.js';

/** The only place where SEAL runs: it blocks, and it may hang or corrupt itself. */
async function serve(): Promise<void> {
  const profile = profileOf((workerData as { profile: string }).profile);
  const operations = operationsOf(await openSeal(profile), profile);
  parentPort?.on('message', (message: WorkerRequest) => {
    parentPort?.postMessage(answer(operations, message));
  });
}

function operationsOf(seal: Seal, profile: Profile): Operations {
  return {
    createShare: (request) => createShare(seal, profile, request),
    combineKey: (request) => combineKey(seal, profile, request),
    encrypt: (request) => encrypt(seal, profile, request),
    checkCiphertext: (request) => checkCiphertext(seal, profile, request),
    sum: (request) => sum(seal, profile, request),
    evaluate: (request) => evaluate(seal, profile, request),
    partialOpening: (request) => partialOpening(seal, profile, request),
    combineOpening: (request) => combineOpening(seal, profile, request),
  };
}

function answer(operations: Operations, { operation, request }: WorkerRequest): WorkerReply {
  try {
    return { result: operations[operation](request as never) };
  } catch (error) {
    if (error instanceof ComputeError) {
      return { failure: describe(error), recycle: error.cause !== undefined };
    }
    const message = `${operation} failed inside SEAL: ${nativeMessage(error)}`;
    return { failure: { code: 'ERR_ENGINE_FAILED', message }, recycle: true };
  }
}

function describe(error: ComputeError): WorkerFailure {
  const { code, message, argument, expected, got } = error;
  return {
    code,
    message,
    ...(argument === undefined ? {} : { argument }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
  };
}

/** A C++ exception arrives as WebAssembly.Exception, whose message is [type, text]. */
function nativeMessage(error: unknown): string {
  const message = (error as { message?: unknown } | null)?.message;
  return Array.isArray(message) ? message.join(': ') : String(message ?? error);
}

void serve();
