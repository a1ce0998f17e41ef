import type { AccessGrant } from '@salus/protocol';
import type { OnwardTerms } from '@salus/protocol/ehr';
import {
  CITY_PHYSICIAN,
  PHARMACIST,
  VALLEY_BILLING,
  VALLEY_PHYSICIAN,
  VALLEY_REGISTRAR,
  VALLEY_STORE,
  isoIn,
  refusal,
  type Actors,
  type Person,
} from './actors.js';

/** A grantee shares on what the patient lets it, and no more. */
export function sharingCases(actors: Actors): void {
  /** A record, and a grant to Valley Hospital that may be shared. */
  async function shareable(terms: Partial<AccessGrant> = {}) {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const { grantId } = await actors.grantAccess(wallet, { onward: true, ...terms });
    return { wallet, record, grantId };
  }
  const share = (
    { wallet, grantId }: Awaited<ReturnType<typeof shareable>>,
    more: Partial<OnwardTerms> = {},
    as: Person = VALLEY_PHYSICIAN,
  ) =>
    actors.submit(as, 'shareOnward', {
      pseudonym: wallet.pseudonym,
      grantId,
      grantee: { mspId: 'PharmaMSP' },
      notAfter: isoIn(1800),
      ...more,
    });

  describe('onward sharing', () => {
    test('opens what was granted to another organisation, with its obligations', async () => {
      const granted = await shareable({ obligations: ['NOREUSE'] });
      const { pseudonym } = granted.wallet;
      expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
        permitted: false,
        reason: 'NO_GRANT',
      });
      const { shareId } = await share(granted);
      const { grantId } = granted;
      expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
        permitted: true,
        reason: 'GRANT',
        grantId,
        shareId,
        obligations: ['NOREUSE'],
      });
      const found = await actors.evaluate(PHARMACIST, 'getShare', { pseudonym, grantId: shareId });
      expect(found).toMatchObject({ shareId, grantId, grantee: { mspId: 'PharmaMSP' } });
    });

    test('is not for grants that do not allow it, nor for others than the grantee', async () => {
      await expect(share(await shareable({ onward: false }))).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
      await expect(share(await shareable(), {}, CITY_PHYSICIAN)).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
      const toRole = { grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' } };
      await expect(share(await shareable(toRole), {}, VALLEY_REGISTRAR)).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('stays within the grant', async () => {
      const granted = await shareable();
      const other = await actors.registerRecord(granted.wallet);
      const scope = { records: [granted.record.recordId] };
      const { grantId } = await actors.grantAccess(granted.wallet, { onward: true, scope });
      const records = [other.recordId];
      await expect(share({ ...granted, grantId }, { records })).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
      await expect(share(granted, { records: ['r-0'] })).rejects.toMatchObject(
        refusal('ERR_NOT_FOUND'),
      );
      await expect(share(await shareable(), { notAfter: isoIn(7200) })).rejects.toMatchObject(
        refusal('ERR_CONFLICT'),
      );
    });

    test('a shared record is not shared again by its receiver', async () => {
      const granted = await shareable();
      const { shareId } = await share(granted);
      await expect(
        share({ ...granted, grantId: shareId }, { grantee: { mspId: 'InsurerMSP' } }, PHARMACIST),
      ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
      await expect(
        share(granted, { grantee: { mspId: 'InsurerMSP' } }, PHARMACIST),
      ).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
    });

    test('ends with the grant, and by itself', async () => {
      const granted = await shareable();
      await share(granted);
      await actors.withdraw(granted.wallet, granted.grantId);
      expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
        permitted: false,
        reason: 'WITHDRAWN',
      });
      const other = await shareable();
      const { shareId } = await share(other);
      await actors.withdraw(other.wallet, shareId);
      expect(await actors.requestAccess(other.record, {}, PHARMACIST)).toMatchObject({
        permitted: false,
        reason: 'WITHDRAWN',
      });
      expect(await actors.requestAccess(other.record)).toMatchObject({ permitted: true });
    });

    test('falls with a deny of who shared', async () => {
      const granted = await shareable();
      await share(granted);
      await actors.denyAccess(granted.wallet, { grantee: { mspId: 'ValleyHospitalMSP' } });
      expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
        permitted: false,
        reason: 'SHARER_DENIED',
      });
    });

    test.each<[string, Partial<AccessGrant>]>([
      ['by name', { grantee: { practitioner: 'valley-physician-1' } }],
      ['by role', { grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' } }],
    ])(
      'is judged by who shared: who is denied %s shares nothing, before or after',
      async (_how, terms) => {
        const granted = await shareable();
        const { shareId } = await share(granted);
        const { pseudonym } = granted.wallet;
        const asked = { pseudonym, grantId: shareId };
        expect(await actors.evaluate(PHARMACIST, 'getShare', asked)).toMatchObject({
          sharedBy: { mspId: 'ValleyHospitalMSP', practitioner: 'valley-physician-1' },
        });
        await actors.denyAccess(granted.wallet, terms);
        expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
          permitted: false,
          reason: 'SHARER_DENIED',
        });
        await expect(share(granted)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
        // Somebody else of the grantee's, whom the patient does not deny, still shares on.
        await share(granted, {}, VALLEY_BILLING);
        expect(await actors.requestAccess(granted.record, {}, PHARMACIST)).toMatchObject({
          permitted: true,
        });
      },
    );

    test('is for roles that read: a store shares nothing on', async () => {
      await expect(share(await shareable(), {}, VALLEY_STORE)).rejects.toMatchObject(
        refusal('ERR_FORBIDDEN'),
      );
    });

    test('names no record that is denied to who shares', async () => {
      const granted = await shareable();
      const open = await actors.registerRecord(granted.wallet);
      const scope = { records: [granted.record.recordId] };
      await actors.denyAccess(granted.wallet, { grantee: { role: 'physician' }, scope });
      await expect(share(granted, scope)).rejects.toMatchObject(refusal('ERR_FORBIDDEN'));
      await share(granted, { records: [open.recordId] });
      expect(await actors.requestAccess(open, {}, PHARMACIST)).toMatchObject({ permitted: true });
    });

    test('uses up what the grant may be used', async () => {
      const granted = await shareable({ maxUses: 1 });
      await share(granted);
      await actors.requestAccess(granted.record, {}, PHARMACIST);
      expect(await actors.requestAccess(granted.record)).toMatchObject({ reason: 'USES_SPENT' });
    });

    test('a grant is shared on a limited number of times', async () => {
      const granted = await shareable();
      for (let count = 0; count < 20; count++) await share(granted);
      await expect(share(granted)).rejects.toMatchObject(refusal('ERR_CONFLICT'));
    });
  });
}
