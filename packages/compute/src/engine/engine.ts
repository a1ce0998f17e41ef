import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from '@salus/protocol/computation';
import { ComputeError } from '../bfv/errors.js';
import type { BoundHashed, Hashed } from '../bfv/hashed.js';
import { InputCache, shared } from '../bfv/input-cache.js';
import { sha256Hex } from '../bfv/hashing.js';
import { DEFAULT_PROFILE, profileOf, type Profile } from '../bfv/profiles.js';
import type { ProvenCiphertextsRequest } from '../encryption-proof/types.js';
import { boundOf } from '../bfv/programs.js';
import type { WorkerInput } from '../bfv/worker-input.js';
import { InParts, type OperationName, type RequestOf, type ResultOf } from './protocol.js';
import { HandleScope } from './scope.js';
import type {
  Engine,
  EngineOptions,
  EvaluateOptions,
  NamedInput,
  RequestOptions,
  Scope,
} from './types.js';
import type { Staging } from './staging.js';
import { WorkerQueue } from './worker-queue.js';

const MIB = 2 ** 20;
/** Inputs in one message: what is copied on the way takes 2 MiB for each worker, however many inputs there are. */
const PART = 4;

const defaults = {
  profile: DEFAULT_PROFILE,
  timeoutMs: 30_000,
  workers: 1,
  maxWaiting: 256,
  cacheBytes: 64 * MIB,
  maxHeapBytes: 512 * MIB,
};

/**
 * Starts an engine; its workers start with the first requests and are replaced after an error inside
 * SEAL or when they hang. An idle engine does not keep the process alive.
 *
 * @example
 * await using engine = createEngine();
 * const { bytes, hash, bound } = await engine.encrypt({ publicKey, values: [12_50, 0, 80_00] });
 *
 * @throws ComputeError ERR_PROFILE_UNKNOWN, ERR_ENGINE_UNAVAILABLE
 */
export function createEngine(options: EngineOptions = {}): Engine {
  const { cacheBytes, maxHeapBytes, ...chosen } = { ...defaults, ...options };
  const profile = profileOf(chosen.profile);
  if (!Number.isInteger(chosen.workers) || chosen.workers < 1) {
    throw new ComputeError('ERR_ENGINE_UNAVAILABLE', 'an engine needs a worker', {
      argument: 'workers',
      expected: 'one or more',
      got: String(chosen.workers),
    });
  }
  const workerPath = options.workerPath ?? findWorker();
  const workerData = { profile: profile.name, maxHeapBytes };
  const queue = new WorkerQueue({ ...chosen, workerPath, workerData });
  return new WorkerEngine(profile, queue, new InputCache(cacheBytes));
}

/** An input that may have been checked before. */
type KnownInput = NamedInput & { readonly checked?: boolean };

class WorkerEngine implements Engine {
  readonly #profile: Profile;
  readonly #queue: WorkerQueue;
  readonly #cache: InputCache;

  constructor(profile: Profile, queue: WorkerQueue, cache: InputCache) {
    this.#profile = profile;
    this.#queue = queue;
    this.#cache = cache;
  }

  get profile() {
    return this.#profile.name;
  }

  combineKey = this.#operation('combineKey');
  checkPublicKey = this.#operation('checkPublicKey');
  encrypt = this.#operation('encrypt');
  encryptProven = this.#operation('encryptProven');
  openProven = this.#operation('openProven');
  verifyOpening = this.#operation('verifyOpening');
  dealKey = this.#operation('dealKey');
  acceptShare = this.#operation('acceptShare');
  trialCiphertext = this.#operation('trialCiphertext');
  checkTrial = this.#operation('checkTrial');
  partialOpening = this.#operation('partialOpening');
  combineOpening = this.#operation('combineOpening');
  dealReshare = this.#operation('dealReshare');
  acceptReshare = this.#operation('acceptReshare');
  resharedContributions = this.#operation('resharedContributions');

  async checkCiphertext(bytes: Uint8Array, options?: RequestOptions): Promise<string> {
    let kept = bytes;
    const prepare = () => (kept = this.#worthKeeping(bytes) ? shared(bytes) : bytes);
    const hash = (await this.#queue.run('checkCiphertext', prepare, options)) as string;
    this.#cache.put(hash, kept);
    return hash;
  }

  /** Keeps what it checked, as {@link checkCiphertext} does. */
  async verifyProven(request: ProvenCiphertextsRequest, options?: RequestOptions): Promise<string> {
    const prepare = (staging: Staging) => stagedProof(request, staging);
    const hash = (await this.#queue.run('verifyProven', prepare, options)) as string;
    for (const bytes of request.ciphertexts) {
      if (this.#worthKeeping(bytes)) this.#cache.put(sha256Hex(bytes), shared(bytes));
    }
    return hash;
  }

  async evaluate(
    { program, inputs }: Parameters<Engine['evaluate']>[0],
    options?: EvaluateOptions,
  ): Promise<BoundHashed> {
    return await this.#compute(program, inputs, options);
  }

  scope(): Scope {
    return new HandleScope({
      check: (input, options) => this.#check(input, options),
      compute: (program, inputs, options) => this.#compute(program, inputs, options),
    });
  }

  warmUp(): void {
    this.#queue.warmUp();
  }

  async capacity(): Promise<void> {
    await this.#queue.capacity();
  }

  async close(): Promise<void> {
    this.#cache.clear();
    await this.#queue.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** The bound first: what it refuses is not worth copying. */
  async #compute(
    program: Program,
    inputs: readonly KnownInput[],
    options?: EvaluateOptions,
  ): Promise<BoundHashed> {
    const bounds = inputs.map((input) => input.bound);
    const bound = boundOf(this.#profile, program, bounds);
    const prepared: WorkerInput[] = [];
    const prepare = (staging: Staging) =>
      new InParts(this.#parts({ program, inputs }, prepared, staging));
    const result = (await this.#queue.run('evaluate', prepare, options)) as Hashed;
    prepared.forEach((input) => this.#remember(input));
    return { ...result, bound };
  }

  /** What is missing shows before anything is sent. */
  *#parts(
    { program, inputs }: { readonly program: Program; readonly inputs: readonly KnownInput[] },
    prepared: WorkerInput[],
    staging: Staging,
  ): Generator<RequestOf<'evaluate'>, void> {
    prepared.push(...inputs.map((input) => this.#prepare(input)));
    const total = prepared.length;
    for (let offset = 0; offset < total; offset += PART) {
      const part = this.#staged(prepared.slice(offset, offset + PART), staging);
      yield { program, inputs: part, offset, total };
    }
  }

  /** Inputs as they go to a worker: their caller keeps the bytes, unless workers share them anyway. */
  #staged(inputs: readonly WorkerInput[], staging: Staging): WorkerInput[] {
    const copied = inputs.filter(
      ({ bytes }) => this.#worthKeeping(bytes) && !(bytes.buffer instanceof SharedArrayBuffer),
    );
    const copies = staging.copiesOf(copied.map(({ bytes }) => bytes));
    return inputs.map((input) => {
      const bytes = copies[copied.indexOf(input)] ?? input.bytes;
      return { ...input, bytes };
    });
  }

  async #check(input: NamedInput, options?: RequestOptions): Promise<Hashed> {
    let prepared: WorkerInput | undefined;
    const prepare = (): RequestOf<'checkInput'> => (prepared = this.#prepare(input, true));
    const hash = (await this.#queue.run('checkInput', prepare, options)) as string;
    const { bytes } = prepared as unknown as WorkerInput;
    if (input.hash !== undefined) this.#cache.put(hash, bytes);
    return { bytes, hash };
  }

  /** What is to be kept is copied to shared memory, all else on its way to the worker. */
  #prepare(input: KnownInput, keep = false): WorkerInput {
    const { bytes, hash, checked = false } = input;
    const cached = hash === undefined ? undefined : this.#cache.get(hash);
    if (cached !== undefined) return { bytes: cached, hash, checked: true };
    if (bytes === undefined) {
      throw new ComputeError('ERR_CIPHERTEXT_MISSING', 'an input is not in the cache', {
        argument: 'inputs',
        expected: 'the bytes of the ciphertext',
        got: hash ?? 'neither bytes nor hash',
      });
    }
    if (checked || (hash === undefined && !keep)) return { bytes, checked };
    return { bytes: this.#worthKeeping(bytes) ? shared(bytes) : bytes, hash };
  }

  #worthKeeping(bytes: Uint8Array): boolean {
    return bytes instanceof Uint8Array && bytes.length === this.#profile.ciphertextLength;
  }

  #remember({ bytes, hash }: WorkerInput): void {
    if (hash !== undefined) this.#cache.put(hash, bytes);
  }

  #operation<Name extends OperationName>(name: Name) {
    return async (request: RequestOf<Name>, options?: RequestOptions): Promise<ResultOf<Name>> =>
      (await this.#queue.run(name, () => request, options)) as ResultOf<Name>;
  }
}

/** A proof and all that it covers as they go to a worker. What is not bytes goes as it is: the worker refuses it. */
function stagedProof(request: ProvenCiphertextsRequest, staging: Staging) {
  const { publicKey, proof, ciphertexts } = request;
  const isList: boolean = Array.isArray(ciphertexts);
  const given = isList ? [publicKey, proof, ...ciphertexts] : [];
  if (given.length === 0 || !given.every((one) => one instanceof Uint8Array)) return request;
  const [key, shown, ...covered] = staging.copiesOf(given);
  return { ...request, publicKey: key, proof: shown, ciphertexts: covered };
}

/** Beside this file once compiled or bundled; under dist/ when the sources run in a test. */
function findWorker(): string {
  const candidates = [
    join(__dirname, 'worker.js'),
    join(__dirname, '..', '..', 'dist', 'engine', 'worker.js'),
  ];
  const found = candidates.find((path) => existsSync(path));
  if (found === undefined) {
    throw new ComputeError('ERR_ENGINE_UNAVAILABLE', 'the compiled worker is missing', {
      expected: `${candidates.join(' or ')}; \`npm run build\` makes it`,
    });
  }
  return found;
}
