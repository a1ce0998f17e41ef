import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256Hex } from '../bfv/hashing.js';
import { HEADER_LENGTH, profileOf, type ProfileName } from '../bfv/profiles.js';
import { bytesOf } from '../bfv/residues.js';
import { smudgingWords } from '../bfv/smudging.js';
import { commonPolynomial } from '../bfv/common-polynomial.js';
import { createEngine } from '../engine/engine.js';
import { referenceVectors } from '../short-proof/test-support/reference.js';
import { wideOfWords } from '../short-proof/wide.js';
import { commitmentOf, trialLabel } from './commitment.js';
import { holderSets } from './committee.js';
import { smudgingContext } from './opening-operations.js';
import type { AcceptedShare, Committee, MemberKey } from './types.js';
import {
  contributionOf,
  encryptInputs,
  inputError,
  inputSecret,
  inputSeed,
  inputSlots,
  packageOf,
  summed,
  type EncryptedInput,
} from './vectors.fixture.js';

interface OpeningVector {
  readonly label?: string;
  readonly ciphertext: string;
  readonly partials: readonly string[];
  readonly shown: number;
  readonly firstSlots: readonly number[];
  readonly slots: string;
}

interface ProfileVector {
  readonly profile: ProfileName;
  readonly ciphertextHeader: string;
  readonly publicKeyHeader: string;
  readonly key: {
    readonly keyId: string;
    readonly committee: Committee;
    readonly acceptance: readonly {
      readonly addedToSpecial: number;
      readonly error: number;
      readonly accepted: boolean;
    }[];
  };
  readonly trial: OpeningVector;
  readonly ciphertexts: readonly string[];
  readonly opening: OpeningVector;
  readonly refusedOpenings: readonly string[];
  readonly resharing: { readonly epoch: number; readonly to: Committee };
  readonly smudging: object;
}

const committed = readFileSync(join(__dirname, '..', '..', 'reference', 'vectors.json'), 'utf8');
const vectors = JSON.parse(committed) as {
  readonly committees: readonly { readonly threshold: number; readonly members: number }[];
  readonly profiles: readonly ProfileVector[];
};

/** Slots of the sum that recipients get. */
const SHOWN = 5;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('the vectors', () => {
  it('are what the second implementation computes', () => {
    expect(referenceVectors()).toBe(committed);
  });

  it.each(vectors.committees)('fix the shares of $threshold of $members', (vector) => {
    const members = Array.from({ length: vector.members }, (_, place) => String(place));
    const sets = holderSets({ members, threshold: vector.threshold }).map(
      ({ shareId, holders, dealer }, index) => {
        expect(shareId).toBe(`s${index}`);
        return `${holders.join(' ')}, dealt by ${dealer}`;
      },
    );
    expect({ ...vector, sets }).toEqual(vector);
  });
});

describe.each(vectors.profiles)('the vectors of $profile', (vector) => {
  const profile = profileOf(vector.profile);
  const { keyId, committee } = vector.key;
  const engine = createEngine({ profile: profile.name });
  const seed = inputSeed(profile, 'seed');
  const sets = holderSets(committee);
  let contributions: Map<string, Uint8Array>;
  let shares: AcceptedShare[];
  let publicKey: Uint8Array;
  let ciphertexts: readonly EncryptedInput[];
  let sum: Uint8Array;

  const acceptFrom = async (shareId: string, contribution: Uint8Array) =>
    await engine.acceptShare({
      keyId,
      seed,
      committee,
      shareId,
      contribution,
      package: packageOf(profile, shareId),
    });

  /** A member's key is wiped where it is used, so each use takes copies. */
  function keyOf(member: string, of: Committee, epoch: number, all: readonly AcceptedShare[]) {
    const held = holderSets(of).flatMap(({ holders }, index) =>
      holders.includes(member) ? [(all[index] as AcceptedShare).share] : [],
    );
    const copies = held.map(({ shareId, secret, smudgingKey }) => ({
      shareId,
      secret: Uint8Array.from(secret),
      smudgingKey: Uint8Array.from(smudgingKey),
    }));
    const key: MemberKey = {
      profile: profile.name,
      keyId,
      member,
      epoch,
      committee: of,
      shares: copies,
    };
    return key;
  }

  async function partialsOf(
    ciphertext: Uint8Array,
    of: Committee,
    epoch: number,
    all: readonly AcceptedShare[],
    slots: number,
  ) {
    const partials = new Map<string, { shareId: string; bytes: Uint8Array; hash: string }>();
    for (const member of of.members) {
      const key = keyOf(member, of, epoch, all);
      for (const one of await engine.partialOpening({ ciphertext, key, slots })) {
        // Every holder of a share gives the same.
        expect(partials.get(one.shareId)?.hash ?? one.hash).toBe(one.hash);
        partials.set(one.shareId, one);
      }
    }
    return holderSets(of).map(({ shareId }) => partials.get(shareId)!);
  }

  async function open(
    ciphertext: Uint8Array,
    of: Committee,
    epoch: number,
    all: readonly AcceptedShare[],
    shown = SHOWN,
  ): Promise<OpeningVector> {
    const partials = await partialsOf(ciphertext, of, epoch, all, shown);
    const request = { ciphertext, committee: of, partials };
    // All of them: the masked ones are compared too.
    const slots = await engine.combineOpening({ ...request, slots: profile.degree });
    return {
      ciphertext: sha256Hex(ciphertext),
      partials: partials.map(({ hash }) => hash),
      shown,
      firstSlots: slots.slice(0, Math.min(8, shown)),
      slots: sha256Hex(Buffer.from(slots.join(' '))),
    };
  }

  /** Hashes of the contributions of new shares, each from all of its holders. */
  async function contributionsOf(to: Committee, epoch: number, all: readonly AcceptedShare[]) {
    const found = new Map<string, string>();
    for (const member of to.members) {
      const key = keyOf(member, to, epoch, all);
      for (const { shareId, hash } of await engine.resharedContributions({ key, seed })) {
        expect(found.get(shareId) ?? hash).toBe(hash);
        found.set(shareId, hash);
      }
    }
    return holderSets(to).map(({ shareId }) => found.get(shareId)!);
  }

  async function tryOut(to: Committee, epoch: number, all: readonly AcceptedShare[]) {
    const fingerprints = all.map(({ share, fingerprint }) => [share.shareId, fingerprint] as const);
    const resharing = { profile: profile.name, keyId, epoch, to };
    const label = trialLabel(resharing, Object.fromEntries(fingerprints));
    const { bytes } = await engine.trialCiphertext({ publicKey, label });
    return { label, ...(await open(bytes, to, epoch, all, profile.degree)) };
  }

  beforeAll(async () => {
    contributions = new Map();
    shares = [];
    for (const { shareId } of sets) {
      const secret = inputSecret(profile, shareId);
      const error = inputError(profile, shareId);
      const bytes = bytesOf(contributionOf(profile, seed, { secret, error }));
      contributions.set(shareId, bytes);
      shares.push(await acceptFrom(shareId, bytes));
    }
    publicKey = (await engine.combineKey({ seed, contributions: [...contributions.values()] }))
      .bytes;
    ciphertexts = await encryptInputs(profile, publicKey, [
      { name: 'first', values: [1250, 0, -7, 2 ** 32 - 1, -(2 ** 32 - 1), 65_535] },
      { name: 'every', values: inputSlots(profile) },
    ]);
    const program = { name: 'sum.v1' } as const;
    sum = (await engine.evaluate({ program, inputs: ciphertexts })).bytes;
  });
  afterAll(async () => {
    await engine.close();
  });

  it("fix SEAL's headers", () => {
    const header = (bytes: Uint8Array) => hex(bytes.subarray(0, HEADER_LENGTH));
    expect(header(sum)).toBe(vector.ciphertextHeader);
    expect(header(publicKey)).toBe(vector.publicKeyHeader);
  });

  it('fix a key, from its contributions to the sum of its shares', () => {
    const dealt = sets.map(({ shareId }, index) => ({
      shareId,
      package: sha256Hex(packageOf(profile, shareId)),
      contribution: sha256Hex(contributions.get(shareId)!),
      fingerprint: shares[index]!.fingerprint,
    }));
    const commitments = committee.members.map((member) => {
      const own = dealt.filter((_, index) => sets[index]!.dealer === member);
      const hashes = own.map(({ shareId, contribution }) => [shareId, contribution] as const);
      const context = { profile: profile.name, keyId, epoch: 0, member, seed };
      return { member, hash: commitmentOf(context, Object.fromEntries(hashes)) };
    });
    expect({
      ...vector.key,
      seed: hex(seed),
      commonPolynomial: sha256Hex(bytesOf(commonPolynomial(profile, seed))),
      shares: dealt,
      commitments,
      publicKey: sha256Hex(publicKey),
      secret: sha256Hex(
        summed(
          profile,
          shares.map(({ share }) => share.secret),
        ),
      ),
    }).toEqual(vector.key);
  });

  it.each(vector.key.acceptance)(
    'fix whether an error of $error is accepted, with $addedToSpecial added under the special modulus',
    async ({ addedToSpecial, error, accepted }) => {
      const errors = inputError(profile, 's0');
      errors[0] = error;
      const secret = inputSecret(profile, 's0');
      const b = contributionOf(profile, seed, { secret, error: errors });
      const at = b.length - profile.degree;
      b[at] = (b[at]! + BigInt(addedToSpecial)) % profile.coefficientModuli.at(-1)!;
      const answer = acceptFrom('s0', bytesOf(b)).then(
        () => true,
        (refusal: unknown) => {
          expect(refusal).toMatchObject({ code: 'ERR_SHARE_INVALID' });
          return false;
        },
      );
      expect(await answer).toBe(accepted);
    },
  );

  it('fix the trial of the shares', async () => {
    expect(await tryOut(committee, 0, shares)).toEqual(vector.trial);
  });

  it('fix ciphertexts, their sum and its opening', async () => {
    expect(ciphertexts.map(({ hash }) => hash)).toEqual(vector.ciphertexts);
    expect(await open(sum, committee, 0, shares)).toEqual(vector.opening);
  });

  it('fix which openings are refused', async () => {
    const [s0, ...others] = await partialsOf(sum, committee, 0, shares, SHOWN);
    const first = ciphertexts[0]!.bytes;
    const [foreign] = await partialsOf(first, committee, 0, shares, SHOWN);
    const moduli = profile.coefficientModuli;
    const words = new BigUint64Array(s0!.bytes.slice().buffer);
    const twice = words.map(
      (word, index) => (2n * word) % moduli[Math.floor(index / profile.degree)]!,
    );
    const changes = {
      's0 of another ciphertext': foreign!.bytes,
      's0 twice': bytesOf(twice),
    };
    const refused: string[] = [];
    for (const [name, bytes] of Object.entries(changes)) {
      const partials = [{ shareId: 's0', bytes }, ...others];
      const answer = engine.combineOpening({ slots: SHOWN, ciphertext: sum, committee, partials });
      await answer.catch((refusal: unknown) => {
        expect(refusal).toMatchObject({ code: 'ERR_NOISE_EXCEEDED' });
        refused.push(name);
      });
    }
    expect(refused).toEqual(vector.refusedOpenings);
  });

  it('fix the smudging of an opening', () => {
    const { share } = shares[0]!;
    const context = smudgingContext(profile, { keyId, epoch: 0 }, share, sha256Hex(sum));
    const words = smudgingWords(profile, share.smudgingKey, context);
    const [low, middle, high] = wideOfWords(words, profile.smudgingBits) as [
      Float64Array,
      Float64Array,
      Float64Array,
    ];
    const noise = Array.from(low, (least, index) =>
      String(BigInt(least) + (BigInt(middle[index]!) << 44n) + BigInt(high[index]!) * 2n ** 88n),
    );
    const hash = sha256Hex(Buffer.from(noise.join(' ')));
    expect({ first: noise[0], last: noise.at(-1), hash }).toEqual(vector.smudging);
  });

  it('fix a resharing, after which other shares of the same secret open the same', async () => {
    const { epoch, to } = vector.resharing;
    const dealt = new Map<string, Awaited<ReturnType<typeof engine.dealReshare>>[number]>();
    for (const member of committee.members) {
      const key = keyOf(member, committee, 0, shares);
      for (const one of await engine.dealReshare({ key, to, epoch })) {
        expect(dealt.get(one.shareId)?.hash ?? one.hash).toBe(one.hash);
        dealt.set(one.shareId, one);
      }
    }
    const accepted: AcceptedShare[] = [];
    for (const [index, { shareId }] of holderSets(to).entries()) {
      const parts = [...dealt.values()].map((old) => ({
        ...old.parts[index]!,
        from: old.shareId,
      }));
      const request = { keyId, epoch, from: committee, to, shareId, parts };
      accepted.push(await engine.acceptReshare(request));
    }
    expect({
      epoch,
      to,
      dealt: sets.map(({ shareId }) => dealt.get(shareId)!.hash),
      accepted: accepted.map(({ fingerprint }) => fingerprint),
      contributions: await contributionsOf(to, epoch, accepted),
      secret: sha256Hex(
        summed(
          profile,
          accepted.map(({ share }) => share.secret),
        ),
      ),
      trial: await tryOut(to, epoch, accepted),
      opening: await open(sum, to, epoch, accepted),
    }).toEqual(vector.resharing);
  });
});
