import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { checkCiphertext, encrypt } from '../bfv/cipher-operations.js';
import { ComputeError } from '../bfv/errors.js';
import { checkInput, evaluatePart } from '../bfv/evaluate-operation.js';
import { checkPublicKey, combineKey } from '../bfv/key-operations.js';
import { type Profile, profileOf } from '../bfv/profiles.js';
import { openSeal, type Seal } from '../bfv/seal.js';
import type { Step } from '../bfv/worker-input.js';
import type { Operations, Outcome, WorkerFailure, WorkerReply, WorkerRequest } from './protocol.js';
import { proofOperations } from './proof-operations.js';
import { thresholdOperations } from './threshold-operations.js';
import type { Progress } from './types.js';

interface Settings {
  readonly profile: string;
  readonly maxHeapBytes: number;
}

/** The only place where SEAL runs: it blocks, and it may hang or corrupt itself. */
async function serve(port: MessagePort): Promise<void> {
  const { profile: name, maxHeapBytes } = workerData as Settings;
  const profile = profileOf(name);
  const seal = await openSeal(profile);
  const operations = operationsOf(seal, profile);
  port.on('message', (message: WorkerRequest) => {
    const reply = answer(operations, message, (progress) => port.postMessage({ progress }));
    const recycle = reply.recycle || seal.heapBytes() > maxHeapBytes;
    const { staging } = message;
    const moved = [...transferable(reply), ...(staging === undefined ? [] : [staging])];
    port.postMessage({ ...reply, recycle, staging } satisfies WorkerReply, moved);
  });
}

function operationsOf(seal: Seal, profile: Profile): Operations {
  return {
    combineKey: (request) => combineKey(seal, profile, request),
    checkPublicKey: (request) => checkPublicKey(seal, profile, request),
    encrypt: (request) => encrypt(seal, profile, request),
    ...proofOperations(seal, profile),
    checkCiphertext: (request) => checkCiphertext(seal, profile, request),
    checkInput: (request) => checkInput(seal, profile, request),
    evaluate: (request, step) => evaluatePart(seal, profile, request, step),
    ...thresholdOperations(seal, profile),
  };
}

function answer(
  operations: Operations,
  { operation, request, reports, cancelled }: WorkerRequest,
  report: (progress: Progress) => void,
): Outcome & { readonly recycle: boolean } {
  const step: Step = (done, total) => {
    if (Atomics.load(cancelled, 0) !== 0) {
      throw new ComputeError('ERR_CANCELLED', `${operation} was given up`);
    }
    if (reports) report({ done, total });
  };
  try {
    return { result: operations[operation](request as never, step), recycle: false };
  } catch (error) {
    if (error instanceof ComputeError) {
      return { failure: describe(error), recycle: error.cause !== undefined };
    }
    const message = `${operation} failed inside SEAL: ${nativeMessage(error)}`;
    return { failure: { code: 'ERR_ENGINE_FAILED', message }, recycle: true };
  }
}

/** A result's bytes move instead of being copied, so that no secret stays behind in the worker. */
function transferable(reply: object): ArrayBuffer[] {
  return [...new Set(buffersIn(reply))];
}

function buffersIn(value: unknown): ArrayBuffer[] {
  if (typeof value !== 'object' || value === null) return [];
  if (!ArrayBuffer.isView(value)) return Object.values(value).flatMap(buffersIn);
  const { buffer, byteLength } = value;
  return buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
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

if (parentPort !== null) void serve(parentPort);
