import { signRequest } from '@salus/client/trust';
import { holderSets, sharesHeldBy } from '@salus/compute';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { sealLetter } from '@salus/crypto/letter';
import { hashOf, sha256Hex } from '@salus/protocol';
import { pathOf, type CommitteeTerms } from '@salus/protocol/computation';
import { TestConsortium } from '@salus/testing/member';
import {
  ENDORSERS,
  officer,
  transientContributions,
  TWO_OF_THREE,
  type CommitteeActors,
  type TestKey,
  type Transient,
} from './committee.js';
import { anyHash } from './contributors.js';

const [VALLEY = '', INSURER = '', REGULATOR = ''] = ENDORSERS;

export function ceremonyCases(actors: CommitteeActors, keyOf: () => TestKey): void {
  describe('the ceremony of a key', () => {
    test('ends with the key that anybody can recompute, with no secret on the ledger', async () => {
      const { keyId, publicKey } = keyOf();
      const key = await actors.evaluate(['Pharma', 'manufacturer'], 'getKey', { keyId });
      expect(key).toMatchObject({ status: 'ACTIVE', epoch: 0, ceremony: { phase: 'DONE' } });
      expect(key.publicKeyHash).toBe(sha256Hex(publicKey));
      expect(key.committee).toEqual(TWO_OF_THREE);
    });

    test('lets nobody contribute what it did not commit to before the others revealed', async () => {
      const dealing = await actors.propose();
      const { keyId, dealt, committee, seed } = dealing;
      const [first, second] = [...dealt];
      if (first === undefined || second === undefined) throw new Error('nobody deals');
      await actors.submit(officer(first[0]), 'commitContribution', {
        keyId,
        commitment: first[1].commitment,
      });
      await expect(actors.reveal(dealing, ...first)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
      for (const [member, { commitment }] of [...dealt].slice(1)) {
        await actors.submit(officer(member), 'commitContribution', { keyId, commitment });
      }
      const member = second[0];
      const rogue = await actors.engine.dealKey({ keyId, seed, committee, member });
      await expect(actors.reveal(dealing, member, rogue)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(
        actors.submit(officer(member), 'commitContribution', {
          keyId,
          commitment: rogue.commitment,
        }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await expect(
        actors.submit(['CityHospital', 'committee'], 'commitContribution', {
          keyId,
          commitment: anyHash(),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });

    test('fails, and names the dealer, when a holder has got no share', async () => {
      const dealing = await actors.propose();
      const { keyId, committee } = dealing;
      await actors.commitAll(dealing);
      await actors.revealAll(dealing);
      const held = holderSets(committee).filter(({ holders }) => holders.includes(REGULATOR));
      const complain = ({ shareId }: { readonly shareId: string }) =>
        actors.submit(officer(REGULATOR), 'complain', {
          ...{ keyId, epoch: 0, reason: 'SHARE_MISSING', shareId },
        });
      for (const own of held.filter(({ dealer }) => dealer === REGULATOR)) {
        await expect(complain(own)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      }
      const [owed] = held.filter(({ dealer }) => dealer !== REGULATOR);
      if (owed === undefined) throw new Error('the regulator has dealt all of its shares');
      await complain(owed);
      const key = await actors.evaluate(officer(VALLEY), 'getKey', { keyId });
      expect(key).toMatchObject({ status: 'FAILED', ceremony: { phase: 'FAILED' } });
      const { shareId, dealer } = owed;
      expect(key.ceremony.complaint).toMatchObject({ by: REGULATOR, shareId, against: [dealer] });
    });

    test('is not ended by a wrong package that nobody shows, or that its dealer did not sign', async () => {
      const dealing = await actors.propose();
      const { keyId, committee } = dealing;
      await actors.commitAll(dealing);
      await actors.revealAll(dealing);
      const [owed] = holderSets(committee).filter(
        ({ holders, dealer }) => holders.includes(REGULATOR) && dealer !== REGULATOR,
      );
      const { shareId = '', dealer: from = '' } = owed ?? {};
      const complain = (transient: Transient) =>
        actors.submit(
          officer(REGULATOR),
          'complain',
          { ...{ keyId, epoch: 0, reason: 'SHARE_INVALID', shareId } },
          { transient },
        );
      await expect(complain({})).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      const place = {
        ...{ chaincode: actors.chaincode, matter: { keyId, epoch: 0 }, from, to: REGULATOR },
      };
      const { publicKey, privateKey } = await generateHpkeKeyPair();
      const { commitment } = dealing.dealt.get(from) ?? {};
      const body = await sealLetter({ place, publicKey, commitment }, Buffer.from('wrong'));
      const forger = await (await TestConsortium.of(from)).member(from, 'committee');
      const target = { method: 'PUT', path: pathOf(place), audience: 'store', body };
      const token = await signRequest(forger.identity, target);
      const evidence = {
        ...transientContributions(dealing),
        letter: Buffer.from(JSON.stringify({ body: body.toString('base64'), token })),
        receivingKey: Buffer.from(privateKey),
      };
      await expect(complain(evidence)).rejects.toMatchObject({ code: 'ERR_LETTER_INVALID' });
      const { ceremony } = await actors.evaluate(officer(VALLEY), 'getKey', { keyId });
      expect(ceremony).toMatchObject({ phase: 'CONFIRMING' });
    });

    test('goes no further while holders of one share hold different ones', async () => {
      const dealing = await actors.propose();
      const { keyId, committee } = dealing;
      await actors.commitAll(dealing);
      await actors.revealAll(dealing);
      const shareId = sharesHeldBy(committee, VALLEY).find((id) =>
        sharesHeldBy(committee, INSURER).includes(id),
      );
      const same = hashOf('same');
      for (const member of committee.members) {
        const fingerprints = sharesHeldBy(committee, member).map((id) => ({
          shareId: id,
          hash: id === shareId ? hashOf(member) : same,
        }));
        await actors.submit(officer(member), 'confirmShares', { keyId, epoch: 0, fingerprints });
      }
      const { ceremony } = await actors.evaluate(officer(VALLEY), 'getKey', { keyId });
      expect(ceremony.phase).toBe('CONFIRMING');
      const complain = (id: string) =>
        actors.submit(officer(VALLEY), 'complain', {
          keyId,
          epoch: 0,
          reason: 'SHARE_DISPUTED',
          shareId: id,
        });
      const undisputed = sharesHeldBy(committee, REGULATOR)[0] ?? '';
      await expect(complain(undisputed)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await complain(shareId ?? '');
      await expect(actors.submit(officer(VALLEY), 'finaliseKey', { keyId })).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('makes no key of shares that do not open the trial', async () => {
      const dealing = await actors.propose();
      const { keyId, seed, dealt } = dealing;
      await actors.commitAll(dealing);
      await actors.revealAll(dealing);
      const members = await actors.confirmAll(dealing);
      const contributions = transientContributions(dealing);
      const all = Object.keys(contributions).sort();
      const { bytes } = await actors.engine.combineKey({
        seed,
        contributions: all.map((name) => contributions[name] ?? new Uint8Array()),
      });
      expect(dealt.size).toBeGreaterThan(1);
      const wrong = keyOf().members;
      expect(wrong.size).toBe(members.size);
      const partials = await actors.proveAll(keyId, bytes, wrong);
      const transient = { ...partials, ...contributions };
      await expect(
        actors.submit(officer(VALLEY), 'finaliseKey', { keyId }, { transient }),
      ).rejects.toMatchObject({ code: 'ERR_TRIAL_FAILED' });
      const complaint = { keyId, epoch: 0, reason: 'TRIAL_FAILED' as const };
      await expect(actors.submit(officer(VALLEY), 'complain', complaint)).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
      await actors.submit(officer(VALLEY), 'complain', complaint, { transient });
      const { status } = await actors.evaluate(officer(VALLEY), 'getKey', { keyId });
      expect(status).toBe('FAILED');
    });

    test('is not ended by a member that calls a trial failed which opens', async () => {
      const dealing = await actors.propose();
      const { keyId, seed } = dealing;
      await actors.commitAll(dealing);
      await actors.revealAll(dealing);
      const members = await actors.confirmAll(dealing);
      const contributions = transientContributions(dealing);
      const all = Object.values(contributions);
      const { bytes } = await actors.engine.combineKey({ seed, contributions: all });
      const transient = { ...(await actors.proveAll(keyId, bytes, members)), ...contributions };
      const complaint = { keyId, epoch: 0, reason: 'TRIAL_FAILED' as const };
      await expect(
        actors.submit(officer(REGULATOR), 'complain', complaint, { transient }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const made = await actors.submit(officer(VALLEY), 'finaliseKey', { keyId }, { transient });
      expect(made.status).toBe('ACTIVE');
    });

    test('is for a committee, purpose and budget that the chaincode knows', async () => {
      const refused = { code: 'ERR_INVALID_ARGUMENT' };
      const four = ['CityHospitalMSP', ...TWO_OF_THREE.members];
      await expect(actors.propose({ members: four, threshold: 4 })).rejects.toMatchObject(refused);
      // 3 of 4 and 2 of 2 would leave shares that t - 1 liars hold alone.
      const unsafe = { code: 'ERR_COMMITTEE_INVALID' };
      await expect(actors.propose({ members: four, threshold: 3 })).rejects.toMatchObject(unsafe);
      const two = { members: [VALLEY, INSURER], threshold: 2 };
      await expect(actors.propose(two)).rejects.toMatchObject(unsafe);
      await expect(actors.propose({ purpose: 'lottery' })).rejects.toMatchObject(refused);
      await expect(actors.propose({ slotBudget: 2 ** 40 })).rejects.toMatchObject(refused);
      const twice = [VALLEY, VALLEY, INSURER];
      await expect(actors.propose({ members: twice })).rejects.toMatchObject(refused);
      await expect(actors.propose({ profile: 'none' })).rejects.toMatchObject({
        code: 'ERR_PROFILE_UNKNOWN',
      });
    });
  });

  describe('a resharing to another committee', () => {
    test('begins though a member that is to leave refreshes the shares in between', async () => {
      const { keyId } = await actors.makeKey();
      const ask = (member: string, epoch: number, { members, threshold }: CommitteeTerms) =>
        actors.submit(officer(member), 'proposeReshare', {
          ...{ keyId, epoch, members: [...members], threshold },
        });
      const read = () => actors.evaluate(officer(VALLEY), 'getKey', { keyId });
      const without = {
        members: ['CityHospitalMSP', VALLEY, REGULATOR],
        threshold: 2,
      };
      await ask(VALLEY, 1, without);
      await ask(INSURER, 1, TWO_OF_THREE);
      expect(await read()).toMatchObject({
        wishes: [{ by: VALLEY, ...without }],
        ceremony: { epoch: 1, committee: TWO_OF_THREE },
      });
      await ask(REGULATOR, 2, without);
      const { ceremony, wishes } = await read();
      expect(ceremony).toMatchObject({ epoch: 2, committee: without, phase: 'DEALING' });
      expect(wishes).toBeUndefined();
    });

    test('asks new holders for the contributions of their shares', async () => {
      const key = await actors.makeKey();
      const { onLedger, contributions } = await actors.reshare(key, TWO_OF_THREE, 1);
      expect(onLedger).toMatchObject({
        epoch: 1,
        contributions: [...contributions].map(([shareId, bytes]) => ({
          shareId,
          hash: sha256Hex(bytes),
        })),
      });
      expect(onLedger.contributions).not.toEqual(key.onLedger.contributions);
      const refresh = { keyId: key.keyId, epoch: 2, ...TWO_OF_THREE };
      for (const member of [VALLEY, REGULATOR]) {
        const request = { ...refresh, members: [...TWO_OF_THREE.members] };
        await actors.submit(officer(member), 'proposeReshare', request);
      }
      const fingerprints = sharesHeldBy(TWO_OF_THREE, VALLEY).map((shareId) => ({
        shareId,
        hash: 'a'.repeat(64),
      }));
      const confirming = { keyId: key.keyId, epoch: 2, fingerprints };
      await expect(
        actors.submit(officer(VALLEY), 'confirmShares', confirming),
      ).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.stringContaining('contributions') as string,
      });
    });
  });

  describe('the end of a key', () => {
    test('needs as many members as an opening, and lets no more ciphertexts in', async () => {
      const { keyId } = await actors.makeKey();
      const retire = (member: string) => actors.submit(officer(member), 'retireKey', { keyId });
      expect(await retire(VALLEY)).toMatchObject({ status: 'ACTIVE' });
      await expect(retire(VALLEY)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      expect(await retire(REGULATOR)).toMatchObject({ status: 'RETIRED' });
      await expect(retire(INSURER)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });
  });
}
