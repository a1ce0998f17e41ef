import * as ccaas from './ccaas.js';
import * as node from './node.js';
import type { BuilderStep } from './step.js';

const builders: Record<string, Record<string, BuilderStep>> = {
  ccaas: { detect: ccaas.detect, build: ccaas.build, release: ccaas.release },
  node: { detect: node.detect, build: node.build, release: node.release, run: node.run },
};

/**
 * Entry of the executables in network/builders. Runs one step of one builder with the directories the peer
 * gave, and reports through the exit code as the peer expects.
 */
async function main([builder = '', step = '', ...directories]: readonly string[]): Promise<number> {
  const action = builders[builder]?.[step];
  if (!action) throw new Error(`there is no step ${step} of a builder ${builder}`);
  return action(directories, process.env);
}

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    console.error(`ERR_CHAINCODE_BUILD: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  },
);
