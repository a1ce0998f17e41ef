import { profileOf, AdditionKernel } from '@salus/compute';
import { median } from '../stats.js';

/** Medians in milliseconds of one library doing the same work. */
export interface LibraryTimes {
  readonly library: string;
  /** Slot-wise addition of two vectors of 10,000 values, all ciphertexts loaded from bytes. */
  readonly addWithLoadMs: number;
  readonly addWithLoadAndSaveMs: number;
  /** Encode, encrypt and save 8192 values. */
  readonly encryptMs: number;
  /** Load, decrypt and decode. */
  readonly openMs: number;
}

/** The engine's own addition: every coefficient checked, and added, without SEAL. */
export type AdditionTimes = Pick<
  LibraryTimes,
  'library' | 'addWithLoadMs' | 'addWithLoadAndSaveMs'
>;

const HEADER_LENGTH = 113;
const VALUES = 10_000;
const ROUNDS = 201;

/** In this thread, without messages: what WebAssembly costs against bench/native-seal. */
export async function nodeSealTimes(): Promise<{
  nodeSeal: LibraryTimes;
  addition: AdditionTimes;
}> {
  const { default: load } = await import('node-seal');
  const seal = await load();
  const profile = profileOf('bfv-8192-sum-v1');
  const { degree } = profile;
  const parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  const moduli = new seal.VectorModulus();
  for (const value of profile.coefficientModuli) moduli.push_back(new seal.Modulus(value));
  parameters.setPolyModulusDegree(degree);
  parameters.setCoeffModulus(moduli);
  parameters.setPlainModulus(new seal.Modulus(profile.plainModulus));
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc128);
  const generator = new seal.KeyGenerator(context);
  const encryptor = new seal.Encryptor(context, generator.createPublicKey());
  const decryptor = new seal.Decryptor(context, generator.secretKey());
  const evaluator = new seal.Evaluator(context);
  const encoder = new seal.BatchEncoder(context);

  const saved = (ciphertext: InstanceType<typeof seal.Ciphertext>) =>
    ciphertext.saveToArray(seal.ComprModeType.none) as Uint8Array;
  const loaded = (bytes: Uint8Array) => {
    const ciphertext = new seal.Ciphertext();
    ciphertext.loadFromArray(context, bytes);
    return ciphertext;
  };
  const encrypted = (slots: BigUint64Array) => {
    using plaintext = new seal.Plaintext();
    using ciphertext = new seal.Ciphertext();
    encoder.encode(slots, plaintext);
    encryptor.encrypt(plaintext, ciphertext);
    return saved(ciphertext);
  };
  const opened = (bytes: Uint8Array) => {
    using ciphertext = loaded(bytes);
    using plaintext = new seal.Plaintext();
    decryptor.decrypt(ciphertext, plaintext);
    return encoder.decodeBigUint64(plaintext) as BigUint64Array;
  };
  const vector = () =>
    Array.from({ length: Math.ceil(VALUES / degree) }, (_, part) =>
      encrypted(
        BigUint64Array.from({ length: degree }, (__, slot) => BigInt(part * degree + slot)),
      ),
    );
  const left = vector();
  const right = vector();
  const add = (finish?: (total: InstanceType<typeof seal.Ciphertext>) => unknown) => {
    left.forEach((bytes, part) => {
      using total = loaded(bytes);
      using summand = loaded(right[part] as Uint8Array);
      evaluator.addInplace(total, summand);
      finish?.(total);
    });
  };
  const seven = new BigUint64Array(degree).fill(7n);
  const one = encrypted(seven);
  if (opened(one)[1234] !== 7n) throw new Error('node-seal opened a wrong value');
  const kernel = new AdditionKernel(profile);
  const header = one.slice(0, HEADER_LENGTH);
  const addByKernel = (finish?: () => unknown) => {
    left.forEach((bytes, part) => {
      kernel.clear();
      const faults = [kernel.accumulate(bytes), kernel.accumulate(right[part] as Uint8Array)];
      if (faults.some((fault) => fault !== undefined)) throw new Error('the kernel found a fault');
      finish?.();
    });
  };
  const nodeSeal = {
    library: 'node-seal 7.0.0',
    addWithLoadMs: medianMs(() => {
      add();
    }),
    addWithLoadAndSaveMs: medianMs(() => {
      add(saved);
    }),
    encryptMs: medianMs(() => encrypted(seven)),
    openMs: medianMs(() => opened(one)),
  };
  const addition = {
    library: "the engine's addition",
    addWithLoadMs: medianMs(() => {
      addByKernel();
    }),
    addWithLoadAndSaveMs: medianMs(() => {
      addByKernel(() => kernel.save(header));
    }),
  };
  return { nodeSeal, addition };
}

function medianMs(run: () => unknown): number {
  const sample = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    run();
    return performance.now() - started;
  });
  return median(sample);
}
