import type * as NodeSeal from 'node-seal' with { 'resolution-mode': 'import' };

type Load = typeof NodeSeal.default;
type Seal = Awaited<ReturnType<Load>>;

/** What a worker's SEAL was given to load, and what it refused by an exception. */
const counted = { loads: 0, refusals: 0, heapBytes: () => 0 };

/** The part of WebAssembly's interface that is used here; Node's types leave it out. */
interface WebAssemblyInterface {
  instantiate: (...args: unknown[]) => Promise<{ instance: { exports: object } }>;
  readonly Memory: new () => { readonly buffer: ArrayBuffer };
}

interface Loadable {
  loadFromArray: (this: Loadable, ...args: unknown[]) => unknown;
}

/** node-seal, which counts what it loads from bytes, and whose memory can be read. */
async function loadCounted(...args: Parameters<Load>): Promise<Seal> {
  const { default: load } = await import('node-seal');
  const { WebAssembly: api } = globalThis as unknown as { WebAssembly: WebAssemblyInterface };
  const original = api.instantiate;
  api.instantiate = async (...given) => {
    const result = await original(...given);
    const memory = Object.values(result.instance.exports).find(
      (one): one is InstanceType<WebAssemblyInterface['Memory']> => one instanceof api.Memory,
    );
    counted.heapBytes = () => memory?.buffer.byteLength ?? 0;
    return result;
  };
  const seal = await load(...args).finally(() => (api.instantiate = original));
  for (const type of [seal.Ciphertext, seal.PublicKey, seal.Plaintext]) {
    const prototype = (type as unknown as { prototype: Loadable }).prototype;
    const { loadFromArray } = prototype;
    prototype.loadFromArray = function (...bytes) {
      counted.loads += 1;
      try {
        return loadFromArray.apply(this, bytes);
      } catch (error) {
        counted.refusals += 1;
        throw error;
      }
    };
  }
  return seal;
}

// node-seal's default export, and what was counted beside it.
export = Object.assign(loadCounted, { counted });
