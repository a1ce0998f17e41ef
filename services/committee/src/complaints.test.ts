import { partFingerprint, reshareHash, type HeldShare } from '@salus/compute';
import { altered } from '@salus/testing/altered';
import { CommitteeWorld, onEngine, untilDone, type Meddling } from '@salus/testing/committee-world';

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
      ...{ reason: 'SHARE_INVALID', by: C, shareId: 's1', from: 's0', against: [A, B] },
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
