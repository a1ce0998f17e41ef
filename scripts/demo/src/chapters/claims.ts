import { BILLED, patients, type Patient } from '../props/patients.js';
import * as people from '../props/people.js';
import { withApproval } from '../props/approve.js';
import { claimsKey, claimStores } from '../props/services.js';
import { cast } from '../stage/cast.js';
import { inStep } from '../stage/in-step.js';
import type { Stage } from '../stage/stage.js';
import type { Chapter } from './chapter.js';

interface Adjudication {
  readonly currency: string;
  readonly claimedMinor: number;
  readonly patientMinor: number;
  readonly payableMinor: number;
  readonly benefits: readonly { readonly category: string; readonly reasons: readonly string[] }[];
}

const TITLE = 'Claims';
const AUDITOR = 'RegulatorMSP';
const SLOTS = { professional: 0, pharmacy: 1 };

/** A claim whose amounts nobody sees; totals are opened by four of five organisations together, and paid. */
export const claims: Chapter = {
  name: 'claims',
  title: 'An encrypted claim, the totals of which the committee opens together',
  after: [],
  needs: [patients, people.billing, people.adjuster, people.auditor, claimStores, claimsKey],
  async play(stage) {
    const patient = (await stage.use(patients)).find(({ name }) => name === BILLED.patient);
    if (!patient) throw new Error(`There is no patient ${BILLED.patient}`);
    await insure(stage, patient);
    const submitted = await submit(stage, patient);
    await settle(stage, submitted);
  },
};

/** ID of the claim of a run. */
export const claimIdOf = ({ run }: Stage) => `claim-${run}`;
const policyIdOf = ({ run }: Stage) => `policy-${run}`;

async function insure(stage: Stage, { name, shell }: Patient): Promise<void> {
  const { report } = stage;
  report.step(`The insurer puts ${name}'s policy on the ledger`);
  const adjuster = await stage.use(people.adjuster);
  const inviting = ['wallet', 'invite', 'Insurer', '--kind', 'insurer'];
  const invitation = await shell.salus<object>(...inviting);
  const year = BILLED.day.slice(0, 4);
  const policyId = policyIdOf(stage);
  const policy = { policyId, auditor: AUDITOR, year, invitation, slots: SLOTS };
  await withApproval(shell, adjuster.ask('policy', policy));
  await inStep(adjuster, await stage.use(people.billing));
}

interface Submitted {
  readonly lines: number;
  readonly bytes: number;
}

async function submit(stage: Stage, { files }: Patient): Promise<Submitted> {
  stage.report.step(
    'City Hospital encrypts the amounts, submits the claim and its sum; endorsers sum again',
  );
  const billing = await stage.use(people.billing);
  const submitted = await billing.ask<Submitted>('claim', {
    claimId: claimIdOf(stage),
    policyId: policyIdOf(stage),
    keyId: await stage.use(claimsKey),
    file: files[0],
    serviceDate: BILLED.day,
    slots: SLOTS,
    stores: await stage.use(claimStores),
  });
  await inStep(billing, await stage.use(people.adjuster), await stage.use(people.auditor));
  return submitted;
}

async function settle(stage: Stage, { lines, bytes }: Submitted): Promise<void> {
  const { report } = stage;
  const [adjuster, auditor] = [await stage.use(people.adjuster), await stage.use(people.auditor)];
  report.step('The committee service of Pharma is down; the other four open the totals');
  await stage.end(cast.pharmaCommittee);
  const claimId = claimIdOf(stage);
  const request = { claimId, stores: await stage.use(claimStores) };
  const [paid, audited] = await Promise.all([
    adjuster.ask<Adjudication>('decide', request),
    auditor.ask<{ claimedMinor: number }>('audit', request),
  ]);
  report.check(audited.claimedMinor === paid.claimedMinor, 'the auditor opened the same totals');
  const { openers } = await auditor.ask<{ openers: string[] }>('openers', { claimId });
  report.check(openers.length === 4, 'four of five have opened');
  const { status } = await adjuster.ask<{ status: string }>('pay', { claimId });
  report.check(status === 'SETTLED', 'the claim is settled');
  const money = (minor: number) => `${(minor / 100).toFixed(2)} ${paid.currency}`;
  report.add(
    TITLE,
    `${claimId}: ${lines} encrypted lines of the visit on ${BILLED.day} (${Math.round(bytes / 1024)} KiB each), claimed ${money(paid.claimedMinor)}, paid ${money(paid.payableMinor)}, left to the patient ${money(paid.patientMinor)}`,
  );
  report.add(TITLE, `Opened by ${openers.join(', ')}, while one of the five services was down`);
  for (const { category, reasons } of paid.benefits) {
    report.add(TITLE, `  ${category}: ${reasons.join(', ')}`);
  }
}
