import { sha256Hex, type DealtShare } from '@salus/compute';
import { contributionsOf, keyOf, TOTALS, type Material } from './material.js';
import { malformed, wellFormed, joined, type Polynomials } from './spoiled-polynomials.js';
import {
  asBytes,
  malformedWithHeader,
  requireHashed,
  requireRight,
  type Target,
} from './target.js';

/** A package of a share: 2048 bytes of ternary coefficients, then 32 bytes of smudging key. */
const SMUDGING_KEY_LENGTH = 32;

/** A public key, a dealer's contribution to it, its package, and a part of a resharing. */
export function keyTargets(material: Material): readonly Target[] {
  return [...publicKeyTargets(material), ...contributionTargets(material), ...packages(material)];
}

function publicKeyTargets({ profile, publicKey, committee, ...of }: Material): readonly Target[] {
  const { headerLength } = publicKey;
  const { seed } = committee;
  const { label, contextHash } = of;
  const common = { honest: publicKey, wellFormed, malformed: malformedWithHeader };
  const refusals = ['ERR_PUBLIC_KEY_INVALID'] as const;
  // Under a key that is no more than a constant, ciphertexts are mostly zeros. They are refused where they arrive.
  const refusalsOfUse = [...refusals, 'ERR_CIPHERTEXT_INVALID'] as const;
  const size = (publicKey.bytes.length - headerLength) / 2;
  const commonPart = (bytes: Uint8Array) => bytes.subarray(headerLength + size);
  const values = [...TOTALS];
  return [
    {
      ...{ ...common, name: 'encrypt', wellFormedWeight: 120, malformedWeight: 25 },
      refusals: refusalsOfUse,
      ask: async (engine, hostile) => {
        const made = await engine.encrypt({ publicKey: asBytes(hostile), values });
        requireHashed(made, profile.ciphertextLength);
        requireRight((await engine.checkCiphertext(made.bytes)) === made.hash, 'no ciphertext');
      },
    },
    {
      ...{ ...common, name: 'encryptProven', wellFormedWeight: 3, malformedWeight: 10 },
      refusals: refusalsOfUse,
      ask: async (engine, hostile) => {
        const request = { publicKey: asBytes(hostile), contextHash };
        const { ciphertexts, proof } = await engine.encryptProven({
          ...request,
          vectors: [{ values }],
        });
        ciphertexts.forEach((one) => {
          requireHashed(one, profile.ciphertextLength);
        });
        const made = ciphertexts.map(({ bytes }) => bytes);
        const claim = { ...request, ciphertexts: made, proof: proof.bytes };
        requireRight((await engine.verifyProven(claim)) === proof.hash, 'a proof has another hash');
      },
    },
    {
      ...{ ...common, refusals, name: 'checkPublicKey', wellFormedWeight: 10, malformedWeight: 10 },
      ask: async (engine, hostile) => {
        const bytes = asBytes(hostile);
        const hash = await engine.checkPublicKey({ publicKey: bytes, seed });
        requireRight(hash === sha256Hex(bytes), 'a key has another hash');
        const isCommon = Buffer.compare(commonPart(bytes), commonPart(publicKey.bytes)) === 0;
        requireRight(isCommon, 'a key with a chosen common polynomial passed');
      },
    },
    {
      ...{ ...common, refusals, name: 'trialCiphertext', wellFormedWeight: 30 },
      malformedWeight: 20,
      ask: async (engine, hostile) => {
        const request = { publicKey: asBytes(hostile), label };
        const made = await engine.trialCiphertext(request);
        requireHashed(made, profile.ciphertextLength);
        const again = await engine.trialCiphertext(request);
        requireRight(again.hash === made.hash, 'a trial is another one the second time');
      },
    },
  ];
}

function contributionTargets(material: Material): readonly Target[] {
  const { profile, contribution, committee, dealt, result, contextHash } = material;
  const { seed, keyId } = committee;
  const { moduli, degree } = contribution;
  const common = { honest: contribution, wellFormed, malformed };
  const contributions = dealt.map((one) => one.contribution.bytes);
  const first = dealt[0] as DealtShare;
  const header = committee.publicKey.subarray(0, material.publicKey.headerLength);
  const commonPart = committee.publicKey.subarray(header.length + profile.contributionLength);
  const keyFrom = (parts: readonly Uint8Array[]) => {
    const sum = new BigUint64Array(profile.contributionLength / 8);
    for (const part of parts) {
      const words = new BigUint64Array(part.slice().buffer);
      words.forEach((word, at) => {
        const modulus = moduli[Math.floor(at / degree)] as bigint;
        sum[at] = ((sum[at] as bigint) + word) % modulus;
      });
    }
    return joined(joined(header, new Uint8Array(sum.buffer)), commonPart);
  };
  return [
    {
      ...{ ...common, name: 'combineKey', wellFormedWeight: 60, malformedWeight: 25 },
      refusals: ['ERR_CONTRIBUTION_INVALID'],
      ask: async (engine, hostile) => {
        const given = contributions.with(1, asBytes(hostile));
        const made = await engine.combineKey({ seed, contributions: given });
        requireHashed(made, profile.publicKeyLength);
        requireRight(made.hash === sha256Hex(keyFrom(given)), 'a key is another sum');
      },
    },
    {
      ...{ ...common, name: 'acceptShare.contribution', wellFormedWeight: 50 },
      malformedWeight: 30,
      refusals: ['ERR_CONTRIBUTION_INVALID', 'ERR_SHARE_INVALID'],
      ask: async (engine, hostile) => {
        await engine.acceptShare({
          ...{ keyId, seed, committee: committee.committee, shareId: first.shareId },
          contribution: asBytes(hostile),
          package: first.package,
        });
        requireRight(false, "a share was taken that is not the contribution's");
      },
    },
    {
      ...{ ...common, name: 'openProven.contribution', wellFormedWeight: 2, malformedWeight: 10 },
      refusals: ['ERR_CONTRIBUTION_INVALID', 'ERR_SHARE_INVALID'],
      ask: async (engine, hostile) => {
        const key = keyOf(committee);
        await engine.openProven({
          slots: profile.degree,
          ...{ ciphertext: result.bytes, key, epoch: 0, seed, contextHash },
          contributions: contributionsOf(dealt, key.shares).with(0, asBytes(hostile)),
        });
        // The relation holds over the data moduli; the proof's hash binds the rest.
        const end = profile.partialLength;
        const rest = [asBytes(hostile), first.contribution.bytes].map((one) =>
          one.subarray(0, end),
        );
        requireRight(
          Buffer.compare(...(rest as [Uint8Array, Uint8Array])) === 0,
          "a proof was made for a contribution that is not the share's",
        );
      },
    },
  ];
}

/** What is sealed to a holder, as a dealer may have made it up. */
function packages({ profile, committee, dealt, parts }: Material): readonly Target[] {
  const { seed, keyId } = committee;
  const first = dealt[0] as DealtShare;
  const [part, ...otherParts] = parts as readonly [Material['parts'][number]];
  const last = (dealt.at(-1) as DealtShare).shareId;
  const dataModuli = profile.coefficientModuli.slice(0, -1);
  const opaque = (bytes: Uint8Array): Polynomials => ({
    ...{ bytes, headerLength: 0, moduli: dataModuli, degree: profile.degree },
  });
  const ternaryLength = first.package.length - SMUDGING_KEY_LENGTH;
  const { truncated, lengthened, doubled, oversized } = malformed;
  const lengths = { truncated, lengthened, doubled, oversized };
  const never = {
    'nothing at all': malformed['nothing at all'],
    'not bytes': malformed['not bytes'],
    'all bits set': malformed['all bits set'],
  };
  return [
    {
      ...{ name: 'acceptShare.package', honest: opaque(first.package), wellFormedWeight: 20 },
      malformedWeight: 10,
      refusals: ['ERR_SHARE_INVALID'],
      wellFormed: {
        'another coefficient': ({ bytes }, random) => {
          const changed = Uint8Array.from(bytes);
          // 0, 1 and 2 stand for a ternary coefficient; a byte holds four.
          const at = random.below(ternaryLength);
          const four = changed[at] as number;
          changed[at] = (four & 0xfc) | (((four & 3) + 1) % 3);
          return changed;
        },
        "another share's package": () => Uint8Array.from((dealt[1] as DealtShare).package),
        'another smudging key': ({ bytes }, random) =>
          joined(bytes.slice(0, ternaryLength), random.bytes(SMUDGING_KEY_LENGTH)),
      },
      malformed: { ...lengths, ...never, 'random bytes': malformed['random bytes'] },
      ask: async (engine, hostile) => {
        const bytes = asBytes(hostile);
        const { fingerprint } = await engine.acceptShare({
          ...{ keyId, seed, committee: committee.committee, shareId: first.shareId },
          contribution: first.contribution.bytes,
          package: bytes,
        });
        // A contribution does not pin the smudging key. Holders compare fingerprints for that.
        const isOwn = Buffer.compare(bytes.subarray(0, ternaryLength), secretOf(first)) === 0;
        requireRight(isOwn, 'a share with another secret was taken');
        requireRight(fingerprint !== first.fingerprint, 'another share has the same fingerprint');
      },
    },
    {
      ...{ name: 'acceptReshare.part', honest: opaque(part.package), wellFormedWeight: 5 },
      malformedWeight: 15,
      refusals: ['ERR_RESHARE_INVALID'],
      wellFormed: {
        'a bit flipped': ({ bytes }, random) => {
          const flipped = Uint8Array.from(bytes);
          const at = random.below(bytes.length);
          flipped[at] = (flipped[at] as number) ^ (1 << random.below(8));
          return flipped;
        },
      },
      malformed: { ...lengths, ...never, 'random bytes': malformed['random bytes'] },
      ask: async (engine, hostile) => {
        await engine.acceptReshare({
          ...{ keyId, epoch: 1, from: committee.committee, to: committee.committee, shareId: last },
          parts: [{ ...part, package: asBytes(hostile) }, ...otherParts],
        });
        requireRight(false, 'a part was taken that nobody agreed on');
      },
    },
  ];

  function secretOf(share: DealtShare): Uint8Array {
    return share.package.subarray(0, ternaryLength);
  }
}
