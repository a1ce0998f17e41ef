/** This member's answers, as the events in the blocks of its own peer show them. */
import type { ContractEvent } from '@salus/client/events';
import type { Answer, OpenedResult } from './opened-register.js';
import type { MemberParts } from './parts.js';

const POSTED = 'PartialsSubmitted.v1';

/** Has the register meet an event, if it tells of an answer that this organisation gave. */
export async function followAnswer(
  { register, ledger, mspId }: Pick<MemberParts, 'register' | 'ledger' | 'mspId'>,
  event: Pick<ContractEvent, 'name' | 'payload' | 'blockNumber'>,
): Promise<void> {
  const answer = answerOf(event, mspId);
  if (!answer) return;
  await register.witness(answer, event.blockNumber, async (openingId): Promise<OpenedResult> => {
    const { keyId, evaluationId } = await ledger.getOpening(openingId);
    const [key, lineage] = [await ledger.getKey(keyId), await ledger.getLineage(evaluationId)];
    return { key, lineage };
  });
}

function answerOf(
  { name, payload }: Pick<ContractEvent, 'name' | 'payload'>,
  own: string,
): Answer | undefined {
  if (name !== POSTED) return undefined;
  const { openingId, epoch, mspId } = payload as Answer & { readonly mspId: string };
  return mspId === own ? { openingId, epoch } : undefined;
}
