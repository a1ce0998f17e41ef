import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { sha256Hex } from '@salus/protocol';
import { custodianKeys, custodianRoles, CUSTODIANS_NEEDED } from '../props/services.js';
import { cast } from '../stage/cast.js';
import { TITLE, type CareScene } from './care-scene.js';

interface BrokenGlass {
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly openedBy: readonly string[];
}

/** Reads one record without its patient. The key service of its hospital hands out what the custodians open. */
export async function emergency({
  stage,
  desk,
  custodians,
  patient,
  pseudonym,
}: CareScene): Promise<void> {
  const { report } = stage;
  const { recordId, textHash } = await desk.later('glass', custodians.keyId);
  report.step(`${patient.name} is unconscious: Valley Hospital's physician breaks the glass`);
  await stage.end(cast.insurerCustodian);
  const physician = stage.shell(cast.valleyPhysician);
  const [note, out] = [
    path.join(physician.home, 'note.txt'),
    path.join(physician.home, 'emergency.json'),
  ];
  await writeFile(note, 'Brought in unconscious');
  const { openedBy, decidedAt, decisionId } = await physician.salus<BrokenGlass>(
    ...['ehr', 'break-glass', pseudonym, recordId, '--reason', 'UNCONSCIOUS', '--note', note],
    ...['--custodian', ...custodians.places, '--store', ...desk.sharing.stores],
    ...['--keys', await stage.use(custodianKeys), '--out', out],
  );
  report.check(openedBy.length === CUSTODIANS_NEEDED, 'as many custodians as are needed open it');
  report.check(sha256Hex(await readFile(out)) === textHash, 'the record that was sealed opens');

  const reviewer = stage.shell(cast.reviewer);
  const reasons = path.join(reviewer.home, 'reasons.txt');
  await writeFile(reasons, 'Nobody could have asked the patient');
  const judged = ['--outcome', 'JUSTIFIED', '--note', reasons];
  const reviewed = ['ehr', 'review-emergency', pseudonym, decidedAt, decisionId];
  await reviewer.caughtUp([...reviewed, ...judged]);
  report.add(
    TITLE,
    `${patient.name}: one record opened in an emergency by ${openedBy.length} of ${custodianRoles.length} custodians (${openedBy.join(', ')}), Insurer's being down; the regulator's privacy officer reviewed it`,
  );
}
