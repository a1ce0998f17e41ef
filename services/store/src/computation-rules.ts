/** Which organisation a store serves the content of computations to. */
import { OFFICER } from '@salus/client/stores';
import { denied } from '@salus/client/trust';
import { ownOf } from '@salus/protocol';
import type { ContentRequest } from './content-request.js';
import type { ComputationView } from './ledger-view.js';
import { requireKept } from './retention.js';

/**
 * - by a key: the contributions that its openings are proven against and the collective key itself, to every
 *   member of the channel; partial openings of the trial to the parties of the ceremony
 * - by an opening: its result to committee and recipients, what that was computed from and the proofs of that
 *   to the committee alone, until {@link requireKept} ends it
 * - otherwise: a ciphertext to its contributor and the committee of its key
 *
 * The committee asks through its officers, a recipient through the role that reads the opening.
 *
 * @throws SalusError `ERR_NO_DECISION`, or the ledger's `ERR_NOT_FOUND`
 */
export async function checkComputationContent(
  request: ContentRequest,
  ledger: ComputationView,
): Promise<void> {
  const { key, opening } = request.by;
  if (key !== undefined) await checkKeyContent(key, request, ledger);
  else if (opening !== undefined) await checkOpeningContent(opening, request, ledger);
  else await checkCiphertext(request, ledger);
}

async function checkKeyContent(
  keyId: string,
  { asker, hash }: ContentRequest,
  ledger: ComputationView,
): Promise<void> {
  const { ceremony, publicKeyHash, contributions = [] } = await ledger.getKey(keyId);
  const { members, phase } = ceremony;
  const posted = (name: 'contributions' | 'trial') =>
    members.flatMap((member) => member[name] ?? []).map((one) => one.hash);
  // Dealers of a new key have committed to what they reveal. In a resharing a single member says what it likes: only what
  // all holders posted alike counts, and is among the key's contributions then.
  const revealed = ceremony.kind === 'GENERATE' ? posted('contributions') : [];
  const made = contributions.map((one) => one.hash);
  if (hash === publicKeyHash || [...made, ...revealed].includes(hash)) return;
  // Before all have posted, a partial opening could be made to fit another.
  const isProved = phase === 'READY' || phase === 'DONE';
  const isParty = members.some(({ mspId }) => mspId === asker.mspId);
  if (isProved && isParty && posted('trial').includes(hash)) return;
  throw denied('it is no part of the key');
}

async function checkOpeningContent(
  openingId: string,
  { asker, hash, now }: ContentRequest,
  ledger: ComputationView,
): Promise<void> {
  const opening = await ledger.getOpening(openingId);
  if (!opening.permitted) throw denied(`the opening was denied (${opening.reason})`);
  requireKept(opening, now);
  const { committee } = await ledger.getKey(opening.keyId);
  const isRecipient =
    asker.role !== undefined && ownOf(opening.readers, asker.mspId) === asker.role;
  const isMember = isOfficer(asker, committee.members);
  if (hash === opening.resultHash) {
    if (isRecipient || isMember) return;
    throw denied('the opening does not concern the asker');
  }
  const { leaves } = await ledger.getEvaluation(opening.evaluationId);
  if (!isMember) throw denied('it is no part of the opening');
  if (leaves.includes(hash) || (await isProofOf(leaves, hash, ledger))) return;
  throw denied('it is no part of the opening');
}

/** Whether it is the proof of one of some ciphertexts, or covered by one together with them. */
async function isProofOf(
  leaves: readonly string[],
  hash: string,
  ledger: ComputationView,
): Promise<boolean> {
  for (const leaf of leaves) {
    const { proof } = await ledger.getCiphertext(leaf);
    if (proof !== undefined && [proof.hash, ...proof.ciphertexts].includes(hash)) return true;
  }
  return false;
}

async function checkCiphertext(
  { asker, hash }: ContentRequest,
  ledger: ComputationView,
): Promise<void> {
  const { contributor, keyId } = await ledger.getCiphertext(hash);
  const { committee } = await ledger.getKey(keyId);
  if (asker.mspId === contributor.mspId || isOfficer(asker, committee.members)) return;
  throw denied('the ciphertext does not concern the asker');
}

function isOfficer({ mspId, role }: ContentRequest['asker'], members: readonly string[]): boolean {
  return role === OFFICER && members.includes(mspId);
}
