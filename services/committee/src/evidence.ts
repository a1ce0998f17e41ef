/** Complaints about packages of a new key: what was sealed is shown, where it can be. */
import { joinFrames, splitFrames, type PackageEvidence } from '@salus/client/computation';
import { ComputeError, type AcceptedShare, type Engine } from '@salus/compute';
import { openShown } from '@salus/crypto/letter';
import { notFound } from '@salus/protocol';
import type { ShownLetter } from '@salus/protocol/computation';
import type { Ceremony } from './ceremony.js';

/** The secret of a ceremony that holds what was shown. */
const SHOWN = 'complaint';

interface OwedShare {
  readonly shareId: string;
  readonly dealer: string;
  /** Undefined while no store has it. */
  readonly contribution: Uint8Array | undefined;
  /** Whether a package came that can be read. */
  readonly isThere: boolean;
}

/** What is shown of one share. */
interface Shown {
  readonly shareId: string;
  readonly contribution: Uint8Array;
  readonly letter: ShownLetter;
}

const UNUSABLE: ReadonlySet<string> = new Set(['ERR_SHARE_INVALID', 'ERR_CONTRIBUTION_INVALID']);

/** @returns undefined where the package doesn't belong to the dealer's contribution, or that is none */
export async function accept(
  { keyId, seed, committee, engine }: Ceremony,
  share: Pick<Parameters<Engine['acceptShare']>[0], 'shareId' | 'contribution' | 'package'>,
): Promise<AcceptedShare | undefined> {
  try {
    return await engine.acceptShare({ keyId, seed, committee, ...share });
  } catch (error) {
    if (error instanceof ComputeError && UNUSABLE.has(error.code)) return undefined;
    throw error;
  }
}

/**
 * Complains of a package that is wrong at once, with the dealer's letter and the key that opens it. What did not come,
 * or can't be shown, gets time.
 */
export async function complainOf(ceremony: Ceremony, owed: OwedShare): Promise<void> {
  const { shareId, contribution, isThere } = owed;
  const isOverdue = ceremony.isOverdue(`package ${shareId}`);
  if (!isThere && !isOverdue) return;
  const letter = contribution && (await letterAgainst(ceremony, { ...owed, contribution }));
  if (letter) await show(ceremony, { shareId, contribution, letter });
  else if (isOverdue) await ceremony.complain({ reason: 'SHARE_MISSING', shareId });
}

/**
 * Whether this member has shown its receiving key in the ceremony. Whoever saw it knows what was sealed to it, so the
 * member confirms nothing there. It complains again until the ledger has it.
 */
export async function isShown(ceremony: Ceremony): Promise<boolean> {
  const { parts, keyId, epoch } = ceremony;
  const known = await parts.home.readSecret(keyId, epoch, SHOWN);
  if (!known) return false;
  await complainWith(ceremony, unpack(known));
  return true;
}

/** Saved first: after a crash the member knows that it may have shown its key. */
async function show(ceremony: Ceremony, shown: Shown): Promise<void> {
  const { parts, keyId, epoch } = ceremony;
  await parts.home.writeSecret(keyId, epoch, SHOWN, pack(shown));
  await complainWith(ceremony, shown);
}

async function complainWith(ceremony: Ceremony, shown: Shown): Promise<void> {
  const { shareId, contribution, letter } = shown;
  const { privateKey: receivingKey } = await ceremony.receivingKeys();
  const contributions = [{ shareId, bytes: contribution }];
  const evidence: PackageEvidence = { contributions, letter, receivingKey };
  await ceremony.complain({ reason: 'SHARE_INVALID', shareId }, evidence);
}

/** A letter of which every endorser finds what this member finds; undefined where no store has one. */
async function letterAgainst(
  ceremony: Ceremony,
  { shareId, dealer, contribution }: OwedShare & { readonly contribution: Uint8Array },
): Promise<ShownLetter | undefined> {
  const { parts, matter, keyId, epoch } = ceremony;
  const { commitment, signer } = ceremony.lineOf(dealer) ?? {};
  if (commitment === undefined || signer === undefined) return undefined;
  const terms = { keyId, epoch, from: dealer, to: parts.mspId, commitment, signer };
  const { privateKey } = await ceremony.receivingKeys();
  const read = ({ body, token }: ShownLetter) => openShown({ body, token }, privateKey, terms);
  return ceremony.reading(dealer, () =>
    parts.post.find(matter, dealer, async ({ body, token }) => {
      const bytes = (await read({ body, token }))?.get(shareId);
      const isRight = bytes && (await accept(ceremony, { shareId, contribution, package: bytes }));
      if (isRight) throw notFound('letter');
      return { body, token };
    }),
  );
}

function pack({ shareId, contribution, letter }: Shown): Buffer {
  const named = Buffer.from(JSON.stringify({ shareId, letter }));
  return joinFrames({ named, contribution });
}

function unpack(packed: Uint8Array): Shown {
  const frames = splitFrames(packed);
  const named = Buffer.from(frames.get('named') ?? []).toString('utf8');
  const { shareId, letter } = JSON.parse(named) as Omit<Shown, 'contribution'>;
  return { shareId, letter, contribution: frames.get('contribution') ?? new Uint8Array() };
}
