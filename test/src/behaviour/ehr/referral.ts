import { randomUUID } from 'node:crypto';
import type { AccessGrant } from '@salus/protocol';
import type { Referral, ReferRequest } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  VALLEY_BILLING,
  VALLEY_PHYSICIAN,
  VALLEY_REGISTRAR,
  isoIn,
  refusal,
  type Actors,
  type Person,
} from './actors.js';

/** City refers a patient to Valley, under the patient's grant; Valley's answer comes back. */
export function referralCases(actors: Actors): void {
  async function prepared(terms: Partial<AccessGrant> = {}) {
    const wallet = await actors.registerPatient();
    const [request, finding, other] = [
      await actors.registerRecord(wallet),
      await actors.registerRecord(wallet),
      await actors.registerRecord(wallet),
    ];
    const records = [request.recordId, finding.recordId];
    const { grantId } = await actors.grantAccess(wallet, { scope: { records }, ...terms });
    return { wallet, request, finding, other, grantId };
  }
  type Prepared = Awaited<ReturnType<typeof prepared>>;
  const refer = (
    { wallet, request, finding, grantId }: Prepared,
    more: Partial<ReferRequest> = {},
    as: Person = CITY_PHYSICIAN,
  ): Promise<Referral> =>
    actors.submit(as, 'refer', {
      pseudonym: wallet.pseudonym,
      referralId: actors.world.uniqueId('referral'),
      serviceRequest: request.recordId,
      to: { mspId: 'ValleyHospitalMSP' },
      records: [finding.recordId],
      grantId,
      priority: 'urgent',
      notAfter: isoIn(1800),
      ...more,
    });
  const refOf = ({ pseudonym, referralId }: Referral) => ({ pseudonym, referralId });
  const answer = async (
    { wallet }: Prepared,
    referral: Referral,
    as: Person = VALLEY_PHYSICIAN,
  ): Promise<Referral> => {
    const report = actors.record(wallet);
    await actors.submit(VALLEY_REGISTRAR, 'registerRecords', { records: [report] });
    const records = [report.recordId];
    return actors.submit(as, 'answerReferral', { ...refOf(referral), records });
  };

  describe('a referral', () => {
    test('hands over what is needed, and its answer comes back into the record', async () => {
      const ready = await prepared();
      const referral = await refer(ready);
      expect(referral).toMatchObject({ from: 'CityHospitalMSP', status: 'REQUESTED' });
      expect(await actors.requestAccess(ready.finding)).toMatchObject({ permitted: true });
      expect(await actors.requestAccess(ready.other)).toMatchObject({ permitted: false });
      const accepted = await actors.submit(VALLEY_PHYSICIAN, 'acceptReferral', refOf(referral));
      expect(accepted.status).toBe('ACCEPTED');
      const answered = await answer(ready, referral);
      expect(answered).toMatchObject({
        status: 'ANSWERED',
        answers: [{ records: [expect.any(String)] }],
      });
      const found = await actors.evaluate(ADJUSTER, 'getReferral', refOf(referral));
      expect(found).toEqual(answered);
    });

    test('is listed for the patient, and for whom it goes to', async () => {
      const ready = await prepared();
      const referral = await refer(ready);
      const { pseudonym } = ready.wallet;
      const own = await actors.evaluate(ADJUSTER, 'listReferrals', { pseudonym, pageSize: 10 });
      expect(own.results).toEqual([referral]);
      const seen: string[] = [];
      let bookmark = '';
      do {
        const page = await actors.evaluate(VALLEY_PHYSICIAN, 'listReferrals', {
          mspId: 'ValleyHospitalMSP',
          pageSize: 100,
          bookmark,
        });
        seen.push(...page.results.map(({ referralId }) => referralId));
        bookmark = page.bookmark;
      } while (bookmark !== '');
      expect(seen).toContain(referral.referralId);
    });

    test('stands in the audit trail', async () => {
      const ready = await prepared();
      const referral = await refer(ready);
      await actors.submit(VALLEY_PHYSICIAN, 'declineReferral', {
        ...refOf(referral),
        reason: 'NO_CAPACITY',
      });
      const { pseudonym } = ready.wallet;
      const trail = await actors.evaluate(ADJUSTER, 'auditTrail', { pseudonym, pageSize: 50 });
      const { referralId } = referral;
      expect(trail.results.slice(-2)).toMatchObject([
        { action: 'REFERRED', referralId },
        { action: 'REFERRAL_DECLINED', referralId },
      ]);
    });

    test.each<[string, Partial<AccessGrant>, string]>([
      ['to another organisation', { grantee: { mspId: 'InsurerMSP' } }, 'ERR_CONFLICT'],
      ['of another record', { scope: { records: ['another'] } }, 'ERR_CONFLICT'],
      ['for research', { purposes: ['HRESCH'] }, 'ERR_CONFLICT'],
      ['that ends before it', { notAfter: isoIn(900) }, 'ERR_CONFLICT'],
    ])('is not made under a grant %s', async (_what, terms, code) => {
      await expect(refer(await prepared(terms))).rejects.toMatchObject(refusal(code));
    });

    test('is not made without a grant, nor under a withdrawn one', async () => {
      const ready = await prepared();
      await expect(refer(ready, { grantId: randomUUID() })).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      await actors.withdraw(ready.wallet, ready.grantId);
      await expect(refer(ready)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });

    test('is made by a physician of the hospital that keeps the request', async () => {
      const ready = await prepared();
      for (const [person, code] of [
        [CITY_REGISTRAR, 'ERR_FORBIDDEN'],
        [ADJUSTER, 'ERR_FORBIDDEN'],
        [VALLEY_PHYSICIAN, 'ERR_CONFLICT'],
      ] as const) {
        await expect(refer(ready, {}, person)).rejects.toMatchObject(refusal(code));
      }
    });

    test('is made once', async () => {
      const ready = await prepared();
      const { referralId } = await refer(ready);
      await expect(refer(ready, { referralId })).rejects.toMatchObject(
        refusal('ERR_ALREADY_EXISTS'),
      );
    });

    test('is taken on by whom it goes to, in its turn', async () => {
      const ready = await prepared();
      const referral = await refer(ready, {
        to: { mspId: 'ValleyHospitalMSP', role: 'physician' },
      });
      for (const person of [CITY_PHYSICIAN, VALLEY_BILLING]) {
        await expect(
          actors.submit(person, 'acceptReferral', refOf(referral)),
        ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      }
      await expect(answer(ready, referral)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
      await actors.submit(VALLEY_PHYSICIAN, 'acceptReferral', refOf(referral));
      await expect(
        actors.submit(VALLEY_PHYSICIAN, 'acceptReferral', refOf(referral)),
      ).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });

    test('is answered with records of who answers', async () => {
      const ready = await prepared();
      const referral = await refer(ready);
      await actors.submit(VALLEY_PHYSICIAN, 'acceptReferral', refOf(referral));
      for (const [records, code] of [
        [[ready.other.recordId], 'ERR_CONFLICT'],
        [['none'], 'ERR_NOT_FOUND'],
      ] as const) {
        await expect(
          actors.submit(VALLEY_PHYSICIAN, 'answerReferral', {
            ...refOf(referral),
            records: [...records],
          }),
        ).rejects.toMatchObject(refusal(code));
      }
    });
  });
}
