import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { percentile } from '../stats.js';

const TIMES = 30;
const WARM_UP = 3;
/** From here both packages resolve as in a program that uses the SDK. */
const FOLDER = path.dirname(require.resolve('@salus/client/package.json'));

/** What loading a package costs in a new process. */
export interface Load {
  readonly modules: number;
  readonly p50Ms: number;
  readonly bestMs: number;
}

export interface SdkLoad {
  readonly sdk: Load;
  readonly gateway: Load;
  /** Of the medians. */
  readonly ratio: number;
}

/** Loads the SDK, and fabric-gateway that it stands on, in processes by turns. */
export function sdkLoad(report: (line: string) => void): Promise<SdkLoad> {
  const names = { sdk: '@salus/client', gateway: '@hyperledger/fabric-gateway' };
  const times: Record<keyof typeof names, number[]> = { sdk: [], gateway: [] };
  const modules = { sdk: 0, gateway: 0 };
  for (let time = -WARM_UP; time < TIMES; time += 1) {
    for (const one of ['sdk', 'gateway'] as const) {
      const loaded = load(names[one]);
      modules[one] = loaded.modules;
      if (time >= 0) times[one].push(loaded.ms);
    }
  }
  const of = (one: keyof typeof names): Load => ({
    modules: modules[one],
    p50Ms: percentile(times[one], 50),
    bestMs: Math.min(...times[one]),
  });
  const [sdk, gateway] = [of('sdk'), of('gateway')];
  const ratio = sdk.p50Ms / gateway.p50Ms;
  report(`${sdk.modules} modules, ${ratio.toFixed(2)} times as long as fabric-gateway`);
  return Promise.resolve({ sdk, gateway, ratio });
}

function load(name: string): { readonly ms: number; readonly modules: number } {
  const script = `
    const began = performance.now();
    require(${JSON.stringify(name)});
    const ms = performance.now() - began;
    console.log(JSON.stringify({ ms, modules: Object.keys(require.cache).length }));`;
  const told = execFileSync(process.execPath, ['-e', script], { cwd: FOLDER, encoding: 'utf8' });
  return JSON.parse(told) as { ms: number; modules: number };
}
