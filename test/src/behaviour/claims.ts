import { randomBytes } from 'node:crypto';
import { canonicalJson, sha256Hex } from '@salus/chaincode-common';
import { createEngine } from '@salus/compute';
import type { ContractWorld } from '../contract-world.js';
import {
  Actors,
  BENEFITS,
  ENTITLED,
  member,
  numbered,
  PROFILE,
  THRESHOLD,
  type Key,
} from './claims-actors.js';

/** What the claims contract does, on whatever ledger: key ceremony, claims, openings, payment. */
export function describeClaims(world: ContractWorld): void {
  describe('claims on encrypted amounts', () => {
    const engine = createEngine();
    const actors = new Actors(world, engine);
    let key: Key;
    let policyId: string;
    beforeAll(async () => {
      key = await actors.makeKey();
      policyId = await actors.createPolicy();
    });
    afterAll(async () => {
      await engine.close();
    });

    ceremonyCases(actors, () => key);
    claimCases(actors, () => ({ key, policyId }));
    openingCases(actors, () => ({ key, policyId }));
    settlementCases(actors, () => ({ key, policyId }));
  });
}

type Setting = () => { readonly key: Key; readonly policyId: string };
const hex = () => randomBytes(32).toString('hex');

function ceremonyCases(actors: Actors, keyOf: () => Key): void {
  describe('the key ceremony', () => {
    test('ends with the key that anybody can recompute', async () => {
      const { keyId, publicKey } = keyOf();
      const onLedger = await actors.evaluate(['CityHospital', 'billing'], 'getKey', { keyId });
      expect(onLedger).toMatchObject({ status: 'ACTIVE', publicKeyHash: sha256Hex(publicKey) });
      expect(onLedger.members.map(({ mspId }) => mspId)).toEqual(THRESHOLD);
    });

    test('takes no contribution before every member has committed', async () => {
      const { keyId, shares } = await actors.propose();
      const [first, second] = shares;
      for (const [index, share] of [first, second].entries()) {
        const request = { keyId, commitment: share?.commitment ?? '' };
        await actors.submit(member(index), 'commitContribution', request);
      }
      const revealed = actors.reveal(keyId, 0, first?.contribution.bytes ?? new Uint8Array());
      await expect(revealed).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('takes no contribution that was not committed to, and ends only when complete', async () => {
      const { keyId, shares } = await actors.propose();
      await actors.commitAll(keyId, shares);
      const contributions = shares.map((share) => share.contribution.bytes);
      const [first, second, third] = contributions as [Uint8Array, Uint8Array, Uint8Array];
      await expect(actors.reveal(keyId, 0, second)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await actors.reveal(keyId, 0, first);
      await actors.reveal(keyId, 1, second);
      const finalise = (all: readonly Uint8Array[]) =>
        actors.submit(
          member(0),
          'finaliseKey',
          { keyId },
          { transient: numbered('contribution', all) },
        );
      await expect(finalise(contributions)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      await actors.reveal(keyId, 2, third);
      await expect(finalise([second, first, third])).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
    });

    test('has no room for a fourth contributor, nor for a second commitment', async () => {
      const { keyId, shares } = await actors.propose();
      const request = { keyId, commitment: shares[0]?.commitment ?? '' };
      await expect(
        actors.submit(['CityHospital', 'committee'], 'commitContribution', request),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await actors.submit(member(0), 'commitContribution', request);
      await expect(
        actors.submit(member(0), 'commitContribution', { keyId, commitment: hex() }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('is proposed by a member, for three organisations, under a known profile', async () => {
      const proposal = {
        keyId: actors.world.uniqueId('key'),
        profile: PROFILE,
        members: THRESHOLD,
        aSeed: hex(),
      };
      const propose = (organisation: string, change: object) =>
        actors.submit([organisation, 'committee'], 'proposeKey', { ...proposal, ...change });
      await expect(propose('CityHospital', {})).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      const twice = ['InsurerMSP', 'InsurerMSP', 'RegulatorMSP'];
      await expect(propose('Insurer', { members: twice })).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
      });
      await expect(propose('Insurer', { profile: 'none' })).rejects.toMatchObject({
        code: 'ERR_PROFILE_UNKNOWN',
      });
    });
  });
}

function claimCases(actors: Actors, setting: Setting): void {
  describe('a claim', () => {
    test('names no amount and no date, and is summed by every endorser', async () => {
      const { key, policyId } = setting();
      const { claimId, sum } = await actors.summedClaim(key, policyId, [[10_00], [0, 5_00]]);
      const claim = await actors.evaluate(['Pharma', 'manufacturer'], 'getClaim', { claimId });
      expect(claim).toMatchObject({ status: 'SUMMED', resultHash: sha256Hex(sum) });
      expect(JSON.stringify(claim)).not.toContain('2026-03-14');
    });

    test('needs ciphertexts that are what their hashes say, and that are ciphertexts', async () => {
      const { key, policyId } = setting();
      const [one, two] = (await actors.encrypt(key, [[1], [2]])) as [Uint8Array, Uint8Array];
      const swapped = { hashes: [sha256Hex(two), sha256Hex(one)] };
      await expect(actors.submitClaim(key, policyId, [one, two], swapped)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      const transparent = Uint8Array.from(one).fill(0, one.length / 2);
      for (const bad of [one.subarray(1), Buffer.concat([one, two]), transparent]) {
        await expect(actors.submitClaim(key, policyId, [bad])).rejects.toMatchObject({
          code: 'ERR_CIPHERTEXT_INVALID',
        });
      }
    });

    test('takes no ciphertext that has entered another claim', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await actors.submitClaim(key, policyId, ciphertexts);
      await expect(actors.submitClaim(key, policyId, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('needs a policy that covers the date and a key that is active', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      await expect(
        actors.submitClaim(key, policyId, ciphertexts, { serviceDate: '2025-12-31' }),
      ).rejects.toMatchObject({ code: 'ERR_NOT_COVERED' });
      await expect(actors.submitClaim(key, 'no-such-policy', ciphertexts)).rejects.toMatchObject({
        code: 'ERR_NOT_FOUND',
      });
      const { keyId } = await actors.propose();
      await expect(actors.submitClaim({ keyId }, policyId, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('is endorsed with no result but the sum of its lines, from its provider, once', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1], [2]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      const { hash } = await actors.engine.sum(ciphertexts);
      const sum = (as: [string, string], resultHash: string, inputs: readonly Uint8Array[]) =>
        actors.submit(
          as,
          'sumClaim',
          { claimId, resultHash },
          { transient: numbered('ciphertext', inputs) },
        );
      const billing: [string, string] = ['CityHospital', 'billing'];
      const other = sha256Hex(ciphertexts[0] ?? new Uint8Array());
      await expect(sum(billing, other, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_RESULT_MISMATCH',
      });
      await expect(sum(billing, hash, ciphertexts.toReversed())).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(sum(['ValleyHospital', 'billing'], hash, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
      });
      await sum(billing, hash, ciphertexts);
      await expect(sum(billing, hash, ciphertexts)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
    });

    test('is submitted by billing staff under a policy that an adjuster wrote', async () => {
      const { policyId } = setting();
      const policy = await actors.evaluate(['Insurer', 'adjuster'], 'getPolicy', { policyId });
      expect(policy).toMatchObject({ insurer: 'InsurerMSP', benefits: BENEFITS });
      const request = { ...policy, insurer: undefined, createdAt: undefined };
      await expect(
        actors.submit(['CityHospital', 'billing'], 'createPolicy', {
          ...request,
          policyId: actors.world.uniqueId('policy'),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
      await expect(
        actors.submit(['Insurer', 'adjuster'], 'createPolicy', request),
      ).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
    });
  });
}

function openingCases(actors: Actors, setting: Setting): void {
  describe('an opening', () => {
    test('is denied, on record, to whoever is not entitled; nobody answers it', async () => {
      const { key, policyId } = setting();
      const { claimId } = await actors.summedClaim(key, policyId, [[1]]);
      const ask = (as: [string, string], recipients: string[]) =>
        actors.submit(as, 'requestOpening', {
          claimId,
          openingId: actors.world.uniqueId('opening'),
          recipients,
        });
      const denied = await ask(['CityHospital', 'billing'], ['CityHospitalMSP']);
      expect(denied).toMatchObject({ permitted: false, reason: 'REQUESTER_NOT_ENTITLED' });
      expect(await ask(['Insurer', 'adjuster'], ['InsurerMSP'])).toMatchObject({
        permitted: false,
        reason: 'RECIPIENTS_NOT_ENTITLED',
      });
      const { openingId } = denied;
      const recorded = await actors.evaluate(['Regulator', 'auditor'], 'getOpening', { openingId });
      expect(recorded).toEqual(denied);
      await expect(
        actors.submit(member(0), 'submitPartial', { openingId, partialHash: hex() }),
      ).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('waits for the sum', async () => {
      const { key, policyId } = setting();
      const ciphertexts = await actors.encrypt(key, [[1]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      expect(await actors.requestOpening(claimId)).toMatchObject({ reason: 'CLAIM_NOT_SUMMED' });
    });

    test('needs every member, gets nowhere with a wrong answer, and may be asked for again', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[150_00]]);
      const { claimId, sum } = claim;
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, partials.slice(0, 2));
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
      await expect(
        actors.submit(['CityHospital', 'committee'], 'submitPartial', {
          openingId,
          partialHash: hex(),
        }),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });

      const [wrong] = await actors.partialsOf(key, claim.ciphertexts[0] ?? sum);
      const foreign = await actors.partialsOf(key, (await actors.encrypt(key, [[7]]))[0] ?? sum);
      expect(wrong).toEqual(partials[0]);
      const lie = foreign[2] ?? sum;
      await actors.submit(member(2), 'submitPartial', { openingId, partialHash: sha256Hex(lie) });
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_HASH_MISMATCH',
      });
      await expect(
        actors.adjudicate(claimId, openingId, sum, partials.with(2, lie)),
      ).rejects.toMatchObject({ code: 'ERR_PARTIAL_INVALID' });

      const adjudicated = await actors.open(key, claim);
      expect(adjudicated.status).toBe('ADJUDICATED');
      await expect(actors.adjudicate(claimId, openingId, sum, partials)).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('of a claim under another key opens nothing', async () => {
      const { key, policyId } = setting();
      const other = await actors.makeKey();
      const ciphertexts = await actors.encrypt(other, [[1_00]]);
      const { claimId } = await actors.submitClaim(key, policyId, ciphertexts);
      const sum = await actors.sumClaim(claimId, ciphertexts);
      await expect(actors.open(key, { claimId, ciphertexts, sum })).rejects.toMatchObject({
        code: 'ERR_PARTIAL_INVALID',
      });
    });

    test('of amounts in slots that the policy does not know adjudicates nothing', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [[1, 2, 3]]);
      await expect(actors.open(key, claim)).rejects.toMatchObject({
        code: 'ERR_OPENED_TOTALS_INVALID',
      });
    });
  });
}

function settlementCases(actors: Actors, setting: Setting): void {
  describe('adjudication and settlement', () => {
    test('pay what the policy says of the totals, shown to insurer and auditor only', async () => {
      const { key, policyId } = setting();
      const claim = await actors.summedClaim(key, policyId, [
        [600_00, 0],
        [400_00, 50_01],
      ]);
      const adjudicated = await actors.open(key, claim);
      expect(JSON.stringify(adjudicated)).not.toMatch(/Minor|salt/);
      const { claimId } = claim;
      const seen = await actors.adjudicationOf(['Insurer', 'adjuster'], claimId);
      expect(seen).toMatchObject({
        claimedMinor: 1_050_01,
        payableMinor: 525_00,
        patientMinor: 525_01,
        benefits: [
          {
            category: 'medical',
            overCapMinor: 220_00,
            reasons: ['DEDUCTIBLE', 'COINSURANCE', 'CAP'],
          },
          { category: 'dental', coinsuranceMinor: 25_01, reasons: ['COINSURANCE'] },
        ],
      });
      expect(sha256Hex(canonicalJson(seen))).toBe(adjudicated.adjudicationHash);
      expect(await actors.adjudicationOf(['Regulator', 'auditor'], claimId)).toEqual(seen);
      await expect(actors.adjudicationOf(['CityHospital', 'billing'], claimId)).rejects.toThrow();

      const payment = hex();
      expect(await actors.settle(claimId, payment)).toMatchObject({
        status: 'SETTLED',
        paymentReferenceHash: payment,
      });
      await expect(actors.settle(claimId, hex())).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    });

    test('need the endorsement of insurer and auditor both', async () => {
      const { key, policyId } = setting();
      const { claimId, sum } = await actors.summedClaim(key, policyId, [[150_00]]);
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, partials);
      await expect(
        actors.adjudicate(claimId, openingId, sum, partials, ['InsurerMSP']),
      ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
      await actors.adjudicate(claimId, openingId, sum, partials, ENTITLED);
    });

    test('are once only: no second opening, no payment for two claims, none for nothing', async () => {
      const { key, policyId } = setting();
      const [first, second, nothing] = [
        await actors.summedClaim(key, policyId, [[150_00]]),
        await actors.summedClaim(key, policyId, [[150_00]]),
        await actors.summedClaim(key, policyId, [[50_00]]),
      ];
      for (const claim of [first, second, nothing]) await actors.open(key, claim);
      expect(await actors.requestOpening(first.claimId)).toMatchObject({
        reason: 'ALREADY_OPENED',
      });
      const payment = hex();
      await actors.settle(first.claimId, payment);
      await expect(actors.settle(second.claimId, payment)).rejects.toMatchObject({
        code: 'ERR_ALREADY_EXISTS',
      });
      await expect(actors.settle(nothing.claimId, hex())).rejects.toMatchObject({
        code: 'ERR_CONFLICT',
      });
    });

    test('are steps of the entitled organisations staff', async () => {
      const { key, policyId } = setting();
      const { claimId, sum } = await actors.summedClaim(key, policyId, [[150_00]]);
      const { openingId } = await actors.requestOpening(claimId);
      const partials = await actors.partialsOf(key, sum);
      await actors.submitPartials(openingId, partials);
      const transient = { result: sum, salt: Buffer.from(hex()), ...numbered('partial', partials) };
      const options = { transient, endorsers: ENTITLED };
      const request = { claimId, openingId };
      for (const outsider of [
        ['CityHospital', 'billing'],
        ['Insurer', 'store'],
      ] as const) {
        await expect(actors.submit(outsider, 'adjudicate', request, options)).rejects.toMatchObject(
          { code: 'ERR_FORBIDDEN' },
        );
      }
      const adjudicated = await actors.submit(
        ['Regulator', 'auditor'],
        'adjudicate',
        request,
        options,
      );
      expect(adjudicated.status).toBe('ADJUDICATED');
      await expect(
        actors.submit(
          ['Regulator', 'auditor'],
          'settle',
          { claimId, paymentReferenceHash: hex() },
          { endorsers: ENTITLED },
        ),
      ).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });
  });
}
