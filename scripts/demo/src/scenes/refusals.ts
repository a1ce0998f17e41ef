import { codeOf } from '../stage/coded-error.js';
import type { Report } from '../stage/report.js';

/** Something that has to be refused, with this code. */
export async function refusedWith(
  report: Report,
  code: string,
  attempt: Promise<unknown>,
): Promise<void> {
  const met = await codeOf(attempt);
  report.check(met === code, `a refusal with ${code}, not ${met ?? 'an answer'}`);
}
