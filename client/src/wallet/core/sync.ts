import { categories } from '../../fhir/category.js';
import { categoryTagOf } from './derive.js';
import { setEpoch } from './epochs.js';
import { forbidden } from './faults.js';
import type { WalletSession } from './session.js';
import type { InstitutionKind } from './state.js';

/** What of a patient on the ledger a wallet takes over. */
export interface LedgerPatient {
  readonly pseudonym: string;
  readonly keys: readonly {
    readonly kid: string;
    readonly status: 'ACTIVE' | 'RETIRED' | 'LOST';
  }[];
  readonly categoryKeys: Readonly<Record<string, { readonly epoch: number }>>;
}

/** Takes over epochs and ended keys, e.g. after a recovery, or where a statement never got there. */
export async function takeOver(
  session: WalletSession,
  kind: InstitutionKind,
  patient: LedgerPatient,
) {
  if (patient.pseudonym !== (await session.pseudonym(kind))) {
    throw forbidden('The answer is about somebody else', 'patient');
  }
  const tagKey = await session.tagKey(kind);
  const epochs: { category: string; epoch: number }[] = [];
  for (const category of categories) {
    const found = patient.categoryKeys[await categoryTagOf(tagKey, category)];
    if (!found) continue;
    epochs.push({ category, epoch: found.epoch });
    setEpoch(session, kind, { category, epoch: found.epoch });
  }
  if (!session.state.registered.includes(kind)) session.state.registered.push(kind);
  for (const key of session.state.keys) {
    const found = patient.keys.find(({ kid }) => kid === key.kid);
    if (!found) continue;
    key.status = found.status;
    // The ledger has taken a key of this wallet: it waits for guardians no more.
    if (found.status === 'ACTIVE') delete session.state.recovery;
  }
  const own = new Set(session.state.keys.map(({ kid }) => kid));
  return { epochs, unknownKeys: patient.keys.filter(({ kid }) => !own.has(kid)) };
}
