import type { Bundle, BundleEntry, OperationOutcome, Patient } from '@medplum/fhirtypes';
import { z } from 'zod';
import {
  importResources,
  type ImportedRecord,
  type ImportNote,
  type ImportPatient,
} from '@salus/client/records';
import { identitiesOf, patientId, readFhirText } from '@salus/fhir';
import { SalusError } from '@salus/protocol';
import { invalid, NotYet, unconditional } from '../errors/refusal.js';
import type { MasterIndex } from '../matching/master-index.js';
import { readPerson, type Person } from '../matching/person.js';
import type { Answer } from '../outbox/entry.js';
import type { StaffSession } from '../staff/directory.js';
import type { RecordDesks } from './record-desks.js';
import type { RecordPlaces } from './record-places.js';
import { requireOwn } from './require-own.js';

export const importRequest = z.object({ pseudonym: z.string(), text: z.string() });

/** Members of an entry's request by which a server does something only if, or only where, it is so. */
const CONDITIONS = ['ifNoneExist', 'ifMatch', 'ifNoneMatch', 'ifModifiedSince'] as const;

/** The Bundle's members that the import goes by; its resources are read as they stand in the text. */
interface GivenBundle {
  readonly type?: unknown;
  readonly entry?: readonly {
    readonly resource?: { readonly resourceType?: unknown };
    readonly request?: Readonly<
      Partial<Record<'method' | 'url' | (typeof CONDITIONS)[number], unknown>>
    >;
  }[];
}

const TYPES: readonly unknown[] = ['transaction', 'collection', 'document'];

/**
 * Refuses what an import does not do, so that nothing of a request is passed over: a Bundle that is no set of
 * resources, entries that do other than create and update, and those that do so on a condition.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`
 */
export function requireImport(bundle: Bundle): void {
  const { type, entry = [] } = bundle as GivenBundle;
  if (!TYPES.includes(type)) {
    throw invalid('Bundle.type', 'A transaction, collection or document is taken');
  }
  for (const { request } of entry) {
    const { method = 'POST', url } = request ?? {};
    if (method !== 'POST' && method !== 'PUT') {
      throw invalid('Bundle.entry.request', 'A bundle creates and updates; it does nothing else');
    }
    const condition = CONDITIONS.find((name) => request?.[name] !== undefined);
    if (condition !== undefined) throw unconditional(`Bundle.entry.request.${condition}`);
    if (typeof url === 'string' && url.includes('?')) {
      throw unconditional('Bundle.entry.request.url');
    }
  }
}

/**
 * Whose resources a Bundle holds. It is the patient that the request names. Else it is the one whose number
 * in the hospital's own index the Bundle's only Patient has.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_FHIR_INVALID`, `ERR_CONFLICT` where several patients are
 *   in it, or another one than the index knows
 */
export function patientOfBundle(
  bundle: Bundle,
  index: MasterIndex,
  named: string | undefined,
): string {
  const { entry = [] } = bundle as GivenBundle;
  const patients = entry.flatMap(({ resource }) =>
    resource?.resourceType === 'Patient' ? [resource as Patient] : [],
  );
  if (patients.length > 1) {
    throw new SalusError('ERR_CONFLICT', 'A bundle holds the resources of one patient', {
      argument: 'Bundle.entry',
    });
  }
  const found = new Set(patients.flatMap((one) => pseudonymsOf(readPerson(one), index)));
  const [single, ...more] = found;
  const pseudonym = named ?? (more.length === 0 ? single : undefined);
  if (pseudonym === undefined) {
    throw invalid('patient', 'Name the patient, or give a number by which the own index knows it');
  }
  requireOwn(
    entry.map(({ resource }) => resource),
    index,
    pseudonym,
  );
  return pseudonym;
}

/** A Bundle's resources by what their requests do; what says nothing creates. */
export function resourcesByWrite(bundle: Bundle): {
  readonly created: readonly unknown[];
  readonly updated: readonly unknown[];
} {
  const { entry = [] } = bundle as GivenBundle;
  const isUpdate = ({ request }: (typeof entry)[number]) => request?.method === 'PUT';
  return {
    created: entry.filter((one) => !isUpdate(one)).map(({ resource }) => resource),
    updated: entry.filter(isUpdate).map(({ resource }) => resource),
  };
}

function pseudonymsOf({ identifiers }: Person, index: MasterIndex): string[] {
  return identifiers.flatMap(({ system, value }) =>
    index.byIdentifier(system, value).map(({ pseudonym }) => pseudonym),
  );
}

/**
 * What the hospital needs of a patient to write records.
 *
 * @throws NotYet for a patient whose wallet has not registered here
 */
export function writablePatient(index: MasterIndex, pseudonym: string): ImportPatient {
  const { kid, tagKey } = index.get(pseudonym) ?? {};
  if (kid !== undefined && tagKey !== undefined) return { pseudonym, kid, tagKey };
  throw new NotYet(
    'The patient is not registered at this gateway',
    'Register the patient with Patient/$register, which brings what the wallet hands over.',
  );
}

/** Imports a Bundle's resources as records; what is there already is found. */
export async function importBundle(
  request: unknown,
  { id, session }: { readonly id: string; readonly session: StaffSession },
  parts: {
    readonly desks: RecordDesks;
    readonly index: MasterIndex;
    readonly places: RecordPlaces;
  },
): Promise<Answer> {
  const { pseudonym, text } = importRequest.parse(request);
  const resources = readFhirText(text, 'The bundle');
  const patient = writablePatient(parts.index, pseudonym);
  // The index may have come to know the patient after the bundle came.
  requireOwn(
    resources.map(({ resource }) => resource),
    parts.index,
    pseudonym,
  );
  const desk = await parts.desks.deskFor(session, id);
  const imported = await importResources(resources, patient, desk, {
    known: [`Patient/${patientId(pseudonym)}`],
  });
  await parts.places.remember(
    pseudonym,
    imported.map(({ recordId }) => recordId),
  );
  const byName = new Map(imported.map((one) => [one.name, one]));
  const entry = identitiesOf(resources).map((identity) => responseEntry(byName.get(identity)));
  const body: Bundle = { resourceType: 'Bundle', type: 'transaction-response', entry };
  return { status: 200, headers: {}, body };
}

const NOTES: Readonly<Record<ImportNote, string>> = {
  NOT_JUDGED:
    'The resource states no sensitivity and holds no code that tells one: a deny by label may miss it.',
  CONSENT_NOT_IN_FORCE:
    'The Consent is kept as a record. It permits and denies nothing until the patient signs it.',
};

function responseEntry(imported: ImportedRecord | undefined): BundleEntry {
  if (!imported) return { response: { status: '200 OK' } };
  const { recordId, isNew, notes } = imported;
  const outcome: OperationOutcome = {
    resourceType: 'OperationOutcome',
    issue: notes.map((note) => ({
      severity: 'warning',
      code: 'informational',
      diagnostics: NOTES[note],
    })),
  };
  return {
    response: {
      status: isNew ? '201 Created' : '200 OK',
      location: `DocumentReference/${recordId}`,
      ...(notes.length > 0 && { outcome }),
    },
  };
}
