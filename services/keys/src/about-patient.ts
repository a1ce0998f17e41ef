import { z } from 'zod';
import { pseudonym } from '@salus/protocol';

/** What an event tells of a patient. A peer with modified code can emit any other text. */
export const aboutPatient = z.object({ pseudonym });

/** Tells whether a text has the form of a pseudonym. */
export function isPseudonym(text: string): boolean {
  return pseudonym.safeParse(text).success;
}

/** How the log tells of an event that no contract of ours emits. */
export const ILL_FORMED = { fault: 'ERR_INVALID_ARGUMENT', isPassedOver: true } as const;
