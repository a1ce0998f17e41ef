import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ComputeError } from './errors.js';
import { DEFAULT_PROFILE, profileOf, type ProfileName } from './profiles.js';
import type { OperationName, RequestOf, ResultOf } from './protocol.js';
import { boundOf } from './programs.js';
import type { BoundHashed, Engine, EngineOptions } from './types.js';
import { WorkerQueue } from './worker-queue.js';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Starts an engine; its worker starts with the first request and is replaced after an error inside
 * SEAL or when it hangs. An idle engine does not keep the process alive.
 *
 * @example
 * await using engine = createEngine();
 * const { bytes, hash } = await engine.encrypt({ publicKey, values: [12_50, 0, 80_00] });
 *
 * @throws ComputeError ERR_PROFILE_UNKNOWN, ERR_ENGINE_UNAVAILABLE
 */
export function createEngine(options: EngineOptions = {}): Engine {
  const { name } = profileOf(options.profile ?? DEFAULT_PROFILE);
  const queue = new WorkerQueue({
    workerPath: options.workerPath ?? findWorker(),
    workerData: { profile: name },
    timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
  });
  return new WorkerEngine(name, queue);
}

class WorkerEngine implements Engine {
  readonly #queue: WorkerQueue;

  constructor(
    readonly profile: ProfileName,
    queue: WorkerQueue,
  ) {
    this.#queue = queue;
  }

  createShare = this.#operation('createShare');
  combineKey = this.#operation('combineKey');
  encrypt = this.#operation('encrypt');
  checkCiphertext = this.#operation('checkCiphertext');
  sum = this.#operation('sum');
  #evaluate = this.#operation('evaluate');
  partialOpening = this.#operation('partialOpening');
  combineOpening = this.#operation('combineOpening');

  async evaluate(request: Parameters<Engine['evaluate']>[0]): Promise<BoundHashed> {
    const { program, inputs } = request;
    const bound = boundOf(
      profileOf(this.profile),
      program,
      inputs.map((input) => input.bound),
    );
    const result = await this.#evaluate({ program, inputs: inputs.map(({ bytes }) => bytes) });
    return { ...result, bound };
  }

  async close(): Promise<void> {
    await this.#queue.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #operation<Name extends OperationName>(name: Name) {
    return async (request: RequestOf<Name>): Promise<ResultOf<Name>> =>
      (await this.#queue.run(name, request)) as ResultOf<Name>;
  }
}

/** Beside this file once compiled or bundled; under dist/ when the sources run in a test. */
function findWorker(): string {
  const candidates = [join(__dirname, 'worker.js'), join(__dirname, '..', 'dist', 'worker.js')];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new ComputeError('ERR_ENGINE_UNAVAILABLE', 'the compiled worker is missing', {
      expected: `${candidates.join(' or ')}; \`npm run build\` makes it`,
    });
  }
  return found;
}
