import { inStep, type ActorProcess } from './actor-process.js';
import { cast } from './cast.js';
import type { Report } from './report.js';
import { approveNext } from './scene-parts.js';
import type { Stage } from './stage.js';

export interface ClaimParts {
  readonly stage: Stage;
  readonly report: Report;
  readonly run: string;
  readonly billing: ActorProcess;
  readonly adjuster: ActorProcess;
  readonly auditor: ActorProcess;
  /** Addresses of the stores that the parties of claims use. */
  readonly stores: readonly string[];
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
/** So many of them open. */
const THRESHOLD = '2';
const AUDITOR = 'RegulatorMSP';
const SLOTS = { professional: 0, pharmacy: 1 };

/** A claim whose amounts nobody sees; totals are opened by two of three organisations together, and paid. */
export async function claims(parts: ClaimParts): Promise<void> {
  const { stage, report, run, billing, adjuster, auditor, stores, patient } = parts;
  const [keyId, policyId, claimId] = [`key-${run}`, `policy-${run}`, `claim-${run}`];
  report.step('Valley Hospital, Insurer and Regulator make a key that any two of them open with');
  const key = await stage.salus<{ status: string }>(stage.desk(cast.proposer), [
    ...['committee', 'ceremony', keyId, '--threshold', THRESHOLD, '--members', ...COMMITTEE],
  ]);
  report.check(key.status === 'ACTIVE', 'the committee has made its key');

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
    stores,
  });
  await inStep(billing, adjuster, auditor);
  report.step("Valley Hospital's committee service is down; the other two open the totals");
  await stage.end(cast.valleyCommittee);
  const openingId = `opening-${run}`;
  const request = { openingId, stores };
  const [paid, audited] = await Promise.all([
    adjuster.ask<Adjudication>('adjudicate', { ...request, claimId, auditor: AUDITOR }),
    auditor.ask<{ claimedMinor: number }>('audit', request),
  ]);
  report.check(audited.claimedMinor === paid.claimedMinor, 'the auditor opened the same totals');
  const { openers } = await auditor.ask<{ openers: string[] }>('openers', { openingId });
  report.check(openers.length === 2, 'two of three have opened');
  const { status } = await adjuster.ask<{ status: string }>('settle', { claimId });
  report.check(status === 'SETTLED', 'the claim is settled');
  const money = (minor: number) => `${(minor / 100).toFixed(2)} ${paid.currency}`;
  report.add(
    'Claims',
    `${claimId}: ${lines} encrypted lines of the visit on ${parts.serviceDate} (${Math.round(bytes / 1024)} KiB each), claimed ${money(paid.claimedMinor)}, paid ${money(paid.payableMinor)}, left to the patient ${money(paid.patientMinor)}`,
  );
  report.add(
    'Claims',
    `Opened by ${openers.join(' and ')}, while the service of ValleyHospitalMSP was down`,
  );
  for (const { category, reasons } of paid.benefits) {
    report.add('Claims', `  ${category}: ${reasons.join(', ')}`);
  }
}
