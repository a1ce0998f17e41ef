import { sha256Hex } from '@salus/compute';
import type {
  CollectiveKey,
  ProvenCiphertext,
  RegisteredCiphertext,
} from '@salus/protocol/computation';
import { altered } from '@salus/testing/altered';
import { coded } from '@salus/testing/coded';
import { CommitteeWorld } from '@salus/testing/committee-world';
import type { MemberParts } from './parts.js';
import { ProvenInputs, type InputSource } from './proven-inputs.js';

const [A, B, C] = ['AMSP', 'BMSP', 'CMSP'] as const;

describe('a member whose ledger endorsers have agreed to bend', () => {
  let world: CommitteeWorld;
  let count = 0;

  beforeAll(async () => {
    world = await CommitteeWorld.of([A, B, C]);
    await world.makeKey('k1', [A, B, C], 2);
  });
  afterAll(() => world.close());

  async function permitted(): Promise<string> {
    count += 1;
    const evaluationId = `e${count}`;
    await world.summed('k1', evaluationId, [[7], [8]]);
    const request = { evaluationId, recipients: [A, B] };
    return (await world.computation(A).requestOpening(request)).value.openingId;
  }

  /** The lineage, with its first ciphertext registered otherwise. */
  const registeredAs = (change: (one: RegisteredCiphertext) => RegisteredCiphertext) =>
    world.member(C, (parts) => {
      const getLineage: MemberParts['ledger']['getLineage'] = async (evaluationId) => {
        const lineage = await parts.ledger.getLineage(evaluationId);
        const [first, ...others] = lineage.ciphertexts;
        if (first === undefined) throw new Error('ciphertexts are summed');
        return { ...lineage, ciphertexts: [change(first), ...others] };
      };
      return { ...parts, ledger: altered(parts.ledger, { getLineage }) };
    });

  it.each<[string, (one: RegisteredCiphertext) => RegisteredCiphertext]>([
    ['has no proof', ({ proof: _, ...rest }) => rest],
    [
      'is not among what its proof covers',
      (one) => ({ ...one, proof: { ...(one as ProvenCiphertext).proof, ciphertexts: [] } }),
    ],
    [
      "is registered as another organisation's",
      (one) => ({ ...one, contributor: { ...one.contributor, mspId: B } }),
    ],
    [
      "is registered as another person's",
      (one) => ({ ...one, contributor: { ...one.contributor, id: '0'.repeat(64) } }),
    ],
    ['is registered for another matter', (one) => ({ ...one, subject: 'claim-2' })],
    [
      'is registered as of another epoch',
      (one) => ({ ...one, proof: { ...(one as ProvenCiphertext).proof, epoch: 3 } }),
    ],
  ])('opens nothing that an input went into that %s', async (_, change) => {
    const openingId = await permitted();
    const member = await registeredAs(change);
    await expect(member.advanceOpening(openingId)).rejects.toMatchObject({
      code: 'ERR_PROOF_INVALID',
    });
    const { posted } = await world.computation(A).getOpening(openingId);
    expect(posted).toEqual([]);
  });

  it('opens nothing under a public key whose common polynomial somebody chose', async () => {
    const openingId = await permitted();
    const { publicKeyHash = '' } = await world.computation(A).getKey('k1');
    const reason = { chaincode: 'figures', key: 'k1' };
    const evil = Uint8Array.from(await (await world.storeOf(C)).get(publicKeyHash, reason));
    evil[evil.length - 8] = (evil.at(-8) ?? 0) ^ 1;
    const member = await world.member(C, (parts) => ({
      ...parts,
      ledger: altered(parts.ledger, {
        getKey: async (id) => ({
          ...(await parts.ledger.getKey(id)),
          publicKeyHash: sha256Hex(evil),
        }),
      }),
      store: altered(parts.store, {
        get: async (hash, by) =>
          hash === sha256Hex(evil) ? Buffer.from(evil) : parts.store.get(hash, by),
      }),
    }));
    await expect(member.advanceOpening(openingId)).rejects.toMatchObject({
      code: 'ERR_PUBLIC_KEY_INVALID',
    });
    const { posted } = await world.computation(A).getOpening(openingId);
    expect(posted).toEqual([]);
  });

  it('makes no key of a profile without proofs', async () => {
    await world.propose('k2', [A, B, C], 2);
    const member = await world.member(C, (parts) => ({
      ...parts,
      ledger: altered(parts.ledger, {
        getKey: async (id) => ({
          ...(await parts.ledger.getKey(id)),
          profile: 'bfv-8192-sum-v1',
        }),
      }),
    }));
    await expect(member.advanceKey('k2')).resolves.toBe('DONE');
    const { ceremony } = await world.computation(A).getKey('k2');
    expect(ceremony.members.map(({ commitment }) => commitment)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const refused = { refused: 'k2', profile: 'bfv-8192-sum-v1', mspId: C };
    expect(world.reports.filter((line) => 'refused' in line)).toEqual([refused]);
  });

  it('opens what is proven', async () => {
    const openingId = await permitted();
    const member = await registeredAs((one) => one);
    await expect(member.advanceOpening(openingId)).resolves.toBe('WAITING');
    const { posted } = await world.computation(A).getOpening(openingId);
    expect(posted.map(({ mspId }) => mspId)).toEqual([C]);
  });
});

describe('proofs of inputs', () => {
  const key = {
    ...{ profile: 'bfv-8192-proven-v1', publicKeyHash: 'the key', aSeed: '00'.repeat(32) },
  } as CollectiveKey;
  const leaf = (hash: string, proof: string, covers = [hash]) =>
    ({
      ciphertextHash: hash,
      bound: { least: 0, most: 1, noiseBits: 59 },
      contributor: { mspId: A, id: 'x' },
      proof: { hash: proof, ciphertexts: covers, epoch: 0, slots: 1 },
    }) as unknown as RegisteredCiphertext;
  const lineageOf = (...ciphertexts: RegisteredCiphertext[]) => ({ ciphertexts });

  function source(verify: () => Promise<string> = () => Promise.resolve('')) {
    const fetched: string[] = [];
    const read: InputSource = {
      engine: { verifyProven: verify, checkPublicKey: () => Promise.resolve('') },
      place: { channel: 'edge-east', chaincode: 'figures' },
      fetch: (hash) => {
        fetched.push(hash);
        return Promise.resolve(new Uint8Array());
      },
    };
    return { read, fetched };
  }

  it('are checked once for all that they cover, and not again by the same process', async () => {
    const inputs = new ProvenInputs();
    const { read, fetched } = source();
    const together = [leaf('c1', 'p1', ['c1', 'c2']), leaf('c2', 'p1', ['c1', 'c2'])] as const;
    await inputs.check(read, key, lineageOf(...together));
    expect(fetched).toEqual(['the key', 'c1', 'c2', 'p1']);
    await inputs.check(read, key, lineageOf(...together, leaf('c3', 'p3')));
    expect(fetched.slice(4)).toEqual(['the key', 'c3', 'p3']);
  });

  it('that fail are checked again', async () => {
    const inputs = new ProvenInputs();
    const bad = source(() => Promise.reject(new Error('no proof')));
    await expect(inputs.check(bad.read, key, lineageOf(leaf('c1', 'p1')))).rejects.toThrow();
    const { read, fetched } = source();
    await inputs.check(read, key, lineageOf(leaf('c1', 'p1')));
    expect(fetched).toEqual(['the key', 'c1', 'p1']);
  });

  it('of another key are others', async () => {
    const inputs = new ProvenInputs();
    const { read, fetched } = source();
    await inputs.check(read, key, lineageOf(leaf('c1', 'p1')));
    await inputs.check(read, { ...key, publicKeyHash: 'other' }, lineageOf(leaf('c1', 'p1')));
    expect(fetched.slice(3)).toEqual(['other', 'c1', 'p1']);
  });

  it('are not asked of keys that releases before 0.2.0 made', async () => {
    const { read, fetched } = source();
    const old = { ...key, profile: 'bfv-8192-sum-v1' };
    await new ProvenInputs().check(read, old, lineageOf(leaf('c1', 'p1')));
    expect(fetched).toEqual([]);
  });

  it('must be there for each input', async () => {
    const { read } = source();
    const input = leaf('c1', 'p1', ['c2']);
    await expect(new ProvenInputs().check(read, key, lineageOf(input))).rejects.toThrow(
      coded('ERR_PROOF_INVALID'),
    );
  });
});
