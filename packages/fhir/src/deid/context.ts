import type { IdentifyingText } from './identifying-text.js';
import type { Keyed } from './keyed.js';
import type { Profile } from './profiles.js';

/** What an element is de-identified with. */
export interface DeidContext {
  readonly profile: Profile;
  readonly keyed: Keyed;
  /** By how many days the patient's dates move. */
  readonly shiftDays: number;
  readonly identifying: IdentifyingText;
  /** Whether `identifying` tells of the patient. If not, no free text stays: nobody could tell a name in it. */
  readonly isPatientKnown: boolean;
  /** Whether a reference leads to a resource that is taken out; those that lead elsewhere stay. */
  isTakenOut(reference: string): boolean;
  /** Set for a patient of 90 and over: the birth year that is told instead. */
  readonly oldestBirthYear?: string;
  /** Names contained resources apart between resources. */
  readonly container: string;
}

/** De-identifies one value; undefined drops it. */
export type Kind = (value: unknown, context: DeidContext) => unknown;
