import { bareContract } from '../bench-network.js';
import { Evaluator } from './evaluations.js';
import { registerSet, type InputSet } from './inputs.js';
import { makeKey } from './ledger-key.js';
import { bareWriter, overhead } from './overhead.js';
import { ComputationWorld } from './world.js';

/** So many sets of eight are more than an endorser's cache holds, with several under way. */
const SETS = 24;

/** Endorsed computation on a real network, under a key of 3 of 5. */
export async function computation(report: (line: string) => void): Promise<object> {
  await using world = await ComputationWorld.start(report);
  await world.network.command('deployCC', '-ccn', 'bare', '-ccp', bareContract);
  const key = await makeKey(world, 'computation');
  const sets: InputSet[] = [];
  for (let index = 0; index < SETS; index += 1) {
    sets.push(await registerSet(world, key, `period-${index}`));
  }
  const [first] = sets as [InputSet];
  const evaluator = new Evaluator(world, sets);
  const idle = await evaluator.idle();
  report(JSON.stringify({ idle }));
  const parts = await overhead(world, evaluator, first);
  report(JSON.stringify({ parts }));
  const { put } = await bareWriter(world);
  const sustained = await evaluator.sustained(() => put());
  report(JSON.stringify({ sustained }));
  return { evaluation: { idle, parts, sustained } };
}
