import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { uniformPolynomial } from '../bfv/common-polynomial.js';
import { sha256Hex } from '../bfv/hashing.js';
import { profileOf } from '../bfv/profiles.js';
import { bytesOf } from '../bfv/residues.js';
import { smudgingNoise } from '../bfv/smudging.js';
import { createEngine } from '../engine/engine.js';
import {
  commitmentOf,
  fingerprintOf,
  partFingerprint,
  reshareHash,
  trialLabel,
} from './commitment.js';
import { PROFILE, committeeOf } from './committee.fixture.js';
import { holderSets } from './committee.js';
import { derivedTernary } from './ternary.js';
import type { HeldShare, MemberKey } from './types.js';

const vectors = JSON.parse(readFileSync(join(__dirname, 'vectors.json'), 'utf8')) as Record<
  'derivations' | 'holderSetsOf3Of5' | 'resharing' | 'opening',
  unknown
>;

/**
 * What another implementation has to give from fixed inputs. All but the opening, which needs the
 * number theoretic transform, were computed by an independent one in Python.
 */
const profile = profileOf(PROFILE);
const context = { profile: PROFILE, keyId: 'key-1', epoch: 0 } as const;
const resharing = { ...context, epoch: 1, to: committeeOf(2, 3, 'New') };

function share(shareId: string): HeldShare {
  const seed = createHash('sha256').update(shareId).digest();
  const moduli = profile.coefficientModuli.slice(0, -1);
  const secret = bytesOf(uniformPolynomial('vector', seed, profile.degree, moduli));
  return { shareId, secret, smudgingKey: Uint8Array.from(seed) };
}

function keyOf(member: number): MemberKey {
  const committee = committeeOf(2, 3);
  const name = committee.members[member]!;
  const held = holderSets(committee).filter(({ holders }) => holders.includes(name));
  const shares = held.map(({ shareId }) => share(shareId));
  return { ...context, member: name, committee, shares };
}

describe('the vectors', () => {
  const engine = createEngine({ profile: PROFILE });
  afterAll(async () => {
    await engine.close();
  });

  test('fix the derivations', () => {
    const noise = smudgingNoise(profile, new Uint8Array(32).fill(1), ['vector']);
    const seed = new Uint8Array(32).fill(2);
    const hashes = { s10: 'aa', s2: 'bb' };
    expect({
      smudging: [noise[0], noise[8191]].map(String),
      ternary: sha256Hex(Uint8Array.from(derivedTernary('vector', profile.degree))),
      commitment: commitmentOf({ ...context, member: 'Member0MSP', seed }, hashes),
      fingerprint: fingerprintOf(context, share('s0')),
      part: partFingerprint(resharing, 's0', 's1', seed),
      parts: reshareHash(resharing, 's0', hashes),
      label: trialLabel(resharing, hashes),
    }).toEqual(vectors.derivations);
  });

  test('fix the holder sets', () => {
    expect(holderSets(committeeOf(3, 5))).toEqual(vectors.holderSetsOf3Of5);
  });

  test('fix a resharing from one 2 of 3 to another', async () => {
    const to = resharing.to;
    const first = await engine.dealReshare({ key: keyOf(0), to, epoch: 1 });
    const second = await engine.dealReshare({ key: keyOf(1), to, epoch: 1, shareIds: ['s2'] });
    const dealt = [...first, ...second];
    const accepted: Record<string, string> = {};
    for (const [index, shareId] of ['s0', 's1', 's2'].entries()) {
      const parts = dealt.map((one) => ({ ...one.parts[index]!, from: one.shareId }));
      const from = committeeOf(2, 3);
      const request = { keyId: 'key-1', epoch: 1, from, to, shareId, parts };
      accepted[shareId] = (await engine.acceptReshare(request)).fingerprint;
    }
    expect({ dealt: dealt.map(({ hash }) => hash), accepted }).toEqual(vectors.resharing);
  });

  test('fix a trial ciphertext and its partial openings', async () => {
    const publicKey = await publicKeyOf();
    const { bytes: ciphertext, hash } = await engine.trialCiphertext({ publicKey, label: 'x' });
    const partials = await engine.partialOpening({ ciphertext, key: keyOf(0) });
    const hashes = Object.fromEntries(partials.map((one) => [one.shareId, one.hash]));
    expect({ trial: hash, partials: hashes }).toEqual(vectors.opening);
  });

  /** Two uniform polynomials in the place of (b, a). */
  async function publicKeyOf(): Promise<Uint8Array> {
    const contributions = [1, 2].map((byte) => {
      const seed = new Uint8Array(32).fill(byte);
      const { degree, coefficientModuli } = profile;
      return bytesOf(uniformPolynomial('vector', seed, degree, coefficientModuli));
    });
    return (await engine.combineKey({ seed: new Uint8Array(32).fill(3), contributions })).bytes;
  }
});
