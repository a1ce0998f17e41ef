import type { SecurityLabel } from '../labels.js';
import { SYSTEM } from '../systems.js';

/**
 * How much is taken away. All of them take by allow-list, replace identifiers by keyed pseudonyms and
 * shift dates; docs/fhir.md has the table. HIPAA's Safe Harbor (45 CFR 164.514(b)(2)) lists the 18
 * identifiers that they go by.
 */
export interface Profile {
  readonly name: ProfileName;
  /** Times of day stay, only days stay, or only years. */
  readonly dates: 'times' | 'days' | 'years';
  readonly birthDate: 'day' | 'year';
  /** What stays of an address. Safe Harbor takes everything below the state but three digits of a ZIP code. */
  readonly address: 'zip3' | 'state' | 'country';
  /** Names that terminologies give to codes, where they hold nothing that identifies, and it is known what does. */
  readonly displays: boolean;
  /** Race, ethnicity, language, marital status and the like. */
  readonly demographics: boolean;
  readonly money: boolean;
}

export const profileNames = ['limited', 'standard', 'strict'] as const;
export type ProfileName = (typeof profileNames)[number];

export const profiles: Readonly<Record<ProfileName, Profile>> = {
  limited: {
    name: 'limited',
    dates: 'times',
    birthDate: 'day',
    address: 'zip3',
    displays: true,
    demographics: true,
    money: true,
  },
  standard: {
    name: 'standard',
    dates: 'days',
    birthDate: 'year',
    address: 'state',
    displays: false,
    demographics: true,
    money: true,
  },
  strict: {
    name: 'strict',
    dates: 'years',
    birthDate: 'year',
    address: 'country',
    displays: false,
    demographics: false,
    money: false,
  },
};

/**
 * The profile for a resource by its labels: the more confidential (HL7 v3 Confidentiality), the less
 * stays. Whatever has a sensitivity code is treated as restricted.
 */
export function profileFor(labels: readonly SecurityLabel[]): ProfileName {
  const codes = labels
    .filter(({ system }) => system === SYSTEM.confidentiality)
    .map(({ code }) => code);
  const isSensitive = labels.some(({ system }) => system === SYSTEM.actCode);
  if (isSensitive || codes.some((code) => code === 'R' || code === 'V')) return 'strict';
  // What isn't known to be less than normal is normal.
  const isLow = codes.length > 0 && codes.every((code) => ['U', 'L', 'M'].includes(code));
  return isLow ? 'limited' : 'standard';
}
