import { ComputeError, type Engine } from '@salus/compute';
import type { HostileInput } from './hostile-inputs.js';
import { WrongAnswer } from './target.js';

/**
 * Asks an engine, and judges what it answers.
 *
 * @returns the code of the refusal, or `RIGHT` for an answer that is right
 * @throws WrongAnswer for anything else
 */
export async function judged(engine: Engine, input: HostileInput): Promise<string> {
  const { target, kind, ask, refusals } = input;
  try {
    await ask(engine);
    return 'RIGHT';
  } catch (error) {
    if (error instanceof ComputeError && refusals.includes(error.code)) return error.code;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    const code = error instanceof ComputeError ? ` (${error.code})` : '';
    throw new WrongAnswer(`${target}, ${kind}: ${what}${code}`, { cause: error });
  }
}
