import { profileOf } from '@salus/compute';
import { hashesOf, officer, ofMembers, TWO_OF_FOUR } from '../computation/committee.js';
import { shifted } from '../computation/shifted.js';
import {
  ENTITLED,
  hex,
  SLOTS,
  type Actors,
  type Key,
  type Partials,
  type Setting,
} from './actors.js';

const AUDITOR = ['Regulator', 'auditor'] as const;

export function openingCases(actors: Actors, setting: Setting): void {
  describe('an opening', () => {
    test('is denied, on record, to whoever is not entitled; nobody answers it', async () => {
      const { key, policyId } = setting();
      const { claimId } = await actors.summedClaim(key, policyId, [[1]]);
      const ask = (as: [string, string], recipients: string[]) =>
        actors.submit(as, 'requestOpening', { claimId, recipients });
      const denied = await ask(['CityHospital', 'billing'], ['CityHospitalMSP']);
      expect(denied).toMatchObject({ permitted: false, reason: 'REQUESTER_NOT_ENTITLED' });
      expect(await ask(['Insurer', 'adjuster'], ['InsurerMSP'])).toMatchObject({
        permitted: false,
        reason: 'RECIPIENTS_NOT_ENTITLED',
      });
      // The auditor reads what the insurer has opened, and chooses no claims to see.
      for (const recipients of [ENTITLED, ['RegulatorMSP']]) {
        expect(await ask([...AUDITOR], [...recipients])).toMatchObject({
          permitted: false,
          reason: 'REQUESTER_NOT_ENTITLED',
        });
      }
      const { status } = await actors.evaluate(AUDITOR, 'getClaim', { claimId });
      expect(status).toBe('SUMMED');
      const { openingId } = denied;
      const { committee } = actors;
      expect(await committee.evaluate(AUDITOR, 'getOpening', { openingId })).toEqual(denied);
      const [ciphertext] = await actors.encrypt(key, [[1]]);
      const partials = await actors.partialsOf(key, ciphertext ?? new Uint8Array());
      await expect(actors.submitPartials(openingId, partials)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('waits for the sum', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      expect(await actors.requestOpening(claimId)).toMatchObject({ reason: 'NOT_EVALUATED' });
    });

    test('waits for a second holder of each share, and gets nowhere with a wrong answer', async () => {
      const { policyId } = setting();
      const key = await actors.committee.makeKey(TWO_OF_FOUR);
      const claim = await actors.summedClaim(key, policyId, [[150_00]]);
      const { claimId, sum } = claim;
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      const [first = '', second = '', third = '', fourth = ''] = key.committee.members;
      const adjudicate = () => actors.adjudicate(claimId, openingId, sum, partials);
      await actors.submitPartials(openingId, ofMembers(partials, first));
      await expect(adjudicate()).rejects.toMatchObject({
        code: 'ERR_OPENING_UNCONFIRMED',
        message: expect.stringContaining('too few committee members') as string,
      });
      await actors.submitPartials(openingId, ofMembers(partials, second));
      await expect(adjudicate()).rejects.toMatchObject({ code: 'ERR_OPENING_UNCONFIRMED' });
      await expect(
        actors.committee.submit(['Insurer', 'adjuster'], 'submitPartials', {
          openingId,
          epoch: 0,
          hashes: hashesOf(partials.get('InsurerMSP') ?? []),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await actors.submitPartials(openingId, await lieOf(key, third));
      await expect(adjudicate()).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });
      await actors.submitPartials(openingId, ofMembers(partials, fourth));
      expect((await adjudicate()).status).toBe('ADJUDICATED');
      const opening = await actors.committee.evaluate(AUDITOR, 'getOpening', { openingId });
      expect(opening.liars).toEqual([third]);
      await expect(adjudicate()).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('is one, however often it is asked for: answers stand, and no slot is counted again', async () => {
      const { key, policyId } = setting();
      const { claimId, sum } = await actors.summedClaim(key, policyId, [[150_00]]);
      const { openingId } = await actors.requestOpening(claimId);
      const { keyId } = key;
      const slots = async () =>
        (await actors.committee.evaluate(AUDITOR, 'getKey', { keyId })).openedSlots;
      const openedSlots = await slots();
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, ofMembers(partials, 'ValleyHospitalMSP'));
      for (let round = 0; round < 3; round += 1) {
        expect(await actors.requestOpening(claimId)).toMatchObject({
          openingId,
          posted: [{ mspId: 'ValleyHospitalMSP' }],
        });
      }
      await expect(
        actors.submitPartials(openingId, await lieOf(key, 'ValleyHospitalMSP')),
      ).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
      expect(await slots()).toBe(openedSlots);
      await actors.submitPartials(openingId, ofMembers(partials, 'InsurerMSP', 'RegulatorMSP'));
      const adjudicated = await actors.adjudicate(claimId, openingId, sum, partials);
      expect(adjudicated).toMatchObject({ status: 'ADJUDICATED', openingId });
    });

    test('gives no total that its recipient shifts as a member, not even while others are late', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[400_00], [350_00]]);
      const { claimId, sum } = claim;
      const honest = await actors.partialsOf(key, sum);
      const { openingId } = await actors.requestOpening(claimId);
      const own = honest.get('InsurerMSP') ?? [];
      // The share that it holds with the regulator alone, whose service is down. It wants 100.00.
      const lie = await Promise.all(
        own.map(async (one) =>
          one.shareId === 's2' ? await shifted(actors.engine.profile, one, 100_00 - 750_00) : one,
        ),
      );
      const posted = ofMembers(honest, 'ValleyHospitalMSP').set('InsurerMSP', lie);
      await actors.submitPartials(openingId, posted);
      const lying = await actors.engine.combineOpening({
        slots: SLOTS,
        ciphertext: sum,
        committee: key.committee,
        partials: eachOnce(posted),
      });
      expect(lying[0]).toBe(100_00);
      await expect(actors.adjudicate(claimId, openingId, sum, posted)).rejects.toMatchObject({
        code: 'ERR_OPENING_UNCONFIRMED',
      });
      // Asking again gives it no other try, and the other holder is heard.
      expect((await actors.requestOpening(claimId)).openingId).toBe(openingId);
      await expect(
        actors.submitPartials(openingId, ofMembers(honest, 'InsurerMSP')),
      ).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
      await actors.submitPartials(openingId, ofMembers(honest, 'RegulatorMSP'));
      await expect(actors.adjudicate(claimId, openingId, sum, posted)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      const { status } = await actors.evaluate(AUDITOR, 'getClaim', { claimId });
      expect(status).toBe('OPENING');
    });

    test('adjudicates its own claim alone', async () => {
      const { key, policyId } = setting();
      const [first, second] = [
        await actors.summedClaim(key, policyId, [[150_00]]),
        await actors.summedClaim(key, policyId, [[1_00]]),
      ];
      await actors.requestOpening(first.claimId);
      const { openingId } = await actors.requestOpening(second.claimId);
      const partials = await actors.partialsOf(key, second.sum);
      await actors.submitPartials(openingId, partials);
      await expect(
        actors.adjudicate(first.claimId, openingId, second.sum, partials),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('is asked for here, not at the contract of joint statistics', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[1]]);
      const { committee } = actors;
      const request = {
        evaluationId: `claims:${claim.claimId}`,
        recipients: ['CityHospitalMSP', 'InsurerMSP'],
      };
      await expect(
        committee.submit(['CityHospital', 'billing'], 'requestOpening', request),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await expect(
        committee.submit(officer('InsurerMSP'), 'evaluate', {
          evaluationId: 'claims:next',
          program: { name: 'sum.v1' },
          inputs: [{ kind: 'evaluation', id: `claims:${claim.claimId}` }],
          resultHash: '0'.repeat(64),
        }),
      ).rejects.toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
      // Refused before anything is computed, which would tell that the result is wrong.
      await expect(
        committee.submit(
          officer('InsurerMSP'),
          'evaluate',
          {
            evaluationId: actors.world.uniqueId('evaluation'),
            program: { name: 'sum.v1' },
            inputs: [{ kind: 'evaluation', id: `claims:${claim.claimId}` }],
            resultHash: '0'.repeat(64),
          },
          { transient: { 'ciphertext.0': claim.sum } },
        ),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });

    test('is of claims alone: figures have a chaincode of their own', async () => {
      const { key } = setting();
      const { committee } = actors;
      await expect(committee.propose({ purpose: 'statistics' })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
      const about = { purpose: 'statistics', measure: 'cost', period: '2026-Q1' };
      await expect(
        committee.submit(['CityHospital', 'billing'], 'registerCiphertext', {
          keyId: key.keyId,
          ciphertextHash: '0'.repeat(64),
          range: { least: 0, most: 1 },
          slots: 1,
          epoch: 0,
          proofHash: '0'.repeat(64),
          ...about,
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });

    test('is of no claim under another key than its amounts', async () => {
      const { key, policyId } = setting();
      const other = await actors.committee.makeKey();
      const ciphertexts = await actors.encrypt(other, [[1_00]]);
      const submit = (publicKey: Uint8Array) =>
        actors.submitClaim(key, policyId, ciphertexts, { publicKey });
      await expect(submit(other.publicKey)).rejects.toMatchObject({ code: 'ERR_HASH_MISMATCH' });
      await expect(submit(key.publicKey)).rejects.toMatchObject({ code: 'ERR_PROOF_INVALID' });
    });

    test('shows recipients nothing of slots that the policy does not use', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[150_00, 20_00, 3]]);
      const partials = await actors.partialsOf(key, claim.sum);
      const seen = await actors.engine.combineOpening({
        slots: profileOf(actors.engine.profile).degree,
        ciphertext: claim.sum,
        committee: key.committee,
        partials: eachOnce(partials),
      });
      expect(seen.slice(0, SLOTS)).toEqual([150_00, 20_00]);
      const hidden = seen.slice(SLOTS);
      expect(hidden).not.toContain(3);
      expect(hidden).not.toContain(0);
      expect((await actors.open(key, claim)).status).toBe('ADJUDICATED');
    });

    test('of amounts that no claim can have is recorded and adjudicated to nothing', async () => {
      const { key, policyId } = setting();
      // A hospital that lies keeps to no range, and its dental amounts come to less than nothing.
      const claim = await actors.summedClaim(key, policyId, [[1_000_00, -1]]);
      const { claimId } = claim;
      const adjudicated = await actors.open(key, claim);
      // Nobody but insurer and auditor learns that it was refused.
      expect(adjudicated).toMatchObject({ status: 'ADJUDICATED' });
      expect(JSON.stringify(adjudicated)).not.toContain('IMPLAUSIBLE');
      for (const as of [['Insurer', 'adjuster'] as const, AUDITOR]) {
        expect(await actors.adjudicationOf(as, claimId)).toMatchObject({
          claimedMinor: 0,
          payableMinor: 0,
          benefits: [
            { category: 'medical', reasons: ['IMPLAUSIBLE_TOTALS'] },
            { category: 'dental', reasons: ['IMPLAUSIBLE_TOTALS'] },
          ],
        });
      }
      // So it takes no place among the openings for which the insurer waits.
      const openingId = adjudicated.openingId ?? '';
      const opening = await actors.committee.evaluate(AUDITOR, 'getOpening', { openingId });
      expect(opening).toMatchObject({ status: 'RECORDED', liars: [] });
      await expect(actors.settle(claimId, hex())).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      // An honest hospital files another claim for the same service.
      const another = await actors.summedClaim(key, policyId, [[1_000_00]]);
      await actors.open(key, another);
      expect(await actors.adjudicationOf(AUDITOR, another.claimId)).toMatchObject({
        payableMinor: 500_00,
      });
    });
  });

  /** A partial opening of each share. */
  function eachOnce(partials: Partials) {
    return [...new Map([...partials.values()].flat().map((one) => [one.shareId, one])).values()];
  }

  /** What a member would answer for another ciphertext. */
  async function lieOf(key: Key, member: string) {
    const [other] = await actors.encrypt(key, [[7]]);
    return ofMembers(await actors.partialsOf(key, other ?? new Uint8Array()), member);
  }
}
