import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { TITLE, type CareScene } from './care-scene.js';
import { cast } from './cast.js';
import type { Stage } from './stage.js';

const custodianRoles = [
  cast.cityCustodian,
  cast.valleyCustodian,
  cast.insurerCustodian,
  cast.pharmaCustodian,
  cast.regulatorCustodian,
];
const THRESHOLD = 3;

/** Starts a custodian's service of each organisation. @returns `MSP=URL` of each */
export function startCustodians(stage: Stage): Promise<readonly string[]> {
  return Promise.all(
    custodianRoles.map(async (role) => {
      const url = await stage.service(role, ['custodian', 'serve']);
      return `${role.organisation}MSP=${url}`;
    }),
  );
}

/** The custodians make a key together, which none of them has. */
export async function makeEmergencyKey(stage: Stage, keyId: string): Promise<void> {
  const organisations = custodianRoles.map(({ organisation }) => `${organisation}MSP`);
  const terms = ['--threshold', String(THRESHOLD), '--custodians', ...organisations];
  await stage.salus(stage.desk(cast.custodianOffice), ['custodian', 'deal', keyId, ...terms]);
}

interface BrokenGlass {
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly openedBy: readonly string[];
}

/** Reads one record without its patient, and without the hospital that keeps it. */
export async function emergency({
  stage,
  report,
  sharing,
  desk,
  patient,
  pseudonym,
}: CareScene): Promise<void> {
  const { recordId, textHash } = await desk.later('glass');
  report.step(`${patient.name} is unconscious: Valley Hospital's physician breaks the glass`);
  await stage.end(cast.insurerCustodian);
  const home = stage.desk(cast.valleyPhysician);
  const [note, out] = [path.join(home, 'note.txt'), path.join(home, 'emergency.json')];
  await writeFile(note, 'Brought in unconscious');
  const opened = await stage.salus<BrokenGlass>(
    home,
    [
      ...['ehr', 'break-glass', pseudonym, recordId, '--reason', 'UNCONSCIOUS', '--note', note],
      ...['--custodian', ...sharing.custodians, '--store', ...sharing.stores, '--out', out],
    ],
    stage.unlocked(cast.valleyPhysician),
  );
  const { openedBy, decidedAt, decisionId } = opened;
  report.check(openedBy.length === THRESHOLD, 'as many custodians as are needed open it');
  report.check(sha256Hex(await readFile(out)) === textHash, 'the record that was sealed opens');

  const reviewer = stage.desk(cast.reviewer);
  const reasons = path.join(reviewer, 'reasons.txt');
  await writeFile(reasons, 'Nobody could have asked the patient');
  const judged = ['--outcome', 'JUSTIFIED', '--note', reasons];
  await stage.caughtUp(reviewer, [
    ...['ehr', 'review-emergency', pseudonym, decidedAt, decisionId],
    ...judged,
  ]);
  report.add(
    TITLE,
    `${patient.name}: one record opened in an emergency by ${openedBy.length} of ${custodianRoles.length} custodians (${openedBy.join(', ')}), Insurer's being down; the regulator's privacy officer reviewed it`,
  );
}
