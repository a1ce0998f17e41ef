import { readFhirFile } from '@salus/client/records';
import { cast, type Role } from './cast.js';
import type { Tried } from './health-records.js';
import { blocksOf, foundIn } from './ledger-copy.js';
import type { Report } from './report.js';
import type { PatientPart, Sharing } from './scene-parts.js';
import type { Stage } from './stage.js';

export interface ViewParts {
  readonly stage: Stage;
  readonly report: Report;
  /** Folder of the network's instance. */
  readonly home: string;
  readonly channel: string;
  readonly sharing: Sharing;
  readonly patients: readonly PatientPart[];
  /** A record of each patient, all grants of which are withdrawn. */
  readonly records: readonly Tried[];
  readonly claimId: string;
}

const TITLE = 'Who could see what';
/** A shorter name may stand in a hash by chance. */
const SHORTEST_NAME = 6;

const named = (roles: readonly Role[]) => roles.map(({ organisation }) => organisation).join(', ');

/** Tries, as each organisation, to see what it must not see, and tells what came of it. */
export async function views(parts: ViewParts): Promise<void> {
  const { report } = parts;
  report.step('Everybody tries to see what is not theirs');
  await recordsStayClosed(parts);
  await detailsAreHospitals(parts);
  await totalsAreFor(parts);
  await ledgerIsBlind(parts);
  for (const line of byDesign) report.add(TITLE, line);
}

/** What no attempt of one run can show. */
const byDesign = [
  "By design: City Hospital sees its own patients' records, and the insurer's pseudonym only of a patient whose claim it files",
  'By design: totals are a benefit category (of a category with one line, that line); one member of the committee alone opens nothing',
  'By design: institutions learn mean and variance over six of them, and what the own figure makes of it; no figure of another',
  'By design: Pharma sees where its packs went; not to whom',
  "By design: patients' keys are in their own wallets only",
];

async function recordsStayClosed(parts: ViewParts): Promise<void> {
  const { stage, report, sharing, records } = parts;
  const { stores, readerKeys, custodianKeys } = sharing;
  const keys = [readerKeys, custodianKeys];
  const roles = [cast.valleyPhysician, cast.adjuster, cast.auditor, cast.manufacturer];
  let refusals = 0;
  for (const role of roles) {
    await using reader = await stage.actor('physician', role);
    for (const { pseudonym, recordId } of records) {
      const reading = reader.ask('read', { pseudonym, recordId, stores, keys });
      report.check(
        (await codeOf(reading)) === 'ERR_NO_DECISION',
        `${role.organisation} reads no record without a grant`,
      );
      refusals += 1;
    }
  }
  report.add(
    TITLE,
    `Tried: ${named(roles)} asked for a record of each patient, without a grant or after its end: ${refusals} of ${refusals} refused`,
  );
}

/** Category, name and sealed keys of a record. */
async function detailsAreHospitals({ stage, report, records }: ViewParts): Promise<void> {
  const [record] = records;
  if (!record) throw new Error('No record was imported');
  const command = ['ehr', 'details', record.pseudonym, record.recordId];
  const outsiders = [cast.adjuster, cast.auditor, cast.manufacturer];
  await refuseAll(stage, report, { roles: outsiders, command, what: 'details of a record' });
  const { details } = await stage.caughtUp<{ details: { category: string } }>(
    stage.desk(cast.valleyPhysician),
    command,
  );
  report.add(
    TITLE,
    `Tried: category and name of a record: refused to ${named(outsiders)}; ValleyHospital reads them (${details.category}), as hospitals share them`,
  );
}

async function totalsAreFor({ stage, report, claimId }: ViewParts): Promise<void> {
  const command = ['claims', 'adjudication', claimId];
  const outsiders = [cast.cityBilling, cast.valleyPhysician, cast.manufacturer];
  await refuseAll(stage, report, { roles: outsiders, command, what: 'an opened total' });
  const entitled = [cast.adjuster, cast.auditor];
  const claimed = await Promise.all(
    entitled.map((role) => stage.caughtUp<{ claimedMinor: number }>(stage.desk(role), command)),
  );
  const [first, ...others] = claimed.map(({ claimedMinor }) => claimedMinor);
  report.check(
    others.every((other) => other === first),
    'the entitled see the same total',
  );
  report.add(
    TITLE,
    `Tried: what was opened and paid of the claim: refused to ${named(outsiders)}; ${named(entitled)} read the same`,
  );
}

interface Refused {
  readonly roles: readonly Role[];
  readonly command: readonly string[];
  readonly what: string;
}

async function refuseAll(stage: Stage, report: Report, { roles, command, what }: Refused) {
  for (const role of roles) {
    const code = await codeOf(stage.salus(stage.desk(role), command));
    report.check(code === 'ERR_FORBIDDEN', `${role.organisation} does not see ${what}`);
  }
}

/** The code of the refusal that an attempt ended with; undefined if it was not refused. */
async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    const { code, stderr } = error as { code?: unknown; stderr?: string };
    if (stderr === undefined) return typeof code === 'string' ? code : undefined;
    return (JSON.parse(stderr) as { error: { code: string } }).error.code;
  }
}

/** Searches the blocks of an organisation that has to do with no patient. */
async function ledgerIsBlind(parts: ViewParts): Promise<void> {
  const { report, home, channel, patients, records } = parts;
  const names = await namesOf(patients);
  report.check(names.length > 0, 'the records name their patients');
  const blocks = blocksOf(home, cast.manufacturer, channel);
  const [record] = records;
  report.check(record !== undefined && blocks.includes(record.recordId), 'the record is on it');
  const categories = [...new Set(records.flatMap((one) => one.categories))];
  // Some categories are words of the contracts too: as the value of anything they would be told.
  const values = categories.flatMap((category) => [`:"${category}"`, `["${category}"`]);
  const found = foundIn(blocks, [...names, ...values]);
  report.check(found.length === 0, `the ledger tells no name and no category: ${found.join(', ')}`);
  const size = (blocks.length / 1024 / 1024).toFixed(1);
  report.add(
    TITLE,
    `Tried: the ledger, as Pharma has it (${size} MiB of blocks), searched for ${names.length} names of the patients and for the categories of their records (${categories.join(', ')}): none found in clear; it holds pseudonyms, hashes, grants and decisions`,
  );
}

interface PatientResource {
  readonly resourceType: string;
  readonly name?: readonly { readonly family?: string; readonly given?: readonly string[] }[];
}

/** Family and given names of the patients, as their records have them. */
async function namesOf(patients: readonly PatientPart[]): Promise<string[]> {
  const resources = (
    await Promise.all(patients.flatMap(({ files }) => files.map((file) => readFhirFile(file))))
  ).flat();
  const names = resources
    .map(({ text }) => JSON.parse(text) as PatientResource)
    .filter(({ resourceType }) => resourceType === 'Patient')
    .flatMap(({ name = [] }) => name.flatMap(({ family = '', given = [] }) => [family, ...given]));
  return [...new Set(names)].filter((name) => name.length >= SHORTEST_NAME);
}
