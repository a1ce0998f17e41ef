/**
 * What patients read before they sign, by template, version and language. The ledger gets the hash of the
 * text as it stands here: filled in with names it could be guessed, and with it the category.
 * A text that was shown is never changed: a new wording is a new version.
 */
import { ownOf } from '@salus/protocol';
import type { TemplateName } from './templates.js';

/** Languages that the wallet's own texts are written in (BCP 47). */
export const textLanguages = ['en', 'de', 'fr'] as const;
export type TextLanguage = (typeof textLanguages)[number];

/** A text in one language. */
export interface ConsentWording {
  readonly version: string;
  readonly language: string;
  readonly text: string;
}

type Wordings = Readonly<Record<TextLanguage, string>>;

const END: Wordings = {
  en: 'It ends on {end}. You can withdraw at any time; what was read before then can not be taken back.',
  de: 'Dies endet am {end}. Sie können jederzeit widerrufen; was bis dahin gelesen wurde, lässt sich nicht zurückholen.',
  fr: 'Cela prend fin le {end}. Vous pouvez le retirer à tout moment ; ce qui a été lu avant ne peut pas être repris.',
};

const bodies: Readonly<Record<TemplateName | 'grant' | 'deny', Wordings>> = {
  'treatment-team': {
    en: 'I let {grantee} read all of my records of these kinds, those of today and later ones: {scope}.',
    de: '{grantee} darf alle meine Unterlagen dieser Arten lesen, heutige und spätere: {scope}.',
    fr: 'J’autorise {grantee} à lire tous mes documents de ces types, actuels et futurs : {scope}.',
  },
  referral: {
    en: 'I am referred to {grantee}, who may read these records for my treatment and pass them on to those asked for advice: {scope}.',
    de: 'Ich werde an {grantee} überwiesen; diese Unterlagen dürfen dort für meine Behandlung gelesen und an beigezogene Fachleute weitergegeben werden: {scope}.',
    fr: 'Je suis adressé à {grantee}, qui peut lire ces documents pour mon traitement et les transmettre aux personnes consultées : {scope}.',
  },
  emergency: {
    en: 'In an emergency {grantee} may read what my treatment needs at once: {scope}.',
    de: 'Im Notfall darf {grantee} lesen, was meine Behandlung sofort braucht: {scope}.',
    fr: 'En cas d’urgence, {grantee} peut lire ce que mon traitement exige aussitôt : {scope}.',
  },
  'insurer-claim': {
    en: '{grantee} may read these records to decide on one claim, a few times, and use them for nothing else: {scope}.',
    de: '{grantee} darf diese Unterlagen einige Male lesen, um über einen Leistungsfall zu entscheiden, und für nichts anderes verwenden: {scope}.',
    fr: '{grantee} peut lire ces documents quelques fois pour décider d’une seule demande, et ne les utiliser pour rien d’autre : {scope}.',
  },
  research: {
    en: '{grantee} may use my records of these kinds for research, only with everything removed that tells who I am: {scope}.',
    de: '{grantee} darf meine Unterlagen dieser Arten für Forschung verwenden, nur ohne alles, was mich erkennen lässt: {scope}.',
    fr: '{grantee} peut utiliser mes documents de ces types pour la recherche, une fois retiré tout ce qui permet de me reconnaître : {scope}.',
  },
  grant: {
    en: 'I let {grantee} read: {scope}.',
    de: '{grantee} darf lesen: {scope}.',
    fr: 'J’autorise {grantee} à lire : {scope}.',
  },
  deny: {
    en: 'I forbid {grantee} to read, whatever else I have allowed: {scope}.',
    de: 'Ich verbiete {grantee} zu lesen, was immer ich sonst erlaubt habe: {scope}.',
    fr: 'J’interdis à {grantee} de lire, quoi que j’aie permis par ailleurs : {scope}.',
  },
};

const VERSION = '1';

/** The wallet's text for a template, or for a grant or denial without one, in the nearest language. */
export function wordingOf(name: keyof typeof bodies, language = 'en'): ConsentWording {
  const [primary = 'en'] = language.toLowerCase().split('-');
  const spoken = textLanguages.find((one) => one === primary) ?? 'en';
  return {
    version: `${name}.${VERSION}`,
    language: spoken,
    text: `${bodies[name][spoken]} ${END[spoken]}`,
  };
}

/** The text as the patient sees it. */
export function shownAs({ text }: ConsentWording, names: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => ownOf(names, name) ?? whole);
}
