import type { AccessGrant } from '@salus/protocol';
import type { RequestAccessRequest } from '@salus/protocol/ehr';
import {
  CITY_PHYSICIAN,
  VALLEY_BILLING,
  VALLEY_PHYSICIAN,
  isoIn,
  refusal,
  tag,
  type Actors,
  type Person,
} from './actors.js';

/** What the patient denies stays closed, whatever else is granted. */
export function denyCases(actors: Actors): void {
  /** A record with a label, and a grant that opens it to Valley Hospital. */
  async function grantedRecord() {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet, { labelTags: [tag('R')] });
    const { grantId } = await actors.grantAccess(wallet, { purposes: undefined });
    return { wallet, record, grantId };
  }

  describe('a deny', () => {
    test.each<[string, Partial<AccessGrant>]>([
      ['of everybody', {}],
      ['of the organisation', { grantee: { mspId: 'ValleyHospitalMSP' } }],
      ['of the role', { grantee: { role: 'physician' } }],
      ['of the practitioner', { grantee: { practitioner: 'valley-physician-1' } }],
      ['of the label', { scope: { labelTags: [tag('HIV'), tag('R')] } }],
      ['of the category', { scope: { categoryTags: [tag('laboratory')] } }],
      ['of the purpose', { purposes: ['TREAT'] }],
    ])('%s overrides a grant, whichever came first', async (_what, terms) => {
      for (const denyFirst of [false, true]) {
        const wallet = await actors.registerPatient();
        const record = await actors.registerRecord(wallet, { labelTags: [tag('R')] });
        const denied = denyFirst ? await actors.denyAccess(wallet, terms) : undefined;
        await actors.grantAccess(wallet);
        const { grantId } = denied ?? (await actors.denyAccess(wallet, terms));
        expect(await actors.requestAccess(record)).toMatchObject({
          permitted: false,
          reason: 'DENIED_BY_PATIENT',
          grantId,
        });
      }
    });

    test.each<[string, Partial<AccessGrant>]>([
      ['of another organisation', { grantee: { mspId: 'InsurerMSP' } }],
      ['of another role', { grantee: { role: 'billing' } }],
      ['of another label', { scope: { labelTags: [tag('HIV')] } }],
      ['of another category', { scope: { categoryTags: [tag('imaging')] } }],
      ['of another purpose', { purposes: ['HRESCH'] }],
      ['that has ended', { notBefore: isoIn(-7200), notAfter: isoIn(-3600) }],
      ['to come', { notBefore: isoIn(3600), notAfter: isoIn(7200) }],
    ])('%s leaves a grant alone', async (_what, terms) => {
      const { wallet, record } = await grantedRecord();
      await actors.denyAccess(wallet, terms);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
    });

    test('that is withdrawn opens what was granted again', async () => {
      const { wallet, record, grantId } = await grantedRecord();
      const denied = await actors.denyAccess(wallet);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: false });
      await actors.withdraw(wallet, denied.grantId);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true, grantId });
    });

    test.each<[string, Partial<AccessGrant>, Person, Partial<RequestAccessRequest>, string]>([
      ['of everybody', {}, CITY_PHYSICIAN, {}, 'CUSTODIAN'],
      ['of a role', { grantee: { role: 'physician' } }, CITY_PHYSICIAN, {}, 'CUSTODIAN'],
      [
        'that names it',
        { grantee: { mspId: 'CityHospitalMSP' } },
        CITY_PHYSICIAN,
        {},
        'DENIED_BY_PATIENT',
      ],
      [
        'that names its physician',
        { grantee: { practitioner: 'city-physician-1' } },
        CITY_PHYSICIAN,
        {},
        'DENIED_BY_PATIENT',
      ],
      ['of everybody', {}, CITY_PHYSICIAN, { purpose: 'HRESCH' }, 'DENIED_BY_PATIENT'],
    ])('%s and the custodian', async (_what, terms, person, request, reason) => {
      const { wallet, record } = await grantedRecord();
      await actors.denyAccess(wallet, terms);
      expect(await actors.requestAccess(record, request, person)).toMatchObject({ reason });
    });

    test('of research closes trials too', async () => {
      const { wallet, record } = await grantedRecord();
      await actors.denyAccess(wallet, { purposes: ['HRESCH'] });
      for (const purpose of ['HRESCH', 'CLINTRCH'] as const) {
        expect(await actors.requestAccess(record, { purpose })).toMatchObject({
          permitted: false,
          reason: 'DENIED_BY_PATIENT',
        });
      }
    });

    test('overtakes a read that was endorsed before it', async () => {
      const { wallet, record } = await grantedRecord();
      const read = await actors.world.client(...VALLEY_PHYSICIAN).endorse('ehr', 'requestAccess', {
        args: [JSON.stringify(actors.accessRequest(record))],
        endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
      });
      await actors.denyAccess(wallet);
      await expect(read.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
    });
  });

  describe('labels', () => {
    test('a permit of labels opens labelled records that have no other', async () => {
      const wallet = await actors.registerPatient();
      await actors.grantAccess(wallet, { scope: { labelTags: [tag('N'), tag('L')].sort() } });
      for (const [labels, permitted] of [
        [[], false],
        [['N'], true],
        [['N', 'R'], false],
      ] as const) {
        const labelTags = labels.map(tag).sort();
        const record = await actors.registerRecord(wallet, { labelTags });
        expect(await actors.requestAccess(record)).toMatchObject({ permitted });
      }
    });
  });

  describe('obligations', () => {
    test('travel with the decision, and the grant with fewest is used', async () => {
      const { wallet, record, grantId } = await grantedRecord();
      await actors.grantAccess(wallet, { obligations: ['NORDSCLCD', 'DEID'] });
      expect(await actors.requestAccess(record)).toMatchObject({ grantId, obligations: [] });
      await actors.withdraw(wallet, grantId);
      const decision = await actors.requestAccess(record, {}, VALLEY_BILLING);
      expect(decision).toMatchObject({ permitted: true, obligations: ['DEID', 'NORDSCLCD'] });
    });
  });
}
