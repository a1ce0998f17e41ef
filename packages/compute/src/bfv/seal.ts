import type * as NodeSeal from 'node-seal' with { 'resolution-mode': 'import' };
import { AdditionKernel } from './addition-kernel.js';
import { ComputeError } from './errors.js';
import { HEADER_LENGTH, type Profile } from './profiles.js';

export type SealModule = Awaited<ReturnType<typeof NodeSeal.default>>;
type Context = InstanceType<SealModule['SEALContext']>;
type Ciphertext = InstanceType<SealModule['Ciphertext']>;
interface Savable {
  saveToArray(mode: SealModule['ComprModeType']['none']): unknown;
}

/** SEAL with one parameter set, made once for the life of a worker. */
export interface Seal {
  readonly module: SealModule;
  readonly context: Context;
  readonly evaluator: InstanceType<SealModule['Evaluator']>;
  readonly encoder: InstanceType<SealModule['BatchEncoder']>;
  /** Scales and decodes what was opened already; its own key opens nothing. */
  readonly decryptor: InstanceType<SealModule['Decryptor']>;
  readonly addition: AdditionKernel;
  /** Size of the module's memory: it grows and never shrinks. */
  readonly heapBytes: () => number;
  /** What SEAL itself writes before the coefficients; anything else is refused. */
  readonly headers: Readonly<Record<'ciphertext' | 'transformed' | 'publicKey', Uint8Array>>;
}

const SECRET_HEADER_LENGTH = 88;
/** Whether there are parameters for fewer and fewer moduli, which switching moduli needs. */
const EXPAND_MODULUS_CHAIN = false;

/**
 * Loads SEAL and makes the context, which takes most of the time. Nothing here switches moduli, so the context has no
 * chain of smaller ones: their tables would take about as long again.
 */
export async function openSeal(profile: Profile): Promise<Seal> {
  const { module, heapBytes } = await loadModule();
  using parameters = new module.EncryptionParameters(module.SchemeType.bfv);
  using moduli = new module.VectorModulus();
  for (const value of profile.coefficientModuli) {
    using modulus = new module.Modulus(value);
    moduli.push_back(modulus);
  }
  using plainModulus = new module.Modulus(profile.plainModulus);
  parameters.setPolyModulusDegree(profile.degree);
  parameters.setCoeffModulus(moduli);
  parameters.setPlainModulus(plainModulus);
  const context = new module.SEALContext(
    parameters,
    EXPAND_MODULUS_CHAIN,
    module.SecLevelType.tc128,
  );
  if (!context.parametersSet()) throw new Error(`SEAL refuses the profile ${profile.name}`);
  const evaluator = new module.Evaluator(context);
  using generator = new module.KeyGenerator(context);
  using secretKey = generator.secretKey();
  const decryptor = new module.Decryptor(context, secretKey);
  const encoder = new module.BatchEncoder(context);
  const headers = readHeaders(module, context, evaluator, generator);
  const addition = new AdditionKernel(profile);
  return { module, context, evaluator, encoder, decryptor, addition, heapBytes, headers };
}

/** The part of WebAssembly's interface that is used here; Node's types leave it out. */
interface WebAssemblyInterface {
  instantiate: (...args: unknown[]) => Promise<{ instance: { exports: object } }>;
  readonly Memory: new () => { readonly buffer: ArrayBuffer };
}

/**
 * node-seal keeps the module's memory to itself, so it is taken where the module is instantiated.
 * This thread instantiates nothing else meanwhile.
 */
async function loadModule(): Promise<{ module: SealModule; heapBytes: () => number }> {
  const load = await loadNodeSeal();
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
  const original = api.instantiate;
  let memory: InstanceType<WebAssemblyInterface['Memory']> | undefined;
  api.instantiate = async (...args) => {
    const result = await original(...args);
    memory = Object.values(result.instance.exports).find((one) => one instanceof api.Memory);
    return result;
  };
  try {
    const module = await load();
    return { module, heapBytes: () => memory?.buffer.byteLength ?? 0 };
  } finally {
    api.instantiate = original;
  }
}

/** @throws ComputeError ERR_ENGINE_UNAVAILABLE where nobody has installed node-seal, which is optional */
async function loadNodeSeal(): Promise<typeof NodeSeal.default> {
  try {
    return (await import('node-seal')).default;
  } catch (cause) {
    if ((cause as { readonly code?: unknown }).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new ComputeError('ERR_ENGINE_UNAVAILABLE', 'node-seal, which encrypts, is missing', {
      argument: 'node-seal',
      expected: 'node-seal 7.0.0 beside the SDK; run `npm install node-seal@7.0.0`',
      got: 'no such package',
      cause,
    });
  }
}

function readHeaders(
  module: SealModule,
  context: Context,
  evaluator: Seal['evaluator'],
  generator: InstanceType<SealModule['KeyGenerator']>,
): Seal['headers'] {
  using publicKey = generator.createPublicKey();
  using encryptor = new module.Encryptor(context, publicKey);
  using ciphertext = new module.Ciphertext();
  encryptor.encryptZero(ciphertext);
  const header = (value: Savable) => save(module, value).slice(0, HEADER_LENGTH);
  const plain = header(ciphertext);
  evaluator.cipherTransformToNttInplace(ciphertext);
  return { ciphertext: plain, transformed: header(ciphertext), publicKey: header(publicKey) };
}

/** The uncompressed form: the only one that is hashed. */
export function save(module: SealModule, value: Savable): Uint8Array {
  return value.saveToArray(module.ComprModeType.none) as Uint8Array;
}

/** Bytes must have been checked: every exception of SEAL costs the module some of its stack. */
export function loadCiphertext(seal: Seal, bytes: Uint8Array): Ciphertext {
  const ciphertext = new seal.module.Ciphertext();
  try {
    ciphertext.loadFromArray(seal.context, bytes);
    return ciphertext;
  } catch (error) {
    ciphertext.delete();
    throw error;
  }
}

/** The residues of a freshly generated secret key. */
export function secretResidues(
  seal: Seal,
  secretKey: InstanceType<SealModule['SecretKey']>,
): Uint8Array {
  const saved = save(seal.module, secretKey);
  const residues = saved.slice(SECRET_HEADER_LENGTH);
  saved.fill(0);
  return residues;
}
