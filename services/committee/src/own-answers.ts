/** This member's answers, as the blocks of its own peer show them. */
import type { ContractEvent } from '@salus/client/events';
import { SalusError } from '@salus/protocol';
import { z } from 'zod';
import type { Answer, OpenedResult } from './opened-register.js';
import type { MemberParts } from './parts.js';
import type { Submission } from './submission.js';

const POSTED = 'PartialsSubmitted.v1';
const answered = z.object({ openingId: z.string(), epoch: z.int().min(0) });
const posted = answered.extend({ mspId: z.string() });

type FollowerParts = Pick<
  MemberParts,
  'register' | 'ledger' | 'mspId' | 'channel' | 'chaincode' | 'submissionOf' | 'report'
>;

/**
 * Has the register meet an event, if it tells of an answer that this organisation gave. Endorsers who
 * collude can make up such an event. So it counts by the transaction that this organisation signed.
 */
export async function followAnswer(
  parts: FollowerParts,
  event: Pick<ContractEvent, 'name' | 'payload' | 'blockNumber' | 'transactionId'>,
): Promise<void> {
  const { name, payload, blockNumber, transactionId } = event;
  if (name !== POSTED) return;
  const { data: claimed } = posted.safeParse(payload);
  if (claimed && claimed.mspId !== parts.mspId) return;
  const isOwn =
    claimed !== undefined &&
    (await parts.register.witness(
      { claimed, transactionId, block: blockNumber },
      {
        submitted: async () => ownAnswerIn(await parts.submissionOf(transactionId), parts),
        look: (openingId) => look(parts, openingId),
      },
    ));
  if (!isOwn) parts.report({ event: name, transactionId, isPassedOver: true });
}

/** The answer that this organisation signed; undefined where it signed none. */
function ownAnswerIn(
  { channel, chaincode, mspId, args: [transaction = '', request = ''] }: Submission,
  own: Pick<MemberParts, 'channel' | 'chaincode' | 'mspId'>,
): Answer | undefined {
  const isOwn = mspId === own.mspId && channel === own.channel && chaincode === own.chaincode;
  if (!isOwn || !/(^|:)submitPartials$/.test(transaction)) return undefined;
  // No more of its form than every release has in common: blocks keep what earlier ones sent.
  return answered.safeParse(parsed(request)).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What an answer opened, by the ledger; undefined where the ledger does not have it. */
async function look(
  { ledger, report }: Pick<MemberParts, 'ledger' | 'report'>,
  openingId: string,
): Promise<OpenedResult | undefined> {
  try {
    const { keyId, evaluationId } = await ledger.getOpening(openingId);
    const [key, lineage] = [await ledger.getKey(keyId), await ledger.getLineage(evaluationId)];
    return { key, lineage };
  } catch (error) {
    if (!(error instanceof SalusError) || !GONE.has(error.code)) throw error;
    report({ openingId, code: error.code });
    return undefined;
  }
}

/** No later look brings another answer. */
const GONE: ReadonlySet<string> = new Set([
  'ERR_NOT_FOUND',
  'ERR_NO_DECISION',
  'ERR_LINEAGE_TOO_LARGE',
]);
