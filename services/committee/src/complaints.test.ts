import { randomBytes } from 'node:crypto';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import type { PackageEvidence } from '@salus/client/computation';
import {
  ComputeError,
  holderSets,
  partFingerprint,
  reshareHash,
  type HeldShare,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';
import type { ShownLetter } from '@salus/protocol/computation';
import { altered } from '@salus/testing/altered';
import { coded } from '@salus/testing/coded';
import {
  CHAINCODE,
  CommitteeWorld,
  onEngine,
  onLedger,
  untilDone,
  type Meddling,
  wrongPackages,
} from '@salus/testing/committee-world';

const [A, B, C] = ['AMSP', 'BMSP', 'CMSP'] as const;
const ALL = [A, B, C];

const impatient: Meddling = (parts) => ({ ...parts, patienceMs: -1 });
const handingOutNothing: Meddling = (parts) => ({
  ...parts,
  post: altered(parts.post, { send: () => Promise.resolve() }),
});

/** Deals s0 as if it were another share; all who do so deal the same. */
const dealingAnother = onEngine((honest) => {
  const another = (share: HeldShare): HeldShare => ({
    ...share,
    secret: share.shareId === 's0' ? Uint8Array.from(share.secret).fill(0, 0, 8) : share.secret,
  });
  return {
    dealReshare: ({ key, ...request }) =>
      honest.dealReshare({ ...request, key: { ...key, shares: key.shares.map(another) } }),
  };
});

/** Deals parts of s0 that are no parts, and agrees on their hash with the other holder. */
const dealingNone = onEngine((honest) => ({
  dealReshare: async (request) => {
    const { key, to, epoch } = request;
    const resharing = { profile: key.profile, keyId: key.keyId, epoch, to };
    return (await honest.dealReshare(request)).map((one) => {
      if (one.shareId !== 's0') return one;
      const none = one.parts.map(({ shareId }) => {
        const bytes = Buffer.from('no part');
        const fingerprint = partFingerprint(resharing, 's0', shareId, bytes);
        return { shareId, package: bytes, fingerprint };
      });
      const told = Object.fromEntries(
        none.map(({ shareId, fingerprint }) => [shareId, fingerprint]),
      );
      return { ...one, parts: none, hash: reshareHash(resharing, 's0', told) };
    });
  },
}));

describe('a resharing of 2 of 3 ends', () => {
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of(ALL);
  });
  afterAll(() => world.close());

  /** The outcome of a refresh in which A and B, the holders of s0, meddle. */
  async function refreshed(keyId: string, meddle: Meddling, third?: Meddling) {
    await world.makeKey(keyId, ALL, 2);
    await world.beginReshare(keyId, ALL, 2);
    const members = [
      await world.member(A, meddle),
      await world.member(B, meddle),
      await world.member(C, third),
    ];
    await untilDone(members.map((member) => () => member.advanceKey(keyId)));
    const { status, epoch, ceremony } = await world.computation(C).getKey(keyId);
    expect({ status, epoch, phase: ceremony.phase }).toEqual({
      ...{ status: 'ACTIVE', epoch: 0, phase: 'FAILED' },
    });
    return ceremony.complaint;
  }

  it('when both holders of a share hand out nothing: their names are on record, beside the other one', async () => {
    expect(await refreshed('withheld', handingOutNothing, impatient)).toMatchObject({
      ...{ reason: 'SHARE_MISSING', by: C, shareId: 's1', from: 's0', against: [A, B] },
    });
  });

  it('when both holders of a share agree on parts that are none: a third member complains at once', async () => {
    const complaint = await refreshed('none', dealingNone);
    expect(complaint).toMatchObject({ reason: 'SHARE_INVALID', by: C, from: 's0' });
    expect(complaint?.against).toEqual([A, B]);
  });

  it('when both holders of a share deal another one: endorsers find that the trial fails', async () => {
    expect(await refreshed('another', dealingAnother)).toMatchObject({
      reason: 'TRIAL_FAILED',
      against: [],
    });
  });
});

describe('a complaint about a package of a new key', () => {
  const D = 'DMSP';
  const FOUR = [A, B, C, D];
  const committee = { members: FOUR, threshold: 2 };
  /** Of A, for C and another member. */
  const [owed] = holderSets(committee).filter(
    ({ dealer, holders }) => dealer === A && holders.includes(C),
  );
  const { shareId, holders } = owed as NonNullable<typeof owed>;
  const other = holders.find((holder) => holder !== A && holder !== C) ?? '';
  const matterOf = (keyId: string) => ({ keyId, epoch: 0 });
  let world: CommitteeWorld;

  beforeAll(async () => {
    world = await CommitteeWorld.of(FOUR);
  });
  afterAll(() => world.close());

  const ceremonyOf = async (keyId: string) => (await world.computation(A).getKey(keyId)).ceremony;

  /** A ceremony in which some members meddle. */
  async function beginning(keyId: string, meddling: Readonly<Record<string, Meddling>>) {
    await world.propose(keyId, FOUR, 2);
    const members = await Promise.all(FOUR.map((mspId) => world.member(mspId, meddling[mspId])));
    return members.map((member) => () => member.advanceKey(keyId));
  }

  async function complaintOf(keyId: string, meddling: Readonly<Record<string, Meddling>>) {
    await untilDone(await beginning(keyId, meddling));
    const { status, ceremony } = await world.computation(A).getKey(keyId);
    expect([status, ceremony.phase]).toEqual(['FAILED', 'FAILED']);
    return ceremony.complaint;
  }

  /** Everybody has handed out, and C has taken nothing yet. */
  async function handedOut(keyId: string): Promise<void> {
    const waiting: Meddling = (parts) => ({
      ...parts,
      post: altered(parts.post, {
        receive: () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'a test')),
      }),
    });
    const turns = await beginning(keyId, { [C]: waiting });
    for (let round = 0; round < 5; round += 1) for (const turn of turns) await turn();
    expect(await ceremonyOf(keyId)).toMatchObject({ phase: 'CONFIRMING' });
  }

  async function letterTo(member: string, keyId: string): Promise<ShownLetter> {
    const post = world.postOf(member, await world.storeOf(member));
    return post.find(matterOf(keyId), A, ({ body, token }) => ({ body, token }));
  }

  async function keyOf(member: string, keyId: string): Promise<string> {
    const secret = await (await world.openHome(member)).readSecret(keyId, 0, 'hpke');
    return (JSON.parse(String(secret)) as { privateKey: string }).privateKey;
  }

  async function contributionOf(keyId: string): Promise<Buffer> {
    const { members } = await ceremonyOf(keyId);
    const revealed = members.flatMap(({ contributions = [] }) => contributions);
    const hash = revealed.find((one) => one.shareId === shareId)?.hash ?? '';
    return (await world.storeOf(C)).get(hash, { chaincode: CHAINCODE, key: keyId });
  }

  async function complaining(keyId: string, change: Partial<PackageEvidence> = {}) {
    const evidence = {
      contributions: [{ shareId, bytes: await contributionOf(keyId) }],
      letter: await letterTo(C, keyId),
      receivingKey: await keyOf(C, keyId),
      ...change,
    };
    const about = { keyId, epoch: 0, reason: 'SHARE_INVALID', shareId } as const;
    await world.computation(C).complain(about, evidence);
  }

  it('names a dealer that seals a wrong package, alone, and tells that it was shown', async () => {
    const complaint = await complaintOf('wrong', { [A]: wrongPackages });
    expect(complaint).toMatchObject({ reason: 'SHARE_INVALID', against: [A], shown: true });
  });

  it('names a dealer whose letter does not open with the key that it names', async () => {
    const garbling: Meddling = (parts) => {
      const store = altered(parts.store, {
        leave: (place, body) => {
          if (place.to !== C) return parts.store.leave(place, body);
          const letter = JSON.parse(Buffer.from(body).toString('utf8')) as object;
          const ciphertext = randomBytes(64).toString('base64url');
          return parts.store.leave(place, Buffer.from(JSON.stringify({ ...letter, ciphertext })));
        },
      });
      return { ...parts, store, post: world.postOf(A, store) };
    };
    const complaint = await complaintOf('garbled', { [A]: garbling, [C]: impatient });
    expect(complaint).toMatchObject({
      ...{ reason: 'SHARE_INVALID', by: C, against: [A], shown: true },
    });
  });

  it('names both where no letter came, as nobody can tell', async () => {
    const complaint = await complaintOf('missing', { [A]: handingOutNothing, [C]: impatient });
    expect(complaint).toMatchObject({ reason: 'SHARE_MISSING', by: C, against: [A] });
    expect(complaint).not.toHaveProperty('shown');
  });

  it('is refused where the package is right', async () => {
    await handedOut('right');
    await expect(complaining('right')).rejects.toThrow(
      coded('ERR_CONFLICT', { message: 'the package is right' }),
    );
    expect(await ceremonyOf('right')).not.toHaveProperty('complaint');
  });

  it('shows no other letter than that of the dealer to this member in this ceremony', async () => {
    await handedOut('k1');
    await handedOut('k2');
    const right = await letterTo(C, 'k1');
    const body = Buffer.from(right.body, 'base64');
    body.writeUInt8(body.readUInt8(40) ^ 1, 40);
    const another = await letterTo(C, 'k2');
    const place = 'the letter was left at another place';
    const signature = 'the signature of the letter does not fit';
    const others: [ShownLetter, string][] = [
      [another, place],
      [await letterTo(other, 'k1'), place],
      [{ ...right, body: body.toString('base64') }, signature],
      [{ ...right, token: another.token }, signature],
    ];
    for (const [letter, message] of others) {
      await expect(complaining('k1', { letter })).rejects.toThrow(
        coded('ERR_LETTER_INVALID', { message }),
      );
    }
    const letter = await letterTo(other, 'k1');
    const receivingKey = await keyOf(other, 'k1');
    await expect(complaining('k1', { letter, receivingKey })).rejects.toThrow(
      coded('ERR_LETTER_INVALID', { message: place }),
    );
    expect(await ceremonyOf('k1')).not.toHaveProperty('complaint');
  });

  it('is refused with a private key that the letter was not sealed to, or without evidence', async () => {
    await handedOut('k3');
    const message = 'the key is not the one that the letter was sealed to';
    for (const receivingKey of [(await generateHpkeKeyPair()).privateKey, 'none']) {
      await expect(complaining('k3', { receivingKey })).rejects.toThrow(
        coded('ERR_LETTER_INVALID', { message }),
      );
    }
    const about = { keyId: 'k3', epoch: 0, reason: 'SHARE_INVALID', shareId } as const;
    await expect(world.computation(C).complain(about)).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
  });

  it('ends what a member takes that may have shown its key, also after a crash', async () => {
    await handedOut('again');
    const turn = async (meddle?: Meddling) => {
      await (await world.member(C, meddle)).advanceKey('again');
    };
    const refusing = onEngine(() => ({
      acceptShare: () => Promise.reject(new ComputeError('ERR_SHARE_INVALID', 'a test')),
    }));
    const cutOff = onLedger(() => ({
      complain: () => Promise.reject(new SalusError('ERR_SERVICE_UNREACHABLE', 'a test')),
    }));
    const unreachable = coded('ERR_SERVICE_UNREACHABLE');
    await expect(turn((parts) => cutOff(refusing(parts)))).rejects.toThrow(unreachable);
    // It computes right from now on, and its complaint is refused.
    for (let round = 0; round < 3; round += 1) await turn();
    const { members } = await ceremonyOf('again');
    expect(members.find(({ mspId }) => mspId === C)).not.toHaveProperty('fingerprints');
  });
});
