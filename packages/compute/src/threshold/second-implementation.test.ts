import { createHash } from 'node:crypto';
import { sha256Hex } from '../bfv/hashing.js';
import { PROFILE_NAMES, profileOf } from '../bfv/profiles.js';
import { createEngine } from '../engine/engine.js';
import { runCeremonyReference, type Ceremony } from '../short-proof/test-support/reference.js';
import { committeeOf } from './committee.fixture.js';
import { holderSets } from './committee.js';
import type { AcceptedShare, DealtShare, MemberKey } from './types.js';

/** Everything that SEAL makes by chance, judged by the second implementation. */
describe.each(PROFILE_NAMES)('a key of %s that SEAL made', (name) => {
  const profile = profileOf(name);
  const engine = createEngine({ profile: name });
  const committee = committeeOf(2, 3);
  const keyId = 'key-1';
  const seed = Uint8Array.from(createHash('sha256').update('a seed').digest());
  const values = [12_50, 0, 65_535, profile.maxValue];
  let ceremony: Ceremony;
  let shares: AcceptedShare[];

  beforeAll(async () => {
    const dealt: DealtShare[] = [];
    for (const member of committee.members) {
      dealt.push(...(await engine.dealKey({ keyId, seed, committee, member })).dealt);
    }
    const inOrder = holderSets(committee).map(({ shareId }) =>
      dealt.find((one) => one.shareId === shareId)!,
    );
    const contributions = inOrder.map(({ contribution }) => contribution.bytes);
    const packages = inOrder.map((one) => one.package);
    shares = [];
    for (const { shareId, contribution, package: bytes } of inOrder) {
      const request = { keyId, seed, committee, shareId, contribution: contribution.bytes };
      shares.push(await engine.acceptShare({ ...request, package: bytes }));
    }
    const { bytes: publicKey } = await engine.combineKey({ seed, contributions });
    const ciphertext = await encrypted(publicKey);
    ceremony = {
      profile: name,
      keyId,
      epoch: 0,
      committee,
      slots: values.length,
      seed,
      contributions,
      packages,
      publicKey,
      ciphertext,
    };
  });
  afterAll(async () => {
    await engine.close();
  });

  async function encrypted(publicKey: Uint8Array): Promise<Uint8Array> {
    if (!profile.proven) return (await engine.encrypt({ publicKey, values })).bytes;
    const request = { publicKey, vectors: [{ values }], contextHash: '00'.repeat(32) };
    return (await engine.encryptProven(request)).ciphertexts[0]!.bytes;
  }

  async function opened() {
    const { ciphertext, slots: shown } = ceremony;
    const partials = new Map<string, { shareId: string; bytes: Uint8Array; hash: string }>();
    for (const member of committee.members) {
      const held = holderSets(committee).flatMap(({ holders }, index) =>
        holders.includes(member) ? [shares[index]!.share] : [],
      );
      const key: MemberKey = { profile: name, keyId, member, epoch: 0, committee, shares: held };
      for (const one of await engine.partialOpening({ ciphertext, key, slots: shown })) {
        partials.set(one.shareId, one);
      }
    }
    const inOrder = holderSets(committee).map(({ shareId }) => partials.get(shareId)!);
    // All of them: the masked ones are compared too.
    const slots = await engine.combineOpening({
      slots: profile.degree,
      ciphertext,
      committee,
      partials: inOrder,
    });
    return {
      ciphertext: sha256Hex(ciphertext),
      partials: inOrder.map(({ hash }) => hash),
      shown,
      firstSlots: slots.slice(0, shown),
      slots: sha256Hex(Buffer.from(slots.join(' '))),
    };
  }

  it('has the same shares, partial openings and values in both implementations', async () => {
    const opening = await opened();
    expect(opening.firstSlots).toEqual(values);
    const fingerprints = shares.map(({ fingerprint }) => fingerprint);
    expect(JSON.parse(runCeremonyReference(ceremony))).toEqual({ fingerprints, opening });
  });

  const flipped = (bytes: Uint8Array, at: number, to?: number) => {
    const copy = Uint8Array.from(bytes);
    copy[at] = to ?? copy[at]! ^ 1;
    return copy;
  };
  const first = (list: readonly Uint8Array[], change: (one: Uint8Array) => Uint8Array) => [
    change(list[0]!),
    ...list.slice(1),
  ];

  it.each<[string, (from: Ceremony) => Partial<Ceremony>, string]>([
    [
      'packages exchanged',
      ({ packages: [one, other, ...more] }) => ({ packages: [other!, one!, ...more] }),
      "the share s0 is not the contribution's",
    ],
    [
      'another seed',
      ({ seed: own }) => ({ seed: flipped(own, 31) }),
      "the share s0 is not the contribution's",
    ],
    [
      'a digit that is none',
      ({ packages }) => ({ packages: first(packages, (one) => flipped(one, 0, 0xff)) }),
      'the secret is not ternary',
    ],
    [
      'a contribution changed in its lowest bit',
      ({ contributions }) => ({ contributions: first(contributions, (one) => flipped(one, 0)) }),
      "the share s0 is not the contribution's",
    ],
    [
      'a residue that is not reduced',
      ({ contributions }) => ({ contributions: first(contributions, (one) => flipped(one, 7, 1)) }),
      'a contribution: a coefficient is not below its modulus',
    ],
    [
      'a public key of others',
      ({ publicKey }) => ({ publicKey: flipped(publicKey, 113) }),
      'the public key is not the sum of the contributions',
    ],
    [
      'a ciphertext in another form',
      ({ ciphertext }) => ({ ciphertext: flipped(ciphertext, 48) }),
      'the ciphertext has a foreign header or other parameters',
    ],
    [
      'a ciphertext that is cut',
      ({ ciphertext }) => ({ ciphertext: ciphertext.slice(0, -8) }),
      'the ciphertext has the wrong length',
    ],
  ])('is refused with %s', (_name, change, reason) => {
    expect(runCeremonyReference({ ...ceremony, ...change(ceremony) })).toBe(reason);
  });
});
