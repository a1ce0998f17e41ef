/** What takes several wallets, each a process of its own: guardians, recovery, delegation. */
import { askWallet, type WalletInvitation, type WalletOwner } from '@salus/client/wallet';
import type { SealedBox } from '@salus/crypto/hpke';
import {
  type GuardiansSet,
  type Rebuilt,
  type RecoveryAsk,
  type SigningJwk,
  type DelegationTerms,
  type InstitutionKind,
  recoveryCode,
} from '@salus/wallet';

/** A guardian's or delegate's wallet, which has invited this one. */
export interface Companion {
  readonly name: string;
  readonly invitation: WalletInvitation;
}

interface Patience {
  /** How long to wait for each owner; default two minutes. */
  readonly timeoutMs?: number;
}

interface GuardianKeys {
  readonly keys: { kind: InstitutionKind; jwk: SigningJwk }[];
  readonly hpkePublicKey: string;
}

/**
 * Asks each guardian's wallet, waits until its owner agrees, and hands out the shares.
 *
 * @returns the statements, to be relayed to the ledger
 */
export async function appointGuardians(
  owner: WalletOwner,
  companions: readonly Companion[],
  {
    threshold,
    delaySeconds,
    ...patience
  }: Patience & { readonly threshold: number; readonly delaySeconds: number },
): Promise<GuardiansSet['statements']> {
  const { registered: kinds } = await owner.command<{ registered: InstitutionKind[] }>({
    type: 'overview',
  });
  const guardians = await Promise.all(
    companions.map(async ({ name, invitation }) => ({
      name,
      ...(await askWallet<GuardianKeys>(invitation, { type: 'guard', kinds }, patience)),
    })),
  );
  const set = await owner.command<GuardiansSet>({
    type: 'set-guardians',
    threshold,
    guardians,
    delaySeconds,
  });
  for (const { name, package: sealed } of set.packages) {
    const companion = companions.find((one) => one.name === name);
    if (companion) await askWallet(companion.invitation, { type: 'keep-share', package: sealed });
  }
  return set.statements;
}

/** What `requestRecovery` on the ledger takes, one a pseudonym. */
export interface RecoveryRequest {
  readonly kind: InstitutionKind;
  readonly pseudonym: string;
  /** `RecoveryApproval.v1` of each guardian that answered. */
  readonly approvals: readonly string[];
  /** `KeyPossession.v1` */
  readonly possession: string;
}

/**
 * Recovers a lost wallet's secrets into a new one. Guardians' owners compare the code and agree. Their
 * wallets give the shares back and sign for the new keys. Guardians who refuse or are out of reach do no
 * harm while enough others answer.
 *
 * @param onCode - is told what to read out to the guardians
 * @throws SalusError `ERR_SHARE_INVALID` where too few shares fit together
 */
export async function recoverWallet(
  owner: WalletOwner,
  companions: readonly Companion[],
  { onCode, ...patience }: Patience & { readonly onCode?: (code: string) => void } = {},
): Promise<readonly RecoveryRequest[]> {
  const ask = await owner.command<RecoveryAsk>({ type: 'begin-recovery' });
  onCode?.(await recoveryCode(ask));
  const answers = await gather(companions, async (one) => ({
    ...one,
    ...(await askWallet<{ share: SealedBox }>(one.invitation, ask, patience)),
  }));
  const shares = answers.map(({ share }) => share);
  const { keys, pseudonyms } = await owner.command<Rebuilt>({ type: 'rebuild', shares });
  const { olderKeys, lostSince } = ask;
  const request = {
    type: 'approve-keys' as const,
    keys: keys.map(({ kind, key }) => ({ kind, key: { ...key, purposes: [...key.purposes] } })),
    olderKeys,
    ...(lostSince !== undefined && { lostSince }),
  };
  const signed = await gather(answers, ({ invitation }) =>
    askWallet<{ approvals: { kind: InstitutionKind; pseudonym: string; statement: string }[] }>(
      invitation,
      request,
      patience,
    ),
  );
  return Promise.all(
    pseudonyms.map(async ({ kind, pseudonym }) => ({
      kind,
      pseudonym,
      approvals: signed.flatMap(({ approvals }) =>
        approvals.filter((one) => one.pseudonym === pseudonym).map(({ statement }) => statement),
      ),
      possession: (await owner.command({ type: 'possession', kind })).statement ?? '',
    })),
  );
}

/** The answers of those who give one; the first fault where nobody does. */
async function gather<T, A>(items: readonly T[], ask: (item: T) => Promise<A>): Promise<A[]> {
  const settled = await Promise.allSettled(items.map(ask));
  const answers = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const fault = settled.find((one) => one.status === 'rejected');
  if (answers.length === 0 && fault) throw fault.reason;
  return answers;
}

/** A signed delegation, to be relayed to the ledger. */
export interface SignedDelegation {
  readonly statement: string;
  readonly pseudonym: string;
  readonly delegateId: string;
}

/** Asks the delegate's wallet for a key, signs the delegation, and hands the delegate what it needs. */
export async function appointDelegate(
  owner: WalletOwner,
  { name, invitation }: Companion,
  {
    terms,
    kind = 'hospital',
    ...patience
  }: Patience & { readonly terms: DelegationTerms; readonly kind?: InstitutionKind },
): Promise<SignedDelegation> {
  const key = await askWallet<{ jwk: SigningJwk; hpkePublicKey: string }>(
    invitation,
    { type: 'assist' },
    patience,
  );
  const { terms: sealed, ...signed } = await owner.command<
    SignedDelegation & { readonly terms: SealedBox }
  >({ type: 'delegate', kind, name, terms, ...key });
  await askWallet(invitation, { type: 'take-delegation', terms: sealed }, patience);
  return signed;
}
