/**
 * Templates of grants: what a patient most often wants, as the terms of AccessGrant.v1. They are plain
 * data, and what they leave open the patient fills in.
 */
import type { Category } from '@salus/fhir';

export const templateNames = [
  'treatment-team',
  'referral',
  'emergency',
  'insurer-claim',
  'research',
] as const;
export type TemplateName = (typeof templateNames)[number];

/** What the patient fills in. */
export interface TemplateWish {
  readonly mspId?: string;
  readonly role?: string;
  readonly practitioner?: string;
  readonly categories?: readonly Category[];
  readonly records?: readonly string[];
  readonly days?: number;
}

/** The terms that a template makes of it. */
export interface TemplateTerms {
  readonly decision: 'permit';
  readonly grantee: { mspId?: string; role?: string; practitioner?: string };
  readonly categories?: Category[];
  readonly records?: string[];
  readonly purposes?: TemplatePurpose[];
  readonly days: number;
  readonly maxUses?: number;
  readonly onward?: boolean;
  readonly obligations?: TemplateObligation[];
}

export type TemplatePurpose = 'TREAT' | 'ETREAT' | 'CLMATTCH' | 'HPAYMT' | 'HRESCH';
export type TemplateObligation = 'NORDSCLCD' | 'NOREUSE' | 'DEID' | 'NORELINK';

interface Template {
  /** What the patient has to fill in; of a nested list, one. */
  readonly needs: readonly (keyof TemplateWish)[];
  readonly days: number;
  readonly terms: Omit<TemplateTerms, 'decision' | 'grantee' | 'days'>;
  /** Staff whom the grant is for, where the patient names none. */
  readonly role?: string;
}

/** What an emergency needs to know at once. */
const VITAL: readonly Category[] = [
  'demographics',
  'condition',
  'medication',
  'immunization',
  'procedure',
  'laboratory',
];

const templates: Readonly<Record<TemplateName, Template>> = {
  // Whole categories and nothing narrower: later records open without the patient, by category keys.
  'treatment-team': { needs: ['mspId', 'categories'], days: 365, terms: {} },
  // For the one who answers it, and the findings may go on to whom that one asks.
  referral: {
    needs: ['mspId', 'records'],
    days: 90,
    role: 'physician',
    terms: { purposes: ['TREAT'], onward: true },
  },
  emergency: {
    needs: ['mspId'],
    days: 1825,
    terms: { categories: [...VITAL], purposes: ['ETREAT'], obligations: ['NOREUSE'] },
  },
  // Named records, a few looks, and no use for anything but this claim.
  'insurer-claim': {
    needs: ['mspId', 'records'],
    days: 60,
    role: 'adjuster',
    terms: {
      purposes: ['CLMATTCH', 'HPAYMT'],
      maxUses: 10,
      obligations: ['NOREUSE', 'NORDSCLCD'],
    },
  },
  research: {
    needs: ['mspId', 'categories'],
    days: 730,
    terms: { purposes: ['HRESCH'], obligations: ['DEID', 'NORELINK', 'NORDSCLCD'] },
  },
};

/** What a template needs that a wish leaves out. */
export function missingFor(name: TemplateName, wish: TemplateWish): readonly string[] {
  return templates[name].needs.filter((need) => wish[need] === undefined);
}

/**
 * Fills a template in. Of what is given the patient's word counts; of what isn't, the template's.
 *
 * @example
 * fillIn('insurer-claim', { mspId: 'InsurerMSP', records: ['r1'] });
 */
export function fillIn(name: TemplateName, wish: TemplateWish): TemplateTerms {
  const { terms, days, role } = templates[name];
  const { mspId, practitioner, categories, records } = wish;
  const staff = wish.role ?? (practitioner === undefined ? role : undefined);
  return {
    ...terms,
    decision: 'permit',
    grantee: {
      ...(mspId !== undefined && { mspId }),
      ...(staff !== undefined && { role: staff }),
      ...(practitioner !== undefined && { practitioner }),
    },
    ...(categories && { categories: [...categories] }),
    ...(records && { records: [...records] }),
    days: wish.days ?? days,
  };
}
