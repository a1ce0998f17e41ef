import { z } from 'zod';
import { unwrap } from '@salus/client/errors';
import { sha256Hex, type ErrorCode, type SalusError } from '@salus/protocol';
import type { SealedFolder } from '../storage/sealed-folder.js';
import { likenessOf, type Likeness } from './grade.js';
import { personSchema, type Person } from './person.js';

/** A patient as the hospital knows it: who it is, its pseudonym, and what its wallet handed over. */
export const indexedPatient = z.strictObject({
  pseudonym: z.string(),
  person: personSchema,
  /** Keys the tags of categories and labels; the hospital needs it to write records. */
  tagKey: z.string().optional(),
  /** Thumbprint of the key that the patient was registered with. */
  kid: z.string().optional(),
});
export type IndexedPatient = z.output<typeof indexedPatient>;

export interface Match extends Likeness {
  readonly patient: IndexedPatient;
}

/** A file of the index that tells of no patient. */
export interface DamagedFile {
  /** Its name, which derives from the pseudonym. */
  readonly file: string;
  readonly fault: ErrorCode;
}

/**
 * The hospital's own index of who its patients are. It is kept in the gateway's home, encrypted, and
 * answers the hospital's own systems only. Nothing of it goes to the ledger or to another organisation.
 */
export class MasterIndex {
  readonly #folder: SealedFolder;
  readonly #patients = new Map<string, IndexedPatient>();

  private constructor(folder: SealedFolder) {
    this.#folder = folder;
  }

  /**
   * Reads the index. A file that doesn't open is set aside and one of another form passed over; both are reported.
   *
   * @throws SalusError `ERR_DECRYPTION_FAILED` where none opens: the key is another one then
   */
  static async open(
    folder: SealedFolder,
    report: (file: DamagedFile) => void = () => undefined,
  ): Promise<MasterIndex> {
    const index = new MasterIndex(folder);
    const failed: { readonly file: string; readonly error: SalusError }[] = [];
    for (const file of await folder.names()) {
      try {
        const patient = indexedPatient.parse(await folder.get(file));
        index.#patients.set(patient.pseudonym, patient);
      } catch (error) {
        failed.push({ file, error: unwrap(error) });
      }
    }
    const [first] = failed;
    if (first && index.#patients.size === 0) throw first.error;
    for (const { file, error } of failed) {
      if (error.code === 'ERR_DECRYPTION_FAILED') await folder.setAside(file);
      report({ file, fault: error.code });
    }
    return index;
  }

  /** Adds a patient, or replaces what was known of it. */
  async put(patient: IndexedPatient): Promise<void> {
    await this.#folder.put(sha256Hex(patient.pseudonym), patient);
    this.#patients.set(patient.pseudonym, patient);
  }

  get(pseudonym: string): IndexedPatient | undefined {
    return this.#patients.get(pseudonym);
  }

  /** The patients of a number, e.g. a medical record number. */
  byIdentifier(system: string, value: string): readonly IndexedPatient[] {
    return [...this.#patients.values()].filter(({ person }) =>
      person.identifiers.some((one) => one.system === system && one.value === value),
    );
  }

  /**
   * The patients that a description may be of, the likeliest first.
   *
   * @param onlyCertain - none unless exactly one is certain (FHIR R4, `$match`: onlyCertainMatches)
   */
  match(asked: Person, { onlyCertain = false, count = 20 } = {}): readonly Match[] {
    const found = [...this.#patients.values()]
      .flatMap((patient) => {
        const likeness = likenessOf(asked, patient.person);
        return likeness ? [{ patient, ...likeness }] : [];
      })
      .sort((a, b) => b.score - a.score);
    if (!onlyCertain) return found.slice(0, count);
    const certain = found.filter(({ grade }) => grade === 'certain');
    return certain.length === 1 ? certain : [];
  }
}
