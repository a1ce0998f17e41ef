/** One custodian's part in making a key, step by step from the state of the ledger. */
import type { EhrClient } from '@salus/client/ehr';
import { generateHpkeKeyPair, sealTo } from '@salus/crypto/hpke';
import {
  commitmentTo,
  describeDealing,
  indexOf,
  shareContext,
  wipe,
  randomPolynomial,
  shareAt,
} from '@salus/crypto/threshold-kem';
import { SalusError, ownOf } from '@salus/protocol';
import type { CustodianKey } from '@salus/protocol/ehr';
import type { CeremonySecrets, CustodianHome } from './custodian-home.js';
import { takeShares } from './received-shares.js';

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
 * before. After a crash at any point the same call goes on where it was.
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
  if (ownOf(key.dealings, mspId)) return;
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
  if (ownOf(key.dealings, mspId)?.points) return;
  const { polynomial } = await secretsOf(parts, key);
  const { points, proof } = describeDealing(key, mspId, polynomial);
  const others = key.custodians.filter((custodian) => custodian !== mspId);
  const sealedShares = await Promise.all(
    others.map(async (recipient) => {
      const share = shareAt(polynomial, indexOf(key, recipient));
      const to = ownOf(key.dealings, recipient)?.hpkePublicKey ?? '';
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
  if (ownOf(key.confirmations, mspId) !== undefined) return;
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
