import { categories } from '@salus/fhir';
import { ownOf } from '@salus/protocol';
import { categoryTagOf } from './derive.js';
import { rollOver, setEpoch, type Epoch } from './epochs.js';
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
  /** What keys say of others that is not final. */
  readonly endings?: readonly ContestedKey[] | undefined;
  /** A change of guardians that waits. */
  readonly nextGuardians?: { readonly by: string; readonly effectiveAt: string } | undefined;
}

/** A key that another one has closed, which is not final. */
export interface ContestedKey {
  readonly key: string;
  readonly by: string;
  readonly finalAt: string;
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
    const found = ownOf(patient.categoryKeys, await categoryTagOf(tagKey, category));
    if (!found) continue;
    epochs.push({ category, epoch: found.epoch });
    setEpoch(session, kind, { category, epoch: found.epoch });
  }
  if (!session.state.registered.includes(kind)) session.state.registered.push(kind);
  for (const key of session.state.keys) {
    const found = patient.keys.find(({ kid }) => kid === key.kid);
    if (found) key.status = found.status;
  }
  const own = new Set(session.state.keys.map(({ kid }) => kid));
  const unknownKeys = patient.keys.filter(({ kid }) => !own.has(kid));
  const isOwn = patient.keys.some(({ kid, status }) => own.has(kid) && status === 'ACTIVE');
  const { endings: contested = [], nextGuardians } = patient;
  return {
    epochs,
    unknownKeys,
    contested,
    ...(nextGuardians !== undefined && { nextGuardians }),
    ...(isOwn && (await endRecovery(session, kind, epochs))),
  };
}

/**
 * The ledger has taken a recovered key. Where the older ones are lost, every category begins an epoch under
 * the new root secret. Nobody who held the category's keys gets it: the lost wallet alone knew their
 * grants.
 */
async function endRecovery(
  session: WalletSession,
  kind: InstitutionKind,
  epochs: readonly Epoch[],
): Promise<object> {
  const { recovery } = session.state;
  if (recovery?.waiting.includes(kind) !== true) return {};
  recovery.waiting = recovery.waiting.filter((one) => one !== kind);
  if (recovery.waiting.length === 0) delete session.state.recovery;
  if (recovery.olderKeys === 'RETIRED' || epochs.length === 0) return {};
  const begun = epochs.map(({ category }) => category);
  return rollOver(session, kind, begun);
}
