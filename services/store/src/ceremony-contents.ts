import type { LedgerView } from './ledger-view.js';
import type { CeremonyName } from './passing-contents.js';

/**
 * The ceremony of whose trial a content is a partial opening. The ledger has to have its hash there: nobody has another
 * organisation's content removed by calling it one.
 *
 * @param by - what the request names: `chaincode` and `key`
 * @returns undefined for every other content, and where the peer can't tell: it stays
 */
export async function ceremonyOf(
  hash: string,
  { chaincode, key }: Readonly<Record<string, string>>,
  ledger: Pick<LedgerView, 'computation'>,
): Promise<CeremonyName | undefined> {
  if (chaincode === undefined || key === undefined) return undefined;
  try {
    const { ceremony } = await ledger.computation(chaincode).getKey(key);
    const posted = ceremony.members.flatMap(({ trial = [] }) => trial);
    if (!posted.some((one) => one.hash === hash)) return undefined;
    return { chaincode, keyId: key, epoch: ceremony.epoch };
  } catch {
    return undefined;
  }
}

/** Whether nobody goes on with a ceremony. A store whose peer can't tell keeps what belongs to it. */
export async function isCeremonyOver(
  { chaincode, keyId, epoch }: CeremonyName,
  ledger: Pick<LedgerView, 'computation'>,
): Promise<boolean> {
  try {
    const { ceremony } = await ledger.computation(chaincode).getKey(keyId);
    return ceremony.epoch !== epoch || ceremony.phase === 'DONE' || ceremony.phase === 'FAILED';
  } catch {
    return false;
  }
}
