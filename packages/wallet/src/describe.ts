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
        `Orders these records to be destroyed for good: ${request.records.join(', ')}.`,
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
  { from, code = '' }: Described,
): readonly string[] {
  const since = lostSince === undefined ? '' : `, since ${lostSince}`;
  return [
    `${from} asks for your share, to recover a lost wallet, and for your approval of new keys.`,
    `Call ${from} yourself and compare this code with theirs: ${code}`,
    `What becomes of the older keys: ${olderKeys}${since}.`,
    'Signs RecoveryApproval.v1 as a guardian.',
  ];
}
