/** Asking custodians, all at once, until enough have answered rightly. */
import { setTimeout as sleep } from 'node:timers/promises';
import {
  readPartial,
  type Answer,
  type CollectiveKey,
  readEncapsulation,
  type EmergencyBinding,
} from '@salus/crypto/threshold-kem';
import type { ErrorCode } from '@salus/protocol';
import { unwrap } from '../errors/unwrap.js';
import type { CustodianClient } from './custodian-client.js';
import type { PartialAsked } from './partial-request.js';

/** A custodian that gave no answer, and why. */
export interface Silence {
  readonly custodian: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Collected {
  /** Right and wrong ones, in the order in which they came. */
  readonly answers: readonly Answer[];
  readonly silent: readonly Silence[];
}

export interface CollectOptions {
  readonly key: CollectiveKey;
  readonly binding: EmergencyBinding;
  readonly question: PartialAsked;
  readonly privateKey: string;
  readonly custodians: readonly CustodianClient[];
  /**
   * How long custodians that have not answered yet may still do so once enough have. Late answers serve the
   * record of who lies, not the opening. Default 250 ms.
   */
  readonly graceMs?: number;
}

const GRACE_MS = 250;

/** Collects answers until the threshold of right ones is reached, or all have spoken. */
export async function collectPartials(options: CollectOptions): Promise<Collected> {
  const { key, custodians, question, privateKey, graceMs = GRACE_MS } = options;
  const answers: Answer[] = [];
  const silent: Silence[] = [];
  const right = new Set<string>();
  let enough = (): void => undefined;
  const isEnough = new Promise<void>((resolve) => (enough = resolve));
  const asking = custodians.map(async (client) => {
    const { custodian } = client;
    try {
      const answer = await client.partial(question, privateKey);
      answers.push(answer);
      if (isRight(options, answer)) right.add(custodian);
    } catch (error) {
      const { code, message } = unwrap(error);
      silent.push({ custodian, code, message });
    }
    if (right.size >= key.threshold) enough();
  });
  await Promise.race([Promise.all(asking), isEnough.then(() => sleep(graceMs))]);
  return { answers: [...answers], silent: [...silent] };
}

function isRight({ key, binding, question }: CollectOptions, answer: Answer): boolean {
  const { custodian, partial } = answer;
  const { decisionId } = question.ref;
  const enc = readEncapsulation(question.enc);
  try {
    readPartial(key, { enc, partial, use: { keyId: key.keyId, custodian, binding, decisionId } });
    return true;
  } catch {
    return false;
  }
}
