import { EndorseError } from '@hyperledger/fabric-gateway';
import type { SalusError } from '@salus/protocol';
import { nodeMessages, unwrap } from '../errors/unwrap.js';

/** Who can endorse, in the order of preference, and how many have to. */
export interface EndorserWish {
  readonly preferred: readonly string[];
  /** Asked where too few of the preferred answer. */
  readonly others: readonly string[];
  readonly count: number;
}

/** Codes that say that an endorser did not work, rather than that it refused. */
const ABSENT: ReadonlySet<string> = new Set([
  'ERR_PEER_UNREACHABLE',
  'ERR_CHAINCODE_UNAVAILABLE',
  'ERR_ENDORSEMENT_FAILED',
  'ERR_DEADLINE_EXCEEDED',
]);
const MOST_TRIES = 12;

/**
 * Sets of organisations to endorse, the preferred ones first. As few others as the policy allows then see
 * what goes along as transient data.
 */
export function endorserChoices({ preferred, others, count }: EndorserWish): string[][] {
  const candidates = [...new Set([...preferred, ...others])];
  const choices = subsets(candidates, Math.min(count, candidates.length));
  const strangers = (choice: readonly string[]) =>
    choice.filter((one) => !preferred.includes(one)).length;
  return choices.sort((one, other) => strangers(one) - strangers(other));
}

/**
 * Submits with the first set of endorsers that all answer. Only what failed before anything was
 * ordered is tried again, and only because an endorser was away.
 *
 * @throws SalusError of the last attempt
 */
export async function withEndorsers<T>(
  wish: EndorserWish,
  submit: (endorsingOrganizations: readonly string[]) => Promise<T>,
): Promise<T> {
  const away = new Set<string>();
  let fault: SalusError | undefined;
  let tries = 0;
  for (const choice of endorserChoices(wish)) {
    if (choice.some((one) => away.has(one))) continue;
    try {
      return await submit(choice);
    } catch (error) {
      fault = unwrap(error);
      tries += 1;
      if (!isAbsence(fault) || tries >= MOST_TRIES) throw fault;
      for (const { mspId } of nodeMessages(fault)) away.add(mspId);
    }
  }
  throw fault ?? unwrap(new Error('There is nobody to endorse'));
}

function isAbsence(fault: SalusError): boolean {
  return ABSENT.has(fault.code) && fault.cause instanceof EndorseError;
}

function subsets(items: readonly string[], size: number): string[][] {
  if (size === 0) return [[]];
  return items.flatMap((first, index) =>
    subsets(items.slice(index + 1), size - 1).map((rest) => [first, ...rest]),
  );
}
