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

const NO_END: Wordings = {
  en: 'It has no end. You can withdraw it at any time; what was read before can not be taken back.',
  de: 'Dies gilt ohne Ende. Sie können es jederzeit widerrufen; was vorher gelesen wurde, lässt sich nicht zurückholen.',
  fr: 'Cela n’a pas de fin. Vous pouvez le retirer à tout moment ; ce qui a été lu avant ne peut pas être repris.',
};

/** What a denial reaches, and what it leaves open. */
const REACH: Wordings = {
  en: 'This goes for every version of a record, and for those who act in my name. Narrower purposes and labels and higher confidentiality are forbidden too; with treatment, emergency treatment is. Whoever breaks the glass to save me may still read, unless I forbid emergency treatment or breaking the glass by name.',
  de: 'Dies gilt für jede Fassung einer Unterlage und auch für die, die in meinem Namen handeln. Engere Zwecke und Kennzeichnungen und höhere Vertraulichkeit sind ebenso verboten, mit der Behandlung auch die Notfallbehandlung. Wer den Notfallzugriff nutzt, um mich zu retten, darf weiter lesen, außer ich verbiete die Notfallbehandlung oder den Notfallzugriff ausdrücklich.',
  fr: 'Cela vaut pour chaque version d’un document et pour ceux qui agissent en mon nom. Les finalités et étiquettes plus étroites et les niveaux de confidentialité plus élevés sont aussi interdits ; avec le traitement, le traitement d’urgence. Qui force l’accès pour me sauver peut encore lire, sauf si j’interdis nommément le traitement d’urgence ou l’accès forcé.',
};

const denial = (end: Wordings): Wordings => ({
  en: `I forbid {grantee} to read, whatever else I have allowed: {scope}. ${REACH.en} ${end.en}`,
  de: `Ich verbiete {grantee} zu lesen, was immer ich sonst erlaubt habe: {scope}. ${REACH.de} ${end.de}`,
  fr: `J’interdis à {grantee} de lire, quoi que j’aie permis par ailleurs : {scope}. ${REACH.fr} ${end.fr}`,
});

const permit = (body: Wordings): Wordings => ({
  en: `${body.en} ${END.en}`,
  de: `${body.de} ${END.de}`,
  fr: `${body.fr} ${END.fr}`,
});

/** What a text is for: a template, or a grant or denial without one. */
export type TextName = TemplateName | 'grant' | 'deny' | 'deny-until';

const permits: Readonly<Record<TemplateName | 'grant', Wordings>> = {
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
};

/** The version of each text, and the text. */
function textNamed(name: TextName): readonly [version: string, Wordings] {
  switch (name) {
    case 'deny':
      return ['deny.2', denial(NO_END)];
    case 'deny-until':
      return ['deny-until.1', denial(END)];
    default:
      return [`${name}.1`, permit(permits[name])];
  }
}

/** The wallet's text for a template, or for a grant or denial without one, in the nearest language. */
export function wordingOf(name: TextName, language = 'en'): ConsentWording {
  const [primary = 'en'] = language.toLowerCase().split('-');
  const spoken = textLanguages.find((one) => one === primary) ?? 'en';
  const [version, wordings] = textNamed(name);
  return { version, language: spoken, text: wordings[spoken] };
}

/** The text as the patient sees it. */
export function shownAs({ text }: ConsentWording, names: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => ownOf(names, name) ?? whole);
}
