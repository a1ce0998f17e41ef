import { sha256Hex, SalusError } from '@salus/protocol';
import { spoiled } from '../compute/endurance.js';
import { watchMemory, type MemorySeries } from '../memory-series.js';
import { ENDORSERS, EVALUATOR, registerSet, requestOf, type InputSet } from './inputs.js';
import { makeKey, PURPOSE } from './ledger-key.js';
import { CHAINCODE, ComputationWorld } from './world.js';

const ROUNDS = 10_000;
const IN_FLIGHT = 4;
/** More ciphertexts than the cache of an endorser holds, so that it drops some all the time. */
const SETS = 17;
/** Of a set: what a proposal sends. */
const SENT = 2;
/** Whose chaincode process is watched. */
const WATCHED = 'CityHospital';

export interface ChaincodeMemory {
  readonly evaluations: MemorySeries;
  readonly hostileInputs: MemorySeries;
}

/**
 * Memory of the real chaincode process while its peer has it evaluate, and then refuse, ten thousand
 * times each. The proposals are not ordered: the chaincode does the same for those that are.
 */
export async function chaincodeMemory(report: (line: string) => void): Promise<ChaincodeMemory> {
  await using world = await ComputationWorld.start(report);
  const key = await makeKey(world, 'memory');
  report('registering ciphertexts');
  const sets: InputSet[] = [];
  for (let index = 0; index < SETS; index += 1) {
    sets.push(await halfOf(world, await registerSet(world, key, `period-${index}`)));
  }
  const watched = {
    pid: await world.chaincodeProcess(WATCHED),
    rounds: ROUNDS,
    inFlight: IN_FLIGHT,
  };
  report(`${ROUNDS} evaluations`);
  const evaluations = await watchMemory(watched, async (round) => {
    await simulate(world, sets[round % SETS] as InputSet, `simulated-${round}`);
  });
  report(JSON.stringify(evaluations));
  report(`${ROUNDS} hostile inputs`);
  const honest = (sets[0] as InputSet).inputs[0]?.bytes as Uint8Array;
  const hostileInputs = await watchMemory(watched, async (round) => {
    await requireRefused(world, key.keyId, spoiled(honest, round));
  });
  report(JSON.stringify(hostileInputs));
  if ((await world.chaincodeProcess(WATCHED)) !== watched.pid) {
    throw new Error('the chaincode process did not survive');
  }
  await commitOne(world, sets[0] as InputSet);
  return { evaluations, hostileInputs };
}

async function halfOf(world: ComputationWorld, { keyId, inputs }: InputSet): Promise<InputSet> {
  const some = inputs.slice(0, SENT);
  const { hash } = await world.engine.evaluate({ program: { name: 'sum.v1' }, inputs: some });
  return { keyId, inputs: some, resultHash: hash };
}

async function contractOf(world: ComputationWorld) {
  return (await world.client(...EVALUATOR)).contract(CHAINCODE);
}

async function simulate(world: ComputationWorld, set: InputSet, name: string): Promise<void> {
  const contract = await contractOf(world);
  await contract.evaluate('computation:evaluate', {
    args: [JSON.stringify(requestOf(set, name))],
    transient: Object.fromEntries(
      set.inputs.map(({ bytes }, index) => [`ciphertext.${index}`, bytes]),
    ),
    endorsingOrganizations: [`${WATCHED}MSP`],
  });
}

async function requireRefused(
  world: ComputationWorld,
  keyId: string,
  bytes: Uint8Array,
): Promise<void> {
  const contract = await contractOf(world);
  const request = {
    keyId,
    ciphertextHash: sha256Hex(bytes),
    purpose: PURPOSE,
    measure: 'cost',
    period: 'hostile',
    range: { least: 0, most: 1 },
  };
  try {
    await contract.evaluate('computation:registerCiphertext', {
      args: [JSON.stringify(request)],
      transient: { ciphertext: bytes },
      endorsingOrganizations: [`${WATCHED}MSP`],
    });
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_CIPHERTEXT_INVALID') return;
    throw error;
  }
  throw new Error('a hostile input passed');
}

/** After all that, the endorsers still find the right result. */
async function commitOne(world: ComputationWorld, set: InputSet): Promise<void> {
  const computation = await world.computation(...EVALUATOR);
  const inputs = set.inputs.map(({ bytes }) => bytes);
  const { value } = await computation.evaluate(
    requestOf(set, 'afterwards'),
    { keyId: set.keyId, inputs },
    { endorsingOrganizations: ENDORSERS },
  );
  if (value.resultHash !== set.resultHash) throw new Error('the chaincode answers wrong');
}
