import { createHash } from 'node:crypto';
import { encode as encodeScale } from './test-support/message.js';
import { sha256Hex } from '../bfv/hashing.js';
import { HEADER_LENGTH, profileOf } from '../bfv/profiles.js';
import { at, bytesOf, wordsOf } from '../bfv/residues.js';
import { createEngine } from '../engine/engine.js';
import { runOpeningReference } from '../short-proof/test-support/reference.js';
import { Assembly, committeeOf } from '../threshold/committee.fixture.js';
import { epochPolynomials, shareErrors } from '../threshold/reshared-contribution.js';
import { proveHalfOfQ } from './test-support/half-of-q.js';
import { MOST_SHARES, provenOpeningNoise } from './parameters.js';
import type { ProvenOpening, ProvenPartialsRequest } from './types.js';
import { OpeningVerifier } from './verify.js';

const profile = profileOf('bfv-8192-proven-v1');
const { degree } = profile;
const moduli = profile.coefficientModuli.slice(0, -1);
const contextHash = createHash('sha256').update('key-1, epoch 0').digest('hex');
const REFUSED = 'the proof does not hold';
/** Slots that recipients get. */
const SHOWN = 3;
const invalid = { code: 'ERR_PROOF_INVALID' };

const engine = createEngine({ profile: profile.name });
let committee: Assembly;
let ciphertext: Uint8Array;
let verifier: OpeningVerifier;
let headers: Readonly<Record<'ciphertext' | 'transformed' | 'publicKey', Uint8Array>>;
const opened = new Map<number, ProvenOpening>();

const contributionsOf = (assembly: Assembly, member: number) =>
  assembly.key(member).shares.map(({ shareId }) => assembly.contributions.get(shareId)!);

const open = (assembly: Assembly, member: number, result: Uint8Array) =>
  engine.openProven({
    slots: SHOWN,
    ciphertext: result,
    key: assembly.key(member),
    epoch: 0,
    seed: assembly.seed,
    contributions: contributionsOf(assembly, member),
    contextHash,
  });

const claimOf = (member: number): ProvenPartialsRequest => {
  const { partials, proof } = opened.get(member)!;
  return {
    ciphertext,
    slots: SHOWN,
    seed: committee.seed,
    epoch: 0,
    contributions: contributionsOf(committee, member),
    contextHash,
    partials: partials.map(({ bytes }) => bytes),
    proof: proof.bytes,
  };
};

/** Both implementations agree, and what they say is given. */
function judge(claim: ProvenPartialsRequest): string {
  const told = runOpeningReference(profile.name, claim);
  try {
    const hash = verifier.verify(claim);
    expect({ told, hash }).toEqual({ told: 'the proof holds', hash: sha256Hex(claim.proof) });
    return 'holds';
  } catch (error) {
    expect(error).toMatchObject({ code: expect.stringMatching(/_INVALID/) as string });
    expect(told).not.toBe('the proof holds');
    return told;
  }
}

beforeAll(async () => {
  committee = await Assembly.meet(committeeOf(2, 3), { engine });
  const inputs = [];
  for (const values of [
    [750, 1],
    [250, 2],
  ]) {
    const request = { publicKey: committee.publicKey, vectors: [{ values }], contextHash };
    inputs.push(...(await engine.encryptProven(request)).ciphertexts);
  }
  ciphertext = (await engine.evaluate({ program: { name: 'sum.v1' }, inputs })).bytes;
  for (const member of [0, 1]) opened.set(member, await open(committee, member, ciphertext));
  const header = ciphertext.slice(0, HEADER_LENGTH);
  headers = { ciphertext: header, transformed: header, publicKey: header };
  verifier = new OpeningVerifier({ headers }, profile);
});
afterAll(async () => {
  await engine.close();
});

describe('a proof of a partial opening', () => {
  it('holds for all shares of a member, in both implementations and in the engine', async () => {
    expect(judge(claimOf(0))).toBe('holds');
    expect(judge(claimOf(1))).toBe('holds');
    const { proof } = opened.get(0)!;
    expect(await engine.verifyOpening(claimOf(0))).toBe(proof.hash);
  });

  it('comes with the bytes that every holder of the share gives', async () => {
    const plain = await engine.partialOpening({ slots: SHOWN, ciphertext, key: committee.key(0) });
    const proven = opened.get(0)!.partials;
    expect(proven.map(({ hash }) => hash)).toEqual(plain.map(({ hash }) => hash));
    const shared = opened
      .get(1)!
      .partials.filter(({ shareId }) => proven.some((one) => one.shareId === shareId));
    for (const { shareId, hash } of shared) {
      expect(proven.find((one) => one.shareId === shareId)?.hash).toBe(hash);
    }
  });

  it('of t members are enough to open', async () => {
    const partials = new Map(
      [...opened.values()].flatMap((one) =>
        one.partials.map(({ shareId, bytes }) => [shareId, bytes] as const),
      ),
    );
    const all = [...partials].map(([shareId, bytes]) => ({ shareId, bytes }));
    const request = {
      ...{ ciphertext, committee: committee.committee, partials: all },
      slots: SHOWN,
    };
    expect(await engine.combineOpening(request)).toEqual([1000, 3, 0]);
  });

  it('shows the first slots, and random numbers in all others', async () => {
    const values = Array.from({ length: degree }, (_, slot) => slot + 1);
    const full = await committee.encrypt(values);
    const seen = async (slots: number, members: readonly number[]) => {
      const found = new Map<string, { shareId: string; bytes: Uint8Array }>();
      for (const member of members) {
        const request = { ciphertext: full, key: committee.key(member), slots };
        for (const one of await engine.partialOpening(request)) found.set(one.shareId, one);
      }
      const about = { ciphertext: full, committee: committee.committee };
      return await engine.combineOpening({
        ...about,
        partials: [...found.values()],
        slots: degree,
      });
    };
    const shown = await seen(SHOWN, [0, 1]);
    expect(shown.slice(0, SHOWN)).toEqual(values.slice(0, SHOWN));
    // Whoever asked the members gets the same numbers, so nobody averages or subtracts them away.
    expect(await seen(SHOWN, [1, 2])).toEqual(shown);
    const same = shown.filter((value, slot) => value === values[slot]);
    expect(same).toHaveLength(SHOWN);
    const fewer = await seen(SHOWN - 1, [0, 1]);
    expect(fewer.slice(SHOWN).filter((value, at) => value === shown[SHOWN + at])).toEqual([]);
  });

  it('opens to the right slots though a member moves its answer by half of q', async () => {
    const key = committee.key(0);
    const request = {
      ...{ ciphertext, key, seed: committee.seed, epoch: 0, contextHash, slots: SHOWN },
      contributions: contributionsOf(committee, 0),
    };
    const honest = claimOf(0).partials;
    const bent = proveHalfOfQ({ headers }, profile, request, honest);
    // The proof holds: it is about twice the partial opening.
    expect(judge({ ...claimOf(0), ...bent })).toBe('holds');
    const own = key.shares.map(({ shareId }, index) => ({
      ...{ shareId, bytes: bent.partials[index]! },
    }));
    const others = opened
      .get(1)!
      .partials.filter(({ shareId }) => !own.some((one) => one.shareId === shareId));
    const about = { ciphertext, committee: committee.committee, slots: SHOWN };
    const partials = [...own, ...others];
    expect(await engine.combineOpening({ ...about, partials, isProven: true })).toEqual([
      1000, 3, 0,
    ]);
  });

  it('is longer for more shares by their bits only', () => {
    const bytes = claimOf(0).proof.length;
    // Two shares: 23 + 27 + 136 bits a coefficient, and 40 bits for each slot that is hidden.
    expect(bytes).toBe(32 + 10 * ((degree * 186) / 8 + 5 * (degree - SHOWN)));
  });
});

describe('a proof of a partial opening does not hold', () => {
  it('for a number in a slot that is shown', () => {
    const claim = claimOf(0);
    const other = { ...claim, slots: SHOWN + 1 };
    expect(judge(other)).toBe('the proof has the wrong length');
    const slots = 5 * (degree - SHOWN);
    // A response that begins with a slot more: the slot before is shown, and has no place in the proof.
    const start = claim.proof.length - slots;
    const proof = claim.proof.slice();
    proof[start]! ^= 1;
    expect(judge({ ...claim, proof })).toBe(REFUSED);
  });

  it('with a slot that is not below the plain modulus', () => {
    const claim = claimOf(0);
    const proof = claim.proof.slice();
    proof.fill(0xff, -5);
    expect(judge({ ...claim, proof })).toBe('a slot is not below the plain modulus');
  });

  it('for a share that is shifted to another total', () => {
    const claim = claimOf(0);
    const words = wordsOf(claim.partials[0]!);
    const shift = encodeScale(profile, -650);
    moduli.forEach((p, row) => {
      const own = shift[row]!;
      for (let index = 0; index < degree; index += 1) {
        const place = row * degree + index;
        words[place] = (at(words, place) + own[index]!) % p;
      }
    });
    const partials = [bytesOf(words), claim.partials[1]!];
    expect(judge({ ...claim, partials })).toBe(REFUSED);
  });

  it('for a partial opening that differs in one coefficient by one', () => {
    const claim = claimOf(0);
    const words = wordsOf(claim.partials[1]!);
    words[0] = (at(words, 0) + 1n) % moduli[0]!;
    expect(judge({ ...claim, partials: [claim.partials[0]!, bytesOf(words)] })).toBe(REFUSED);
  });

  it('for another result, under another key, or for another epoch', async () => {
    const claim = claimOf(0);
    const other = await committee.encrypt([1]);
    expect(judge({ ...claim, ciphertext: other })).toBe(REFUSED);
    const stranger = await Assembly.meet(committeeOf(2, 3), { engine, keyId: 'key-2' });
    expect(judge({ ...claim, seed: stranger.seed })).toBe(REFUSED);
    expect(judge({ ...claim, contributions: contributionsOf(stranger, 0) })).toBe(REFUSED);
    const epoch = createHash('sha256').update('key-1, epoch 1').digest('hex');
    expect(judge({ ...claim, contextHash: epoch })).toBe(REFUSED);
  });

  it('with its shares exchanged, or for one of them', () => {
    const claim = claimOf(0);
    const [first, second] = claim.partials as [Uint8Array, Uint8Array];
    const [one, other] = claim.contributions as [Uint8Array, Uint8Array];
    expect(judge({ ...claim, partials: [second, first] })).toBe(REFUSED);
    const both = { partials: [second, first], contributions: [other, one] };
    expect(judge({ ...claim, ...both })).toBe(REFUSED);
    expect(judge({ ...claim, partials: [first], contributions: [one] })).toBe(
      'the proof has the wrong length',
    );
    expect(() => verifier.verify({ ...claim, partials: [first] })).toThrow(
      expect.objectContaining(invalid) as Error,
    );
  });

  it('with bits changed or cut off', () => {
    const claim = claimOf(0);
    for (const position of [0, 31, 32, 5000, claim.proof.length - 1]) {
      const proof = claim.proof.slice();
      proof[position]! ^= 4;
      expect(() => verifier.verify({ ...claim, proof })).toThrow(
        expect.objectContaining(invalid) as Error,
      );
    }
    const proof = claim.proof.slice(1);
    expect(judge({ ...claim, proof })).toBe('the proof has the wrong length');
  });
});

describe('who has no short secret of the contributions', () => {
  it('makes no proof: shares of another key', async () => {
    const request = {
      ciphertext,
      key: committee.key(0),
      seed: committee.seed,
      epoch: 0,
      contributions: contributionsOf(committee, 1),
      contextHash,
    };
    await expect(engine.openProven({ ...request, slots: SHOWN })).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
    });
  });

  it('makes no proof for fewer contributions than it has shares', async () => {
    const contributions = contributionsOf(committee, 0).slice(1);
    const key = committee.key(0);
    const about = { ciphertext, key, seed: committee.seed, epoch: 0 };
    const request = { ...about, contributions, contextHash };
    await expect(engine.openProven({ ...request, slots: SHOWN })).rejects.toMatchObject({
      code: 'ERR_CONTRIBUTION_INVALID',
    });
  });
});

describe('after a resharing', () => {
  const to = committeeOf(3, 5, 'New');
  let next: Assembly;
  const answers = new Map<number, ProvenOpening>();

  const request = (member: number, assembly = next) => ({
    ...{ ciphertext, seed: assembly.seed, epoch: assembly.epoch, contextHash, slots: SHOWN },
    contributions: contributionsOf(assembly, member),
  });
  const claim = (member: number): ProvenPartialsRequest => {
    const { partials, proof } = answers.get(member)!;
    return {
      ...request(member),
      partials: partials.map(({ bytes }) => bytes),
      proof: proof.bytes,
    };
  };
  const contribute = async (assembly: Assembly) => {
    const { seed, keys } = assembly;
    for (const key of keys.values()) {
      for (const { shareId, bytes } of await engine.resharedContributions({ key, seed })) {
        // Every holder of a share derives the same.
        const known = assembly.contributions.get(shareId);
        expect(sha256Hex(known ?? bytes)).toBe(sha256Hex(bytes));
        assembly.contributions.set(shareId, bytes);
      }
    }
  };

  beforeAll(async () => {
    next = await committee.reshare(to);
    await contribute(next);
    for (const member of [0, 2, 4]) {
      const key = next.key(member);
      answers.set(member, await engine.openProven({ ...request(member), key }));
    }
  });

  it('a proof holds for all shares of a member, in both implementations and in the engine', async () => {
    expect(judge(claim(0))).toBe('holds');
    expect(judge(claim(4))).toBe('holds');
    const { proof, partials } = answers.get(0)!;
    expect(await engine.verifyOpening(claim(0))).toBe(proof.hash);
    const key = next.key(0);
    const plain = await engine.partialOpening({ slots: SHOWN, ciphertext, key });
    expect(partials.map(({ hash }) => hash)).toEqual(plain.map(({ hash }) => hash));
  });

  it('t members with proofs are enough to open', async () => {
    const partials = new Map(
      [...answers.values()].flatMap((one) =>
        one.partials.map(({ shareId, bytes }) => [shareId, { shareId, bytes }] as const),
      ),
    );
    const about = { ciphertext, committee: to, slots: SHOWN, isProven: true };
    expect(await engine.combineOpening({ ...about, partials: [...partials.values()] })).toEqual([
      1000, 3, 0,
    ]);
  });

  it('a proof does not hold for a share that is shifted to another total', () => {
    const own = claim(0);
    const words = wordsOf(own.partials[0]!);
    const shift = encodeScale(profile, -650);
    moduli.forEach((p, row) => {
      for (let index = 0; index < degree; index += 1) {
        const place = row * degree + index;
        words[place] = (at(words, place) + shift[row]![index]!) % p;
      }
    });
    expect(judge({ ...own, partials: [bytesOf(words), ...own.partials.slice(1)] })).toBe(REFUSED);
  });

  it('a proof does not hold in another epoch, nor as one of the first', async () => {
    const own = claim(0);
    expect(judge({ ...own, epoch: 2 })).toBe(REFUSED);
    const later = await next.reshare(to);
    await contribute(later);
    const contributions = contributionsOf(later, 0);
    expect(judge({ ...own, epoch: 2, contributions })).toBe(REFUSED);
    expect(judge({ ...own, contributions })).toBe(REFUSED);
    const misfit = 'contribution 0 has the wrong length';
    expect(judge({ ...claimOf(0), epoch: 1 })).toBe(misfit);
    expect(judge({ ...own, epoch: 0 })).toBe(misfit);
  });

  it('a proof does not hold with contributions exchanged, in one share or between two', () => {
    const own = claim(0);
    const [first, second, ...others] = own.contributions as [Uint8Array, Uint8Array];
    expect(judge({ ...own, contributions: [second, first, ...others] })).toBe(REFUSED);
    const half = first.length / 2;
    const turned = Buffer.concat([first.subarray(half), first.subarray(0, half)]);
    expect(judge({ ...own, contributions: [turned, second, ...others] })).toBe(REFUSED);
  });

  it('a member makes no proof with shares of another epoch, or with another share', async () => {
    const old = committee.key(0);
    await expect(
      engine.openProven({ ...request(0, committee), epoch: 1, key: old }),
    ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED' });
    const key = next.key(0);
    const [share, ...others] = key.shares;
    const words = wordsOf(share!.secret);
    words[0] = (words[0]! + 1n) % moduli[0]!;
    const bent = { ...key, shares: [{ ...share!, secret: bytesOf(words) }, ...others] };
    await expect(engine.openProven({ ...request(0), key: bent })).rejects.toMatchObject({
      code: 'ERR_SHARE_INVALID',
    });
  });

  it('the shares of the first epoch have no contribution of this form', async () => {
    const { seed } = committee;
    await expect(
      engine.resharedContributions({ key: committee.key(0), seed }),
    ).rejects.toMatchObject({ code: 'ERR_EPOCH_OUTDATED' });
  });

  it('no two epochs share a polynomial or an error: their difference would tell a secret', () => {
    const { seed } = committee;
    const [one, other] = [1, 2].map((epoch) => epochPolynomials(profile, seed, epoch));
    const polynomials = [...one!, ...other!].map((all) => sha256Hex(bytesOf(all)));
    expect(new Set(polynomials).size).toBe(4);
    const [share] = next.key(0).shares;
    const errors = [1, 2].flatMap((epoch) =>
      shareErrors(profile, { keyId: 'key-1', epoch }, share!).map((all) => all.join(' ')),
    );
    expect(new Set(errors).size).toBe(4);
  });
});

describe('the noise of proven openings', () => {
  it('leaves the message alone, with all shares that a key can have', () => {
    const q = moduli.reduce((product, p) => product * p, 1n);
    // Twice all partial openings, and twice the noise of what is opened.
    const most = provenOpeningNoise(profile) * BigInt(profile.maxShares);
    const result = 2n * 2n ** BigInt(profile.noiseCeilingBits);
    expect(2n * profile.plainModulus * (most + result)).toBeLessThan(q);
    expect(runOpeningReference(profile.name)).toBe(String(provenOpeningNoise(profile)));
    // 4 of 7: each member holds 20.
    expect(MOST_SHARES).toBeGreaterThanOrEqual(20);
  });
});
