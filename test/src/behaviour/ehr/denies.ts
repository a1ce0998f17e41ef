import type { AccessGrant, PurposeOfUse, RequestedPurpose } from '@salus/protocol';
import type { RecordAnchor, RequestAccessRequest } from '@salus/protocol/ehr';
import {
  CITY_PHYSICIAN,
  VALLEY_BILLING,
  VALLEY_PHYSICIAN,
  isoIn,
  refusal,
  tag,
  type Actors,
  type Person,
  type RecordRef,
  type Wallet,
} from './actors.js';
import { PatientActors } from './patient-actors.js';

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

  describe('a deny of purposes', () => {
    test.each<[PurposeOfUse, RequestedPurpose]>([
      ['TREAT', 'ETREAT'],
      ['HOPERAT', 'CAREMGT'],
      ['HPAYMT', 'COVERAGE'],
      ['PATRQT', 'FAMRQT'],
    ])('of %s closes %s too', async (denied, purpose) => {
      const { wallet, record } = await grantedRecord();
      await actors.denyAccess(wallet, { purposes: [denied] });
      expect(await actors.requestAccess(record, { purpose })).toMatchObject({
        permitted: false,
        reason: 'DENIED_BY_PATIENT',
      });
    });
  });

  describe('a record that is amended', () => {
    /** Three versions, of which the middle one is labelled. */
    async function versions(wallet: Wallet) {
      const first = await actors.registerRecord(wallet);
      const second = await actors.registerRecord(wallet, {
        ...{ amends: first.recordId, version: 2, labelTags: [tag('PSY')] },
      });
      const third = await actors.registerRecord(wallet, { amends: second.recordId, version: 3 });
      return [first, second, third] as const;
    }
    const closed = { permitted: false, reason: 'DENIED_BY_PATIENT' };

    test('stays closed in every version by a deny of any', async () => {
      for (const denied of [0, 1, 2] as const) {
        const wallet = await actors.registerPatient();
        const all = await versions(wallet);
        await actors.grantAccess(wallet);
        await actors.denyAccess(wallet, { scope: { records: [all[denied].recordId] } });
        for (const version of all)
          expect(await actors.requestAccess(version)).toMatchObject(closed);
      }
    });

    test('stays closed where the next version comes after the deny', async () => {
      const { wallet, record } = await grantedRecord();
      await actors.denyAccess(wallet, { scope: { records: [record.recordId] } });
      const next = await actors.registerRecord(wallet, { amends: record.recordId, version: 2 });
      expect(await actors.requestAccess(next)).toMatchObject(closed);
      expect(await actors.requestAccess(record)).toMatchObject(closed);
    });

    test('is closed in earlier versions by the label of a later one, not the other way round', async () => {
      const wallet = await actors.registerPatient();
      const [first, second, third] = await versions(wallet);
      await actors.grantAccess(wallet);
      await actors.denyAccess(wallet, { scope: { labelTags: [tag('PSY')] } });
      for (const version of [first, second]) {
        expect(await actors.requestAccess(version)).toMatchObject(closed);
      }
      expect(await actors.requestAccess(third)).toMatchObject({ permitted: true });
    });

    test('opens in later versions by a permit of an earlier one, so that a correction shows', async () => {
      const wallet = await actors.registerPatient();
      const [first, second, third] = await versions(wallet);
      await actors.grantAccess(wallet, { scope: { records: [second.recordId] } });
      expect(await actors.requestAccess(first)).toMatchObject({ reason: 'RECORD_NOT_COVERED' });
      for (const version of [second, third]) {
        expect(await actors.requestAccess(version)).toMatchObject({ permitted: true });
      }
    });

    test('tells its versions', async () => {
      const wallet = await actors.registerPatient();
      const { pseudonym } = wallet;
      const [first, second, third] = await versions(wallet);
      const of = ({ recordId }: RecordRef) =>
        actors.evaluate(CITY_PHYSICIAN, 'recordVersions', { pseudonym, recordId });
      const labelled = ({ recordId, categoryTag, labelTags }: RecordAnchor) => ({
        ...{ recordId, categoryTag, labelTags },
      });
      expect(await of(second)).toEqual({ earlier: [first.recordId], later: [labelled(third)] });
      expect(await of(first)).toEqual({ earlier: [], later: [second, third].map(labelled) });
      const alone = await actors.registerRecord(wallet);
      expect(await of(alone)).toEqual({ earlier: [], later: [] });
      const { series } = await actors.evaluate(CITY_PHYSICIAN, 'getRecord', {
        ...{ pseudonym, recordId: third.recordId },
      });
      expect(series).toBe(first.recordId);
    });
  });

  describe('delegates', () => {
    const patients = new PatientActors(actors);

    test('are bound by what the patient denies', async () => {
      const wallet = await actors.registerPatient();
      const record = await actors.registerRecord(wallet, { labelTags: [tag('SEX')] });
      const parent = await patients.addDelegate(wallet);
      expect(await actors.requestAsPatient(parent, record)).toMatchObject({ reason: 'SUBJECT' });
      const scope = { labelTags: [tag('SEX')] };
      // By name of who acts for the patient: nobody else is denied.
      const grantee = { patient: wallet.pseudonym };
      const { grantId } = await actors.denyAccess(wallet, { grantee, scope });
      expect(await actors.requestAsPatient(parent, record)).toMatchObject({
        permitted: false,
        reason: 'DENIED_BY_PATIENT',
        grantId,
      });
      expect(await actors.requestAsPatient(wallet, record)).toMatchObject({ reason: 'SUBJECT' });
      await actors.grantAccess(wallet);
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
      await expect(actors.withdraw(parent, grantId)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
    });

    test('grant by the very delegation that they signed under', async () => {
      const wallet = await actors.registerPatient();
      const spare = await patients.addKey(wallet);
      const laboratory = await actors.registerRecord(wallet);
      const imaging = await actors.registerRecord(wallet, { categoryTag: tag('imaging') });
      const narrow = await patients.addDelegate(wallet, { categoryTags: [tag('laboratory')] });
      const kept = await actors.grantAccess(narrow);
      expect(kept.delegateId).toBe(narrow.delegateId);
      const lostSince = new Date().toISOString();
      // Who has the patient's key widens the delegation of the same carer.
      const wide = await patients.addDelegate(wallet, { jwk: narrow.jwk });
      const scope = { categoryTags: [tag('imaging')] };
      const taken = await actors.grantAccess(narrow, { scope });
      expect(taken.delegateId).toBe(wide.delegateId);
      expect(await actors.requestAccess(imaging)).toMatchObject({ permitted: true });
      await patients.endKey(spare, wallet, 'LOST', lostSince);
      expect(await actors.requestAccess(imaging)).toMatchObject({ reason: 'KEY_LOST' });
      expect(await actors.requestAccess(laboratory)).toMatchObject({ permitted: true });
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
