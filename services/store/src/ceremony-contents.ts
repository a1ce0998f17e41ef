import type { ShareHash } from '@salus/protocol/computation';
import type { LedgerView } from './ledger-view.js';
import type { CeremonyName } from './passing-contents.js';

/**
 * The ceremony of whose trial a content is a partial opening, or of whose shares it is a contribution. The ledger has to
 * have its hash there: nobody has another organisation's content removed by calling it one.
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
    const { ceremony, epoch, contributions = [] } = await ledger.computation(chaincode).getKey(key);
    const name = { chaincode, keyId: key };
    const isAmong = (posted: readonly ShareHash[]) => posted.some((one) => one.hash === hash);
    if (isAmong(contributions)) return { ...name, epoch, isContribution: true };
    // Before that a single member says what it likes. Afterwards all holders of a share have posted the same.
    const isProved = ceremony.phase === 'READY' || ceremony.phase === 'DONE';
    const isOfTrial = isAmong(ceremony.members.flatMap(({ trial = [] }) => trial));
    return isProved && isOfTrial ? { ...name, epoch: ceremony.epoch } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Whether nobody goes on with a ceremony, or nobody opens with its shares where the content is a contribution. A store
 * whose peer can't tell keeps what belongs to it.
 */
export async function isCeremonyOver(
  { chaincode, keyId, epoch, isContribution = false }: CeremonyName,
  ledger: Pick<LedgerView, 'computation'>,
): Promise<boolean> {
  try {
    const key = await ledger.computation(chaincode).getKey(keyId);
    // A peer that lags tells an earlier epoch.
    if (isContribution) return key.epoch > epoch;
    const { ceremony } = key;
    return ceremony.epoch > epoch || ceremony.phase === 'DONE' || ceremony.phase === 'FAILED';
  } catch {
    return false;
  }
}
