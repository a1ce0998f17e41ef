/** The end of every ceremony: the trial opening proves that the shares fit the public key. */
import { type ShareBytes, inOrderOfShares, seededPublicKey } from '@salus/client/computation';
import { ComputeError, holderSets, profileOf, wipeKey, type PartialOpening } from '@salus/compute';
import { contradicted, type Ceremony } from './ceremony.js';
import { hashesOf, ifThere } from './parts.js';

const STAGGER_MS = 5000;

/** Posts the hashes of this member's partial openings of the trial. */
export async function prove(ceremony: Ceremony): Promise<void> {
  const { parts, keyId, epoch, own } = ceremony;
  const about = contradicted(ceremony);
  if (about) return ceremony.complain({ reason: 'SHARE_DISPUTED', ...about });
  if (!ceremony.isHolder || own?.trial !== undefined) return;
  const partials = await trialPartials(ceremony, await publicKeyOf(ceremony));
  await parts.ledger.proveShares({ keyId, epoch, partials: hashesOf(partials) });
}

/**
 * All hashes are on the ledger, so the partial openings may be seen now. The members take turns to
 * finalise: one that is away holds nobody up for long.
 */
export async function finalise(ceremony: Ceremony): Promise<void> {
  const { parts, committee, key, keyId, epoch } = ceremony;
  if (!ceremony.isHolder) return;
  const publicKey = await publicKeyOf(ceremony);
  await ceremony.once('proved', async () => {
    await parts.store.put(publicKey);
    const purpose = { chaincode: parts.chaincode, key: keyId };
    for (const { bytes } of await trialPartials(ceremony, publicKey)) {
      await parts.store.put(bytes, purpose);
    }
  });
  const turn = committee.members.indexOf(parts.mspId) * (parts.staggerMs ?? STAGGER_MS);
  if (ceremony.waited('ready') < turn) return;
  const partials = await postedPartials(ceremony);
  if (!partials) return;
  const isNew = key.ceremony.kind === 'GENERATE';
  const contributions = isNew ? await contributionsOf(ceremony) : [];
  if (!(await passes(ceremony, publicKey, partials))) {
    const content = isNew ? { contributions, partials } : { publicKey, partials };
    await ceremony.complain({ reason: 'TRIAL_FAILED' }, content);
  } else if (isNew) {
    await parts.ledger.finaliseKey(keyId, { contributions, partials });
  } else {
    await parts.ledger.finaliseReshare({ keyId, epoch }, { publicKey, partials });
  }
}

async function trialPartials(
  ceremony: Ceremony,
  publicKey: Uint8Array,
): Promise<readonly PartialOpening[]> {
  const { parts, key, keyId, epoch, engine } = ceremony;
  const { trialLabel: label = '' } = key.ceremony;
  const { bytes: ciphertext } = await engine.trialCiphertext({ publicKey, label });
  const shares = await parts.home.readKey(keyId, epoch);
  if (!shares) throw new Error('The shares that were confirmed are not in the home');
  try {
    const slots = profileOf(shares.profile).degree;
    return await engine.partialOpening({ ciphertext, key: shares, epoch, slots });
  } finally {
    wipeKey(shares);
  }
}

/** Of each share; undefined while one has not come. */
async function postedPartials(ceremony: Ceremony): Promise<ShareBytes[] | undefined> {
  const { key, committee } = ceremony;
  const posted = new Map(
    key.ceremony.members.flatMap(({ trial = [] }) => trial.map((one) => [one.shareId, one.hash])),
  );
  const partials: ShareBytes[] = [];
  for (const { shareId } of holderSets(committee)) {
    const bytes = await ifThere(ceremony.fetch(posted.get(shareId) ?? ''));
    if (!bytes) return undefined;
    partials.push({ shareId, bytes });
  }
  return partials;
}

async function passes(
  { engine, key, committee }: Ceremony,
  publicKey: Uint8Array,
  partials: readonly ShareBytes[],
): Promise<boolean> {
  const { trialLabel: label = '' } = key.ceremony;
  try {
    await engine.checkTrial({ publicKey, label, committee, partials });
    return true;
  } catch (error) {
    if (error instanceof ComputeError && error.code === 'ERR_TRIAL_FAILED') return false;
    throw error;
  }
}

/** A new key follows from the contributions; a resharing leaves it as it is. */
async function publicKeyOf(ceremony: Ceremony): Promise<Uint8Array> {
  const { key, seed, engine } = ceremony;
  if (key.publicKeyHash !== undefined) {
    // Under a key that somebody chose, an opening of the trial would tell shares.
    return seededPublicKey(engine, key, (hash) => ceremony.fetch(hash));
  }
  const contributions = (await contributionsOf(ceremony)).map(({ bytes }) => bytes);
  return (await engine.combineKey({ seed, contributions })).bytes;
}

async function contributionsOf(ceremony: Ceremony): Promise<ShareBytes[]> {
  const posted = ceremony.key.ceremony.members.flatMap(({ contributions = [] }) => contributions);
  const found: ShareBytes[] = [];
  for (const { shareId, hash } of inOrderOfShares(posted)) {
    found.push({ shareId, bytes: await ceremony.fetch(hash) });
  }
  return found;
}
