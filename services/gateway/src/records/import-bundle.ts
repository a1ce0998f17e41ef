import type { Bundle, BundleEntry, OperationOutcome } from '@medplum/fhirtypes';
import { z } from 'zod';
import {
  importResources,
  type ImportedRecord,
  type ImportNote,
  type ImportPatient,
} from '@salus/client/records';
import { identitiesOf, patientId, readFhirText } from '@salus/fhir';
import { SalusError } from '@salus/protocol';
import { invalid } from '../errors/refusal.js';
import type { MasterIndex } from '../matching/master-index.js';
import type { Answer } from '../outbox/entry.js';
import type { StaffSession } from '../staff/directory.js';
import type { RecordDesks } from './record-desks.js';
import type { RecordPlaces } from './record-places.js';

export const importRequest = z.object({ pseudonym: z.string(), text: z.string() });

/** The Bundle's members that the import goes by; its resources are read as they stand in the text. */
interface GivenBundle {
  readonly type?: unknown;
  readonly entry?: readonly {
    readonly resource?: { readonly resourceType?: unknown; readonly identifier?: unknown };
    readonly request?: { readonly method?: unknown };
  }[];
}

const TYPES: readonly unknown[] = ['transaction', 'collection', 'document'];

/**
 * Whose resources a Bundle holds. It is the patient that the request names. Else it is the one whose number
 * in the hospital's own index the Bundle's only Patient has.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_NOT_FOUND`, `ERR_CONFLICT` where several patients are in it
 */
export function patientOfBundle(
  bundle: Bundle,
  index: MasterIndex,
  named: string | undefined,
): string {
  const { type, entry = [] } = bundle as GivenBundle;
  if (!TYPES.includes(type)) throw invalid('Bundle.type', 'A transaction or collection is taken');
  const methods = entry.map(({ request }) => request?.method);
  if (methods.some((method) => method !== undefined && method !== 'POST' && method !== 'PUT')) {
    throw invalid('Bundle.entry.request', 'A bundle creates and updates; it does nothing else');
  }
  const patients = entry.flatMap(({ resource }) =>
    resource?.resourceType === 'Patient' ? [resource] : [],
  );
  if (patients.length > 1) {
    throw new SalusError('ERR_CONFLICT', 'A bundle holds the resources of one patient', {
      argument: 'Bundle.entry',
    });
  }
  const found = new Set(patients.flatMap(({ identifier }) => pseudonymsOf(identifier, index)));
  if (named !== undefined) {
    if (found.size === 0 || found.has(named)) return named;
    throw new SalusError('ERR_CONFLICT', 'The bundle is about another patient than the one named', {
      argument: 'patient',
    });
  }
  const [pseudonym, ...more] = found;
  if (pseudonym !== undefined && more.length === 0) return pseudonym;
  throw invalid('patient', 'Name the patient, or give the number by which the own index knows it');
}

function pseudonymsOf(identifiers: unknown, index: MasterIndex): string[] {
  if (!Array.isArray(identifiers)) return [];
  return (identifiers as unknown[]).flatMap((one) => {
    const { system, value } = (one ?? {}) as { system?: unknown; value?: unknown };
    if (typeof system !== 'string' || typeof value !== 'string') return [];
    return index.byIdentifier(system, value).map(({ pseudonym }) => pseudonym);
  });
}

/**
 * What the hospital needs of a patient to write records.
 *
 * @throws SalusError `ERR_NOT_FOUND` for a patient whose wallet has not registered here
 */
export function writablePatient(index: MasterIndex, pseudonym: string): ImportPatient {
  const { kid, tagKey } = index.get(pseudonym) ?? {};
  if (kid !== undefined && tagKey !== undefined) return { pseudonym, kid, tagKey };
  throw new SalusError('ERR_NOT_FOUND', 'The patient is not registered at this gateway', {
    remedy: 'Register the patient with Patient/$register, which brings what the wallet hands over.',
  });
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
