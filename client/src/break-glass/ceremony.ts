/** One custodian's part in making a key, step by step from the state of the ledger. */
import type { CustodianKey } from '@salus/ehr-contract';
import { SalusError } from '@salus/chaincode-common';
import { generateHpkeKeyPair, openSealed, sealTo } from '../crypto/hpke.js';
import type { EhrClient } from '../ehr/index.js';
import type { CeremonySecrets, CustodianHome } from './custodian-home.js';
import {
  addUp,
  commitmentTo,
  describeDealing,
  fits,
  indexOf,
  readDealing,
  shareContext,
  type Dealing,
  type PublicHalves,
} from './dealing.js';
import { wipe } from './kem.js';
import { randomPolynomial, shareAt, sumOf } from './sharing.js';

/** What a custodian asks of the ledger for ceremonies, by its own peer. */
export type CeremonyLedger = Pick<
  EhrClient,
  'getCustodianKey' | 'commitDealing' | 'revealDealing' | 'confirmCustodianKey' | 'endCustodianKey'
>;

export interface CustodianParts {
  /** MSP ID of the own organisation. */
  readonly mspId: string;
  readonly home: CustodianHome;
  readonly ledger: CeremonyLedger;
  readonly report: (line: Readonly<Record<string, unknown>>) => void;
}

/** DONE where this custodian has nothing left to do, WAITING while others have. */
export type Standing = 'DONE' | 'WAITING';

/**
 * Takes the next step in the ceremony of a key. What a step posts is made from secrets that were saved
 * before: after a crash at any point the same call goes on where it was.
 *
 * @throws SalusError of the ledger; `ERR_CONFLICT` where somebody else acted first
 */
export async function advanceCeremony(parts: CustodianParts, keyId: string): Promise<Standing> {
  const key = await parts.ledger.getCustodianKey(keyId);
  if (!key.custodians.includes(parts.mspId)) return 'DONE';
  switch (key.status) {
    case 'PROPOSED':
      await commit(parts, key);
      return 'WAITING';
    case 'COMMITTED':
      await reveal(parts, key);
      return 'WAITING';
    case 'DEALT':
      await confirm(parts, key);
      return 'WAITING';
    default:
      await tidy(parts, key);
      return 'DONE';
  }
}

/** Commits to a dealing before anybody reveals one. */
async function commit({ mspId, home, ledger }: CustodianParts, key: CustodianKey): Promise<void> {
  if (key.dealings[mspId]) return;
  const secrets = (await home.readCeremony(key.keyId)) ?? {
    polynomial: randomPolynomial(key.threshold),
    receiving: await generateHpkeKeyPair(),
  };
  await home.writeCeremony(key.keyId, secrets);
  const commitment = commitmentTo(key, mspId, describeDealing(key, mspId, secrets.polynomial));
  const hpkePublicKey = secrets.receiving.publicKey;
  wipe(...secrets.polynomial);
  await ledger.commitDealing({ keyId: key.keyId, commitment, hpkePublicKey });
}

/** Reveals what was committed to, with a share for everybody else. */
async function reveal(parts: CustodianParts, key: CustodianKey): Promise<void> {
  const { mspId, ledger } = parts;
  const { keyId } = key;
  if (key.dealings[mspId]?.points) return;
  const { polynomial } = await secretsOf(parts, key);
  const { points, proof } = describeDealing(key, mspId, polynomial);
  const others = key.custodians.filter((custodian) => custodian !== mspId);
  const sealedShares = await Promise.all(
    others.map(async (recipient) => {
      const share = shareAt(polynomial, indexOf(key, recipient));
      const to = key.dealings[recipient]?.hpkePublicKey ?? '';
      const box = await sealTo(to, share, shareContext(keyId, mspId, recipient));
      wipe(share);
      return { recipient, ...box };
    }),
  );
  wipe(...polynomial);
  await ledger.revealDealing({ keyId, points: [...points], proof, sealedShares });
}

/** Takes the own shares, checks each against its dealing, and confirms the key or complains. */
async function confirm(parts: CustodianParts, key: CustodianKey): Promise<void> {
  const { mspId, home, ledger, report } = parts;
  const { keyId } = key;
  if (key.confirmations[mspId] !== undefined) return;
  const secrets = await secretsOf(parts, key);
  const received = await takeShares(key, mspId, secrets);
  wipe(...secrets.polynomial);
  if ('dealer' in received) {
    const complaint = { dealer: received.dealer, evidence: secrets.receiving.privateKey };
    report({ keyId, complaint: received.why, dealer: received.dealer });
    await ledger.endCustodianKey({ keyId, complaint });
    return;
  }
  const { halves, share } = received;
  const { threshold, custodians } = key;
  await home.writeShare({ key: { keyId, threshold, custodians, ...halves }, share });
  wipe(share);
  const { publicKey, shareImages } = halves;
  await ledger.confirmCustodianKey({ keyId, publicKey, shareImages: [...shareImages] });
}

type Received =
  | { readonly halves: PublicHalves; readonly share: Uint8Array }
  | { readonly dealer: string; readonly why: string };

async function takeShares(
  key: CustodianKey,
  mspId: string,
  { polynomial, receiving }: CeremonySecrets,
): Promise<Received> {
  const dealings = new Map<string, Dealing>();
  const shares: Uint8Array[] = [];
  for (const dealer of key.custodians) {
    const isOwn = dealer === mspId;
    const share = isOwn
      ? shareAt(polynomial, indexOf(key, mspId))
      : await openShare(key, { dealer, mspId, privateKey: receiving.privateKey });
    if (share) shares.push(share);
    const dealing = dealingOf(key, dealer);
    const why = defectOf(key, { dealer, dealing, mspId, share });
    if (!dealing || why !== undefined) {
      wipe(...shares);
      return { dealer, why: why ?? 'the dealing is missing' };
    }
    dealings.set(dealer, dealing);
  }
  const share = sumOf(shares);
  wipe(...shares);
  return { halves: addUp(key, dealings), share };
}

/** What is wrong with a dealer's dealing or share; undefined where nothing is. */
function defectOf(
  key: CustodianKey,
  about: {
    readonly dealer: string;
    readonly dealing: Dealing | undefined;
    readonly mspId: string;
    readonly share: Uint8Array | undefined;
  },
): string | undefined {
  const { dealer, dealing, mspId, share } = about;
  if (!dealing) return 'the dealing is missing';
  // The contract has compared them too; this is the custodian's own look.
  if (commitmentTo(key, dealer, dealing) !== key.dealings[dealer]?.commitment) {
    return 'the dealing is not the one committed to';
  }
  if (!share) return 'the share is missing or unreadable';
  try {
    const points = readDealing(key, dealer, dealing);
    return fits(key, points, { to: mspId, share }) ? undefined : 'the share does not fit';
  } catch (error) {
    if (error instanceof SalusError) return error.message;
    throw error;
  }
}

async function openShare(
  { keyId, dealings }: CustodianKey,
  { dealer, mspId, privateKey }: { dealer: string; mspId: string; privateKey: string },
): Promise<Uint8Array | undefined> {
  const sealed = dealings[dealer]?.sealedShares?.find(({ recipient }) => recipient === mspId);
  if (!sealed) return undefined;
  try {
    return await openSealed(privateKey, sealed, shareContext(keyId, dealer, mspId));
  } catch (error) {
    if (error instanceof SalusError && error.code === 'ERR_DECRYPTION_FAILED') return undefined;
    throw error;
  }
}

/** What a dealer revealed, as the ledger holds it. */
export function dealingOf({ dealings }: CustodianKey, dealer: string): Dealing | undefined {
  const { points, proof } = dealings[dealer] ?? {};
  return points && proof !== undefined ? { points, proof } : undefined;
}

/** The ceremony is over: its secrets go, and the share too where no key came of it. */
async function tidy(
  { mspId, home, report }: CustodianParts,
  { keyId, status, publicKey }: CustodianKey,
): Promise<void> {
  if (status === 'FAILED') {
    await home.removeShare(keyId);
  } else {
    const held = await home.readShare(keyId);
    if (held) wipe(held.share);
    if (held?.key.publicKey !== publicKey) {
      const got = held ? 'of another public key' : 'none';
      report({ keyId, code: 'ERR_SHARE_INVALID', expected: `the share of ${mspId}`, got });
      return;
    }
  }
  await home.removeCeremony(keyId);
}

async function secretsOf(
  { home, mspId }: CustodianParts,
  { keyId }: CustodianKey,
): Promise<CeremonySecrets> {
  const secrets = await home.readCeremony(keyId);
  if (secrets) return secrets;
  throw new SalusError('ERR_SHARE_INVALID', `${mspId} has lost what it committed to`, {
    argument: 'keyId',
    got: keyId,
    remedy: 'end the ceremony (salus custodian end) and propose another key',
  });
}
