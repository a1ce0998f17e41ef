import { DAY_MS } from '@salus/protocol';
import { type WalletAsk, fillIn } from '@salus/wallet';
import { askWallet } from '../wallet/wallet-client.js';
import type { ReferralOffice } from './office.js';

/** What a referral, or its answer, needs the patient to agree to. */
export interface HandedOver {
  readonly to: { readonly mspId: string; readonly role?: string | undefined };
  /** Exactly these, and nothing that comes later. */
  readonly records: readonly string[];
  readonly until: string;
}

/**
 * Asks the patient to let an organisation read what is handed over to it, and relays the grant.
 *
 * @returns the grant's ID
 */
export async function askConsent(
  way: 'there' | 'back',
  { to, records, until }: HandedOver,
  { ehr, wallet }: Pick<ReferralOffice, 'ehr' | 'wallet'>,
): Promise<string> {
  const days = Math.max(1, Math.ceil((Date.parse(until) - Date.now()) / DAY_MS));
  const wish = { mspId: to.mspId, ...(to.role !== undefined && { role: to.role }), records, days };
  const terms = fillIn('referral', wish);
  // The answer goes to who has asked, and no further.
  const { onward: _, ...narrower } = terms;
  const ask: WalletAsk = {
    type: 'grant',
    ...(way === 'there' ? { ...terms, template: 'referral' as const } : narrower),
    until,
  };
  const { statement = '', grantId = '' } = await askWallet(wallet, ask);
  await ehr.grantAccess(statement);
  return grantId;
}
