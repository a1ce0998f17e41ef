import { inStep, type ActorProcess } from './actor-process.js';
import { approveNext } from './health-records.js';
import type { Report } from './report.js';
import type { Stage } from './stage.js';

export interface ClaimParts {
  readonly stage: Stage;
  readonly report: Report;
  readonly run: string;
  readonly proposer: ActorProcess;
  readonly billing: ActorProcess;
  readonly adjuster: ActorProcess;
  readonly auditor: ActorProcess;
  readonly storeUrl: string;
  readonly patient: { readonly name: string; readonly walletHome: string };
  readonly file: string;
  /** Day of the visit whose claims are billed. */
  readonly serviceDate: string;
}

interface Adjudication {
  readonly currency: string;
  readonly claimedMinor: number;
  readonly patientMinor: number;
  readonly payableMinor: number;
  readonly benefits: readonly { readonly category: string; readonly reasons: readonly string[] }[];
}

const COMMITTEE = ['ValleyHospitalMSP', 'InsurerMSP', 'RegulatorMSP'];
const AUDITOR = 'RegulatorMSP';
const SLOTS = { professional: 0, pharmacy: 1 };

/** A claim whose amounts nobody sees; totals are opened by two of three organisations together, and paid. */
export async function claims(parts: ClaimParts): Promise<void> {
  const { stage, report, run, proposer, billing, adjuster, auditor, storeUrl, patient } = parts;
  const [keyId, policyId, claimId] = [`key-${run}`, `policy-${run}`, `claim-${run}`];
  report.step('Valley Hospital, Insurer and Regulator make a collective key; none can open alone');
  await proposer.ask('ceremony', { keyId, members: COMMITTEE });

  await inStep(proposer, billing, adjuster);
  report.step(`The insurer puts ${patient.name}'s policy on the ledger`);
  const invitation = await stage.salus<object>(patient.walletHome, [
    'wallet',
    'invite',
    'Insurer',
    '--kind',
    'insurer',
  ]);
  const year = parts.serviceDate.slice(0, 4);
  const policy = { policyId, auditor: AUDITOR, year, invitation, slots: SLOTS };
  await Promise.all([adjuster.ask('policy', policy), approveNext(stage, patient.walletHome)]);
  await inStep(adjuster, billing);

  report.step(
    'City Hospital encrypts the amounts, submits the claim and its sum; endorsers sum again',
  );
  const { lines, bytes } = await billing.ask<{ lines: number; bytes: number }>('claim', {
    claimId,
    policyId,
    keyId,
    file: parts.file,
    serviceDate: parts.serviceDate,
    slots: SLOTS,
    storeUrl,
  });
  await inStep(billing, adjuster, auditor);
  report.step('The committee opens the totals to insurer and auditor; the insurer pays');
  const openingId = `opening-${run}`;
  const request = { openingId, storeUrl };
  const [paid, audited] = await Promise.all([
    adjuster.ask<Adjudication>('adjudicate', { ...request, claimId, auditor: AUDITOR }),
    auditor.ask<{ claimedMinor: number }>('audit', request),
  ]);
  report.check(audited.claimedMinor === paid.claimedMinor, 'the auditor opened the same totals');
  const { status } = await adjuster.ask<{ status: string }>('settle', { claimId });
  report.check(status === 'SETTLED', 'the claim is settled');
  const money = (minor: number) => `${(minor / 100).toFixed(2)} ${paid.currency}`;
  report.add(
    'Claims',
    `${claimId}: ${lines} encrypted lines of the visit on ${parts.serviceDate} (${Math.round(bytes / 1024)} KiB each), claimed ${money(paid.claimedMinor)}, paid ${money(paid.payableMinor)}, left to the patient ${money(paid.patientMinor)}`,
  );
  for (const { category, reasons } of paid.benefits) {
    report.add('Claims', `  ${category}: ${reasons.join(', ')}`);
  }
}
