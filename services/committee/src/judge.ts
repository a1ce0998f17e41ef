import { SalusError, ownOf } from '@salus/protocol';
import {
  type CollectiveKey,
  type Opening,
  type OpeningOnLedger,
  type OpeningReason,
  type OpeningRule,
  type RegisteredCiphertext,
  decideOpening,
  leavesOf,
  openingIdOf,
} from '@salus/protocol/computation';
import { slotsCounted, type OpenedRegister } from './opened-register.js';

/** What a member judges, as its own peer tells it. */
export interface OpeningCase extends OpeningOnLedger {
  readonly key: CollectiveKey;
}

/** Finds the rule of an opening by the purpose of its key. */
export type RuleSource = (about: OpeningOnLedger) => Promise<OpeningRule | undefined>;

/**
 * Judges the ledger's permission again.
 *
 * @returns what puts the opening into the register, before anything of it is posted
 * @throws SalusError `ERR_OPENING_REFUSED`, `ERR_KEY_TERMS_CHANGED`, `ERR_MEMORY_OUTDATED`
 */
export type OpeningJudge = (about: OpeningCase) => Promise<() => Promise<void>>;

/**
 * Judges by the contract's own rules, on what the own peer tells and the own register remembers. A
 * permission that endorsers made up between them opens nothing. The slots that are counted, and the terms
 * of the key, are the member's own: what the ledger says of them later changes nothing.
 */
export function judgeOpenings(register: OpenedRegister, ruleOf: RuleSource): OpeningJudge {
  return async (about) => {
    const { opening, key, lineage } = about;
    register.requireIntact();
    const contributions = requireConsistent(about);
    await register.meet(key);
    const rule = await ruleOf(about);
    if (rule?.purpose !== opening.purpose) throw refused('PURPOSE_UNKNOWN', opening);
    const { evaluation } = lineage;
    const slots = slotsCounted(about);
    const reason = decideOpening(
      {
        // The ledger doesn't keep the requester's role; endorsers have checked it.
        requester: { mspId: opening.requestedBy, role: ENDORSED_ROLE },
        recipients: opening.recipients,
        key,
        evaluation,
        contributions,
        markers: await register.markersOf(contributions),
        slots,
        openedSlots: await register.slotsOf(key),
      },
      rule,
    );
    if (reason !== 'ENTITLED') throw refused(reason, opening);
    const { recipients, readers } = opening;
    const isRead = recipients.every(
      (recipient) => ownOf(readers, recipient) === rule.reader(recipient),
    );
    if (!isRead) throw refused('READERS_NOT_ENTITLED', opening);
    const answer = { openingId: opening.openingId, epoch: key.epoch };
    return () => register.add(answer, about, slots);
  };
}

const ENDORSED_ROLE = 'endorsed';

/**
 * What the ledger says of one opening in several places has to agree.
 * @returns what went in, as often as it did
 */
function requireConsistent({
  opening,
  key,
  lineage,
}: OpeningCase): readonly RegisteredCiphertext[] {
  const { evaluation, steps, ciphertexts } = lineage;
  const all = [...steps, evaluation];
  const leaves = leavesOf(lineage);
  const { keyId, epoch, resultHash = '' } = opening;
  const isSame =
    leaves !== undefined &&
    leaves.length > 0 &&
    opening.openingId === openingIdOf({ keyId, epoch, resultHash }) &&
    keyId === key.keyId &&
    epoch === key.epoch &&
    opening.purpose === key.purpose &&
    opening.evaluationId === evaluation.evaluationId &&
    resultHash === evaluation.resultHash &&
    [...all, ...ciphertexts].every(
      (one) => one.keyId === key.keyId && one.purpose === key.purpose,
    ) &&
    all.every(({ program }) => evaluation.programs.includes(program.name)) &&
    leaves.map((one) => one.ciphertextHash).join() === evaluation.leaves.join();
  if (!isSame) throw refused('LINEAGE_INCONSISTENT', opening);
  return leaves;
}

function refused(
  reason: OpeningReason | 'PURPOSE_UNKNOWN' | 'LINEAGE_INCONSISTENT' | 'READERS_NOT_ENTITLED',
  { openingId }: Opening,
): SalusError {
  return new SalusError(
    'ERR_OPENING_REFUSED',
    `The ledger permits opening ${openingId}, this member does not: ${reason}`,
    { argument: 'openingId', expected: 'ENTITLED', got: reason },
  );
}
