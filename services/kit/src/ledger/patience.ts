/** How a service waits for what is away, and what it tells of that. */
import { setTimeout as sleep } from 'node:timers/promises';
import { unwrap } from '@salus/client/errors';
import type { ErrorCode, SalusError } from '@salus/protocol';

/** Pauses between attempts: they double from the first to the longest. */
export interface BackOff {
  readonly firstMs: number;
  readonly mostMs: number;
}

/** What was tried in vain. */
export interface Fault {
  readonly code: ErrorCode;
  readonly message: string;
}

/** The pause after so many failures in a row, one at least. */
export function pauseAfter(failures: number, { firstMs, mostMs }: BackOff): number {
  return Math.min(mostMs, firstMs * 2 ** (failures - 1));
}

/** Waits so long, or until the signal. */
export async function rest(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => undefined);
}

/** Reports a fault once, however often it comes back before something succeeds. */
export class FaultReport<F extends Fault = Fault> {
  readonly #report: (fault: F) => void;
  #told = '';

  constructor(report: (fault: F) => void) {
    this.#report = report;
  }

  tell(fault: F): void {
    const text = JSON.stringify(fault);
    if (text !== this.#told) this.#report(fault);
    this.#told = text;
  }

  /** It went well: the same fault is news again. */
  forget(): void {
    this.#told = '';
  }
}

/** Does something again and again until the signal; what fails is reported, and done at the next turn. */
export async function repeatedly(
  act: () => Promise<void>,
  { everyMs, signal, report }: RepeatOptions,
): Promise<void> {
  const faults = new FaultReport(report);
  while (!signal.aborted) {
    try {
      await act();
      faults.forget();
    } catch (error) {
      faults.tell(faultOf(unwrap(error)));
    }
    await rest(everyMs, signal);
  }
}

export interface RepeatOptions {
  readonly everyMs: number;
  readonly signal: AbortSignal;
  readonly report: (fault: Fault) => void;
}

export function faultOf({ code, message }: SalusError): Fault {
  return { code, message };
}
