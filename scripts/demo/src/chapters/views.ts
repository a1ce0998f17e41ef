import { readFhirFile } from '@salus/client/records';
import { admitted, type Admitted } from '../props/admitted.js';
import { patients, type Patient } from '../props/patients.js';
import { blocksOf, foundIn } from '../scenes/ledger-copy.js';
import { GRANTED, RecordDesk, sourcesOf, TREATING } from '../scenes/record-desk.js';
import { cast, type Role } from '../stage/cast.js';
import { codeOf } from '../stage/coded-error.js';
import type { Stage } from '../stage/stage.js';
import type { Chapter } from './chapter.js';
import { claimIdOf, claims } from './claims.js';
import { records } from './records.js';

const TITLE = 'Who could see what';
/** A shorter name may stand in a hash by chance. */
const SHORTEST_NAME = 6;

const named = (roles: readonly Role[]) => roles.map(({ organisation }) => organisation).join(', ');

/** Tries, as each organisation, to see what it must not see, and tells what came of it. */
export const views: Chapter = {
  name: 'views',
  title: 'Each organisation tries to see what is not its own',
  after: [records.name, claims.name],
  needs: [admitted],
  async play(stage) {
    const { report } = stage;
    report.step('Everybody tries to see what is not theirs');
    // By now every grant of a patient is withdrawn.
    const all = await stage.use(admitted);
    await recordsStayClosed(stage, all);
    await detailsAreTheCustodians(stage, all);
    await totalsAreFor(stage);
    await ledgerIsBlind(stage, all);
    for (const line of byDesign) report.add(TITLE, line);
  },
};

/** What no attempt of one run can show. */
const byDesign = [
  "By design: City Hospital sees its own patients' records, and the insurer's pseudonym only of a patient whose claim it files",
  'By design: totals are a benefit category (of a category with one line, that line); one member of the committee alone opens nothing',
  'By design: institutions learn rounded figures of eight of them, and what the own figure makes of it; no figure of another. Two publishers, who run none of them, learn the exact sums',
  'By design: Pharma sees where its packs went; not to whom',
  "By design: patients' keys are in their own wallets only",
];

/** A record of the patient that was read while a grant covered it. */
function triedOf({ patient, records: imported }: Admitted): string {
  const [record] = imported.filter(({ category }) => GRANTED.includes(category));
  if (record) return record.recordId;
  throw new Error(`${patient.name} has no record that a grant covered`);
}

async function recordsStayClosed(stage: Stage, all: readonly Admitted[]): Promise<void> {
  const { report } = stage;
  const roles = [cast.valleyPhysician, cast.adjuster, cast.auditor, cast.manufacturer];
  let refusals = 0;
  for (const one of all) {
    const { sharing } = await RecordDesk.of(stage, one);
    const sources = sourcesOf(sharing, [sharing.readerKeys, sharing.custodianKeys]);
    const reading = ['ehr', 'read', one.pseudonym, triedOf(one), ...TREATING, ...sources];
    const codes = await Promise.all(
      roles.map((role) => codeOf(stage.shell(role).salus(...reading, '--out', 'read'))),
    );
    for (const [index, code] of codes.entries()) {
      const reader = roles[index]?.organisation ?? '';
      report.check(code === 'ERR_NO_DECISION', `${reader} reads no record without a grant`);
      refusals += 1;
    }
  }
  report.add(
    TITLE,
    `Tried: ${named(roles)} asked for a record of each patient, without a grant or after its end: ${refusals} of ${refusals} refused`,
  );
}

/** Category, name and sealed keys of a record, once the patient's grant to Valley Hospital has ended. */
async function detailsAreTheCustodians(stage: Stage, all: readonly Admitted[]): Promise<void> {
  const [one] = all;
  if (!one) throw new Error('No patient is admitted');
  const command = ['ehr', 'details', one.pseudonym, triedOf(one)];
  const outsiders = [cast.valleyPhysician, cast.adjuster, cast.auditor, cast.manufacturer];
  await refuseAll(stage, { roles: outsiders, command, what: 'details of a record' });
  const physician = stage.shell(cast.cityPhysician);
  const { details } = await physician.caughtUp<{ details: { category: string } }>(command);
  stage.report.add(
    TITLE,
    `Tried: category and name of a record: refused to ${named(outsiders)}; CityHospital, which keeps it, reads them (${details.category})`,
  );
}

async function totalsAreFor(stage: Stage): Promise<void> {
  const { report } = stage;
  const command = ['claims', 'adjudication', claimIdOf(stage)];
  const outsiders = [cast.cityBilling, cast.valleyPhysician, cast.manufacturer];
  await refuseAll(stage, { roles: outsiders, command, what: 'an opened total' });
  const entitled = [cast.adjuster, cast.auditor];
  const [first, ...others] = await Promise.all(
    entitled.map(async (role) => {
      const { claimedMinor } = await stage.shell(role).caughtUp<{ claimedMinor: number }>(command);
      return claimedMinor;
    }),
  );
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

async function refuseAll(stage: Stage, { roles, command, what }: Refused): Promise<void> {
  await Promise.all(
    roles.map(async (role) => {
      const code = await codeOf(stage.shell(role).salus(...command));
      stage.report.check(code === 'ERR_FORBIDDEN', `${role.organisation} does not see ${what}`);
    }),
  );
}

/** Searches the blocks of an organisation that has to do with no patient. */
async function ledgerIsBlind(stage: Stage, all: readonly Admitted[]): Promise<void> {
  const { report, options } = stage;
  const names = await namesOf(await stage.use(patients));
  report.check(names.length > 0, 'the records name their patients');
  const blocks = blocksOf(options.home, cast.manufacturer, options.channel);
  report.check(
    all.every((one) => blocks.includes(triedOf(one))),
    'the records are on it',
  );
  const categories = [
    ...new Set(all.flatMap((one) => one.records.map(({ category }) => category))),
  ];
  // Some categories are words of the contracts too: as the value of anything they would be told.
  const values = categories.flatMap((category) => [`:"${category}"`, `["${category}"`]);
  const found = foundIn(blocks, [...names, ...values]);
  report.check(found.length === 0, `the ledger tells no name and no category: ${found.join(', ')}`);
  const size = (blocks.length / 1024 / 1024).toFixed(1);
  report.add(
    TITLE,
    `Tried: the ledger, as Pharma has it (${size} MiB of blocks), searched for ${names.length} names of the patients and for the categories of their records (${categories.join(', ')}): none found in clear. It holds pseudonyms, hashes, grants and decisions`,
  );
}

interface PatientResource {
  readonly resourceType: string;
  readonly name?: readonly { readonly family?: string; readonly given?: readonly string[] }[];
}

/** Family and given names of the patients, as their records have them. */
async function namesOf(playing: readonly Patient[]): Promise<string[]> {
  const resources = (
    await Promise.all(playing.flatMap(({ files }) => files.map((file) => readFhirFile(file))))
  ).flat();
  const names = resources
    .map(({ text }) => JSON.parse(text) as PatientResource)
    .filter(({ resourceType }) => resourceType === 'Patient')
    .flatMap(({ name = [] }) => name.flatMap(({ family = '', given = [] }) => [family, ...given]));
  return [...new Set(names)].filter((name) => name.length >= SHORTEST_NAME);
}
