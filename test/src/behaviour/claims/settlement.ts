import { canonicalJson, sha256Hex } from '@salus/protocol';
import { transientPartials } from '../computation/committee.js';
import { ENTITLED, hex, type Actors, type Setting } from './actors.js';

export function settlementCases(actors: Actors, setting: Setting): void {
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
      for (const as of [
        ['Insurer', 'store'],
        ['Regulator', 'privacy-officer'],
      ] as const) {
        await expect(actors.adjudicationOf(as, claimId)).rejects.toMatchObject({
          code: 'ERR_FORBIDDEN',
        });
      }

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
      const given = transientPartials([...partials.values()].flat());
      const transient = { result: sum, salt: Buffer.from(hex()), ...given };
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
