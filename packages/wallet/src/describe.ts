/** Says in plain words what a request would have signed, so that the owner approves what is meant. */
import { deniedPurposes, NO_END } from '@salus/protocol';
import { endOf, isWhole, labelsOf, shownText, textOf } from './consent.js';
import type { RequestOf, WalletRequest } from './requests.js';
import type { InstitutionKind, KeptGrant } from './state.js';

/** What describing needs to know beside the request. */
export interface Described {
  /** Who asks. */
  readonly from: string;
  /** The pseudonym that is signed for. */
  readonly kind: InstitutionKind;
  /** The wallet's grants, to tell what a withdrawal withdraws. */
  readonly grants: readonly KeptGrant[];
  readonly now: number;
  /** Of a recovery: what its owner reads out. */
  readonly code?: string;
  /** The recovery of the same ward that the owner agreed to last. */
  readonly agreed?: { readonly at: string; readonly code: string };
  /** Codes of all requests to recover the same ward that wait. */
  readonly waiting?: readonly string[];
}

/** The lines that the owner reads before approving. */
export function describeRequest(request: WalletRequest, about: Described): readonly string[] {
  const { from, kind } = about;
  const signs = (type: string) => `Signs ${type} as the patient whom every ${kind} knows.`;
  switch (request.type) {
    case 'register':
      return [
        `${from} registers you.`,
        signs('PatientRegistration.v1'),
        `Hands ${from} the key by which it recognises the categories of your records.`,
      ];
    case 'grant':
      return [...describeGrant(request, about), signs('AccessGrant.v1')];
    case 'withdraw':
      return [withdrawn(request.grant, about), signs('ConsentWithdrawal.v1')];
    case 'erase':
      return [
        request.versions === undefined
          ? `Orders these records to be destroyed for good, with all of their versions: ${request.records.join(', ')}.`
          : `Orders these versions of records to be destroyed for good, and no others: ${request.records.join(', ')}.`,
        signs('ErasureOrder.v1'),
      ];
    case 'identify':
      return [
        `Tells ${from} the pseudonym by which every ${kind} knows you. Signs nothing.`,
        ...(request.hpkePublicKey === undefined
          ? []
          : [`Hands ${from} the key by which it recognises the categories of your records.`]),
      ];
    case 'guard':
      return [
        `${from} asks you to be a guardian: to keep a share of a secret. Should the wallet be lost, you confirm that it is ${from} who asks.`,
        'Signs nothing now; makes keys for this alone.',
      ];
    case 'keep-share':
      return [
        `${from} sends you a share that takes the place of the one you keep. Ask ${from} whether that is meant.`,
      ];
    case 'recover':
      return describeRecovery(request, about);
    case 'assist':
      return [
        `${from} asks you to act for them as a delegate. Signs nothing; makes a key for this alone.`,
      ];
    default:
      return [`${from} asks for ${request.type}.`];
  }
}

function describeGrant(request: RequestOf<'grant'>, { from, now }: Described): readonly string[] {
  const { grantee, maxUses, onward, obligations = [] } = request;
  const labels = labelsOf(request);
  const notAfter = endOf(request, now);
  const lines = [`${from} asks for this consent: “${shownText(request, notAfter)}”`];
  const { version, language } = textOf(request);
  lines.push(`The text is version ${version} in ${language}; its hash goes into what is signed.`);
  const until = notAfter === NO_END ? 'it is withdrawn' : notAfter;
  lines.push(`Purposes: ${purposesOf(request)}. Until ${until}.`);
  if (maxUses !== undefined) lines.push(`At most ${maxUses} uses.`);
  if (labels)
    lines.push(`Labels: ${labels.map(({ system, code }) => `${system}|${code}`).join(', ')}.`);
  if (onward === true) lines.push(`${grantee.mspId ?? 'The reader'} may pass it on.`);
  if (obligations.length > 0) lines.push(`The reader must keep to: ${obligations.join(', ')}.`);
  if (isWhole(request)) {
    lines.push(
      `Hands ${grantee.mspId ?? ''} the keys of these categories, later records included.`,
    );
  }
  return lines;
}

function purposesOf({ decision, purposes }: RequestOf<'grant'>): string {
  if (decision === 'deny') return deniedPurposes(purposes).join(', ');
  return purposes?.join(', ') ?? 'any';
}

function withdrawn(grantId: string, { grants }: Described): string {
  const kept = grants.find((one) => one.grantId === grantId);
  if (!kept) return `Withdraws ${grantId}, which this wallet has no memory of.`;
  const { decision, mspId = 'everybody', categories = ['single records'], signedAt } = kept;
  const verb = decision === 'deny' ? 'denial' : 'grant';
  return `Withdraws the ${verb} of ${signedAt} to ${mspId} (${categories.join(', ')}).`;
}

function describeRecovery(
  { olderKeys, lostSince }: RequestOf<'recover'>,
  about: Described,
): readonly string[] {
  const { from, code = '' } = about;
  const since = lostSince === undefined ? '' : `, since ${lostSince}`;
  return [
    ...warnings(about),
    `${from} asks for your share, to recover a lost wallet, and for your approval of new keys.`,
    `Call ${from} yourself and compare this code with theirs: ${code}`,
    `What becomes of the older keys: ${olderKeys}${since}.`,
    'Signs RecoveryApproval.v1 as a guardian.',
  ];
}

/** A thief's request comes beside the ward's: the guardian is told that there are two. */
function warnings({ from, code, agreed, waiting = [] }: Described): readonly string[] {
  const lines: string[] = [];
  if (agreed !== undefined && agreed.code !== code) {
    lines.push(
      `CAREFUL: on ${agreed.at} you agreed to another request to recover ${from}, with the code ${agreed.code}.`,
      'This one is different. If you agree, your approval goes to this one alone.',
    );
  }
  const others = waiting.filter((one) => one !== code);
  if (others.length > 0) {
    lines.push(
      `CAREFUL: other requests to recover ${from} wait too, with these codes: ${others.join('; ')}.`,
      `Somebody may pretend to be ${from}. Agree to the one whose code ${from} reads to you, and refuse the others.`,
    );
  }
  return lines;
}

/** Hours that the ledger waits before a key's word about another one, or other guardians, are final. */
export const DELAY_HOURS = 72;

/** What a key's word about another one says. */
export interface KeyEnding {
  readonly key: string;
  readonly status: 'RETIRED' | 'LOST';
  readonly lostSince?: string;
}

/** What the owner reads of a statement that ends a key. */
export function describeEnding(
  { key, status, lostSince }: KeyEnding,
  by: string,
): readonly string[] {
  const closed = `Closes the key ${key} at once: it signs nothing from then on.`;
  const contradiction = [
    `This is final after ${DELAY_HOURS} hours. Until then the holder of that key can say that yours, ${by}, was lost instead.`,
    'Both keys are closed then, and your guardians can recover you. Otherwise the older key on the ledger prevails.',
  ];
  if (status === 'RETIRED') return [closed, 'What it signed stays in force.', ...contradiction];
  const since = lostSince ?? 'ever';
  return [
    closed,
    `Permits that it signed since ${since} are void at once, its denials once this is final. A key that is younger than it speaks only of the time since the ledger had that key.`,
    lostSince === undefined
      ? 'Keys and guardians that it brought stay: say since when it was lost to close them too.'
      : `Keys that it added since then are closed too, if they are younger than yours. Guardians that it named since then go once this is final.`,
    ...contradiction,
  ];
}

/** What the owner reads of a statement that names guardians. */
export function describeGuardians(count: number): readonly string[] {
  return [
    count === 0
      ? 'Ends guardianship: nobody can recover this wallet then.'
      : `Names ${count} guardians.`,
    `Where the ledger has guardians already, they stay for ${DELAY_HOURS} hours. Any key of yours can stop the change until then: salus wallet veto.`,
  ];
}
