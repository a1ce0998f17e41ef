export interface FirstOfOptions {
  /** So many results are needed. */
  readonly count: number;
  /** After this long another one is asked beside those that have not answered. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal;
}

export interface Fault<C> {
  readonly candidate: C;
  readonly error: unknown;
}

/** What came of asking. */
export interface FirstOf<C, T> {
  /** `count` of them, or fewer where too many failed. */
  readonly results: readonly { readonly candidate: C; readonly value: T }[];
  readonly faults: readonly Fault<C>[];
  /** Asked, and had not answered when others were asked in their place. */
  readonly slow: readonly C[];
}

/**
 * Asks as many candidates as are needed, the preferred ones first; in place of one that fails, and
 * beside those that are slow, the next. Those that are not needed any more are told to stop.
 *
 * @throws what the signal was aborted with
 */
export function firstOf<C, T>(
  candidates: readonly C[],
  ask: (candidate: C, signal: AbortSignal) => Promise<T>,
  { count, patienceMs, signal }: FirstOfOptions,
): Promise<FirstOf<C, T>> {
  const stopping = new AbortController();
  const waiting = [...candidates];
  const asked = new Set<C>();
  const results: { candidate: C; value: T }[] = [];
  const faults: Fault<C>[] = [];
  const slow = new Set<C>();

  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const end = (settle: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      stopping.abort();
      settle();
    };
    const abort = () => {
      end(() => reject(signal?.reason as Error));
    };
    const outcome = () => ({ results, faults, slow: [...slow] });
    const next = () => {
      const candidate = waiting.shift();
      if (candidate === undefined) return;
      asked.add(candidate);
      void ask(candidate, stopping.signal)
        .then((value) => results.push({ candidate, value }))
        .catch((error: unknown) => {
          if (stopping.signal.aborted) return;
          faults.push({ candidate, error });
          next();
        })
        .finally(() => {
          asked.delete(candidate);
          settleIfDone();
        });
    };
    const settleIfDone = () => {
      if (stopping.signal.aborted) return;
      if (results.length >= count || asked.size === 0) end(() => resolve(outcome()));
    };
    const hurry = () => {
      timer = setTimeout(() => {
        if (waiting.length > 0) {
          for (const candidate of asked) slow.add(candidate);
          const missing = count - results.length;
          for (let one = 0; one < missing; one += 1) next();
        }
        hurry();
      }, patienceMs);
    };
    if (signal?.aborted) {
      abort();
      return;
    }
    signal?.addEventListener('abort', abort);
    for (let one = 0; one < count; one += 1) next();
    hurry();
    settleIfDone();
  });
}
