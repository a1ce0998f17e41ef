import type { AccessGrant } from '@salus/protocol';
import type { DenialReason, RequestAccessRequest } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_PHYSICIAN,
  isoIn,
  refOf,
  refusal,
  tag,
  VALLEY_PHYSICIAN,
  VALLEY_REGISTRAR,
  type Actors,
} from './actors.js';

/** Every read is decided and logged. */
export function accessCases(actors: Actors): void {
  describe('access', () => {
    permitCases(actors);
    denialCases(actors);
    countedCases(actors);
    auditCases(actors);
  });
}

function permitCases(actors: Actors): void {
  test('a grant opens a record for five minutes', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const { recordId, contentHash } = record;
    const { grantId } = await actors.grantAccess(wallet);
    const decision = await actors.requestAccess(record);
    expect(decision).toMatchObject({
      permitted: true,
      reason: 'GRANT',
      grantId,
      recordId,
      contentHash,
      custodian: 'CityHospitalMSP',
      pseudonym: wallet.pseudonym,
      purpose: 'TREAT',
      requester: { mspId: 'ValleyHospitalMSP', practitioner: 'valley-physician-1' },
    });
    expect(Date.parse(decision.expiresAt) - Date.parse(decision.decidedAt)).toBe(300_000);
    expect(await actors.evaluate(ADJUSTER, 'getDecision', refOf(decision))).toEqual(decision);
  });

  test('a grant opens later records of its scope', async () => {
    const wallet = await actors.registerPatient();
    await actors.grantAccess(wallet);
    const record = await actors.registerRecord(wallet);
    expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
  });

  test('the custodian reads its own record by a logged decision', async () => {
    const record = await actors.registerRecord(await actors.registerPatient());
    const decision = await actors.requestAccess(record, {}, CITY_PHYSICIAN);
    expect(decision).toMatchObject({ permitted: true, reason: 'CUSTODIAN' });
  });

  test('a withdrawn grant no longer opens records', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const { grantId } = await actors.grantAccess(wallet);
    expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
    const statement = await actors.withdrawal(wallet, grantId);
    await actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', { statement });
    expect(await actors.requestAccess(record)).toMatchObject({
      permitted: false,
      reason: 'WITHDRAWN',
    });
  });

  test('a withdrawal overtakes a read that was endorsed before it', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const { grantId } = await actors.grantAccess(wallet);
    const client = actors.world.client(...VALLEY_PHYSICIAN);
    const read = await client.endorse('ehr', 'requestAccess', {
      args: [JSON.stringify(actors.accessRequest(record))],
      endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
    });
    const statement = await actors.withdrawal(wallet, grantId);
    await actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', { statement });
    await expect(read.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
  });
}

function denialCases(actors: Actors): void {
  test('a record that nobody registered is denied, on the ledger', async () => {
    const { pseudonym } = await actors.registerPatient();
    const recordId = actors.world.uniqueId('none');
    const decision = await actors.requestAccess({ pseudonym, recordId });
    expect(await actors.evaluate(ADJUSTER, 'getDecision', refOf(decision))).toMatchObject({
      permitted: false,
      reason: 'UNKNOWN_RECORD',
    });
  });

  test.each<[DenialReason, Partial<AccessGrant>, Partial<RequestAccessRequest>]>([
    ['NO_GRANT', { grantee: { mspId: 'InsurerMSP' } }, {}],
    ['RECORD_NOT_COVERED', { scope: { records: ['another'] } }, {}],
    ['LABEL_NOT_COVERED', { scope: { labelTags: [tag('N')] } }, {}],
    ['CATEGORY_NOT_COVERED', { scope: { categoryTags: [tag('imaging')] } }, {}],
    ['ROLE_NOT_COVERED', { grantee: { mspId: 'ValleyHospitalMSP', role: 'billing' } }, {}],
    [
      'PRACTITIONER_NOT_COVERED',
      { grantee: { mspId: 'ValleyHospitalMSP', practitioner: 'another' } },
      {},
    ],
    ['PURPOSE_NOT_COVERED', {}, { purpose: 'HRESCH' }],
    ['EXPIRED', { notBefore: isoIn(-7200), notAfter: isoIn(-3600) }, {}],
    ['NOT_YET_VALID', { notBefore: isoIn(3600), notAfter: isoIn(7200) }, {}],
  ])('%s is a reason of its own', async (reason, terms, request) => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet, { labelTags: [tag('R')] });
    await actors.grantAccess(wallet, terms);
    const decision = await actors.requestAccess(record, request);
    expect(decision).toMatchObject({ permitted: false, reason });
  });

  test("one patient's grant does not open another's record", async () => {
    await actors.grantAccess(await actors.registerPatient());
    const record = await actors.registerRecord(await actors.registerPatient());
    expect(await actors.requestAccess(record)).toMatchObject({ reason: 'NO_GRANT' });
  });
}

function countedCases(actors: Actors): void {
  test('a counted grant opens as often as it says', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    await actors.grantAccess(wallet, { maxUses: 2 });
    const reasons: string[] = [];
    for (let use = 0; use < 3; use++) {
      reasons.push((await actors.requestAccess(record)).reason);
    }
    expect(reasons).toEqual(['GRANT', 'GRANT', 'USES_SPENT']);
  });

  test('uses at the same time do not exceed the limit', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    await actors.grantAccess(wallet, { maxUses: 1 });
    const client = actors.world.client(...VALLEY_PHYSICIAN);
    const options = {
      args: [JSON.stringify(actors.accessRequest(record))],
      endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
    };
    const first = await client.endorse('ehr', 'requestAccess', options);
    const second = await client.endorse('ehr', 'requestAccess', options);
    await first.commit();
    await expect(second.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
  });
}

function auditCases(actors: Actors): void {
  test('the audit trail tells in order what happened to a patient', async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    await actors.requestAccess(record);
    const { grantId } = await actors.grantAccess(wallet);
    await actors.requestAccess(record);
    const statement = await actors.withdrawal(wallet, grantId);
    await actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', { statement });
    const { pseudonym } = wallet;
    const trail = await actors.evaluate(ADJUSTER, 'auditTrail', { pseudonym, pageSize: 50 });
    expect(
      trail.results.map(({ action, permitted, grantId: grant }) => ({ action, permitted, grant })),
    ).toEqual([
      { action: 'PATIENT_REGISTERED' },
      { action: 'ACCESS_DECIDED', permitted: false },
      { action: 'GRANTED', grant: grantId },
      { action: 'ACCESS_DECIDED', permitted: true, grant: grantId },
      { action: 'WITHDRAWN', grant: grantId },
    ]);
    // However the pages are cut, they are the same lines.
    for (const pageSize of [1, 2, 3]) {
      const lines: unknown[] = [];
      let bookmark = '';
      do {
        const request = { pseudonym, pageSize, bookmark };
        const page = await actors.evaluate(ADJUSTER, 'auditTrail', request);
        lines.push(...page.results);
        bookmark = page.bookmark;
      } while (bookmark !== '');
      expect(lines).toEqual(trail.results);
    }
  });
}
