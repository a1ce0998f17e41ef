import { registerRecords, type NewRecord, fetchSealed, readRecord } from '@salus/client/records';
import { decryptContent } from '@salus/crypto/content';
import { generateHpkeKeyPair, openSealed, contentKeyContext } from '@salus/crypto/hpke';
import { ACCESS_REQUEST } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { TestPatient } from '@salus/testing/consent-world';
import { CITY, INSURER, RecordWorld, VALLEY } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';

const NAME = 'Quitzon';
const TEXT = JSON.stringify({
  resourceType: 'Patient',
  id: 'p',
  name: [{ family: NAME }],
  birthDate: '1980-05-17',
});

function demographics(recordId: string, more: Partial<NewRecord> = {}): NewRecord {
  return {
    recordId,
    category: 'demographics',
    labels: [],
    name: recordId,
    links: [],
    contentType: 'application/fhir+json',
    content: Buffer.from(TEXT),
    ...more,
  };
}

describe('reading on behalf and under obligations', () => {
  let world: RecordWorld;
  let wallet: TestWallet;

  beforeAll(async () => {
    world = await RecordWorld.open();
  });

  afterAll(() => world.close());

  beforeEach(async () => {
    wallet = await world.patient();
    const image = demographics('image', {
      category: 'imaging',
      contentType: 'application/dicom',
      content: Buffer.alloc(99, 7),
    });
    await registerRecords([demographics('r1'), image], wallet.known, await world.desk());
  });

  const wish = (recordId = 'r1') =>
    ({ pseudonym: wallet.pseudonym, recordId, purpose: 'TREAT' }) as const;

  const relay = async (jws: string) => (await world.ehr(CITY, 'registrar')).grantAccess(jws);

  it('gives patients their own records, whoever relays their request', async () => {
    const insurer = await world.reader(INSURER, { role: 'adjuster' });
    const { pseudonym } = wallet;
    const asked = { pseudonym, recordId: 'r1', purpose: 'PATRQT' } as const;
    const asPatient = async (hpkePublicKey: string) => {
      const { recordId, purpose } = asked;
      const body = { subject: pseudonym, recordId, purpose, hpkePublicKey };
      return (await wallet.statement(ACCESS_REQUEST, body)).jws;
    };
    const read = await readRecord(insurer, { ...asked, asPatient });
    expect(read.content.toString()).toBe(TEXT);
    expect(read.decision).toMatchObject({ reason: 'SUBJECT', requester: { patient: pseudonym } });
    await expect(readRecord(insurer, asked)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('gives another patient what was granted to them', async () => {
    const mother = await world.patient();
    const grantee = { patient: mother.pseudonym };
    await relay((await wallet.grant({ grantee, scope: { records: ['r1'] } })).jws);
    const asked = { ...wish(), purpose: 'FAMRQT' } as const;
    const asPatient = async (hpkePublicKey: string) => {
      const { recordId, purpose } = asked;
      const body = { subject: wallet.pseudonym, recordId, purpose, hpkePublicKey };
      return (await mother.statement(ACCESS_REQUEST, body)).jws;
    };
    const reader = await world.reader(CITY, { role: 'registrar', keys: [CITY] });
    const read = await readRecord(reader, { ...asked, asPatient });
    expect(read.content.toString()).toBe(TEXT);
    expect(read.decision).toMatchObject({ reason: 'GRANT' });
  });

  it('fetches records that only the wallet opens, for whom the ledger permits it', async () => {
    const keys = await generateHpkeKeyPair();
    const reader = await world.reader(CITY, { role: 'registrar', keys: [CITY] });
    const asks = async (asker: TestWallet, recordId: string) => {
      const { pseudonym: subject } = wallet;
      const wanted = { subject, recordId, purpose: 'PATRQT', hpkePublicKey: keys.publicKey };
      return (await asker.statement(ACCESS_REQUEST, wanted)).jws;
    };
    const { content, sealedKey, ...told } = await fetchSealed(reader, await asks(wallet, 'r1'));
    expect(told).toEqual({ recordId: 'r1', contentType: 'application/fhir+json' });
    expect(Buffer.from(content, 'base64').toString('latin1')).not.toContain(NAME);
    const key = await openSealed(keys.privateKey, sealedKey, contentKeyContext('r1'));
    const opened = decryptContent(key, Buffer.from(content, 'base64'), 'r1');
    expect(Buffer.from(opened).toString()).toBe(TEXT);

    const mother = await world.patient();
    const denied = fetchSealed(reader, await asks(mother, 'r1'));
    await expect(denied).rejects.toThrow(coded('ERR_NO_DECISION'));
    const grantee = { patient: mother.pseudonym };
    const scope = { records: ['r1'] };
    await relay((await wallet.grant({ grantee, scope, obligations: ['DEID'] })).jws);
    const obliged = fetchSealed(reader, await asks(mother, 'r1'));
    await expect(obliged).rejects.toThrow(coded('ERR_DEID_UNSUPPORTED'));
    const other = (await wallet.statement('ErasureOrder.v1', { records: ['r1'] })).jws;
    await expect(fetchSealed(reader, other)).rejects.toThrow(coded('ERR_STATEMENT_INVALID'));
  });

  it("takes a delegate's grant, as far as the patient has delegated", async () => {
    const carer = new TestPatient(wallet.pseudonym);
    const window = {
      notBefore: new Date(Date.now() - 1000).toISOString(),
      notAfter: new Date(Date.now() + 7_200_000).toISOString(),
    };
    const delegation = await wallet.statement('Delegation.v1', {
      jwk: carer.jwk,
      relation: 'CARER',
      actions: ['grant'],
      when: 'ALWAYS',
      ...window,
    });
    const registrar = await world.ehr(CITY, 'registrar');
    await registrar.addDelegate(delegation.jws);
    const { jws } = await wallet.grant({ grantee: { mspId: VALLEY }, scope: { records: ['r1'] } });
    const [, payload = ''] = jws.split('.');
    const terms = JSON.parse(Buffer.from(payload, 'base64url').toString()) as never;
    await relay(await carer.sign(terms));
    const read = await readRecord(await world.reader(VALLEY), wish());
    expect(read.content.toString()).toBe(TEXT);
  });

  describe('a delegate who asks for the record', () => {
    let carer: TestPatient;
    const categoryTags = () => [wallet.tag('demographics')];

    const delegate = async (more: object = {}) => {
      const terms = { relation: 'PARENT', actions: ['access'], when: 'ALWAYS' };
      const statement = await wallet.statement('Delegation.v1', {
        ...{ jwk: carer.jwk, ...terms, categoryTags: categoryTags() },
        notBefore: new Date(Date.now() - 1000).toISOString(),
        notAfter: new Date(Date.now() + 7_200_000).toISOString(),
        ...more,
      });
      await (await world.ehr(CITY, 'registrar')).addDelegate(statement.jws);
      return statement.jti;
    };
    const reads = async (recordId = 'r1') => {
      const reader = await world.reader(CITY, { role: 'registrar', keys: [CITY] });
      const { pseudonym } = wallet;
      const asked = { pseudonym, recordId, purpose: 'PATRQT' } as const;
      const asPatient = async (hpkePublicKey: string) => {
        const body = { subject: pseudonym, recordId, purpose: 'PATRQT', hpkePublicKey };
        return (await wallet.statement(ACCESS_REQUEST, body, { by: carer })).jws;
      };
      return readRecord(reader, { ...asked, asPatient });
    };

    beforeEach(() => {
      carer = new TestPatient(wallet.pseudonym);
    });

    it('gets records of the delegated categories, and no others', async () => {
      const delegateId = await delegate();
      const { content, decision } = await reads();
      expect(content.toString()).toBe(TEXT);
      expect(decision).toMatchObject({ reason: 'SUBJECT', requester: { delegate: delegateId } });
      await expect(reads('image')).rejects.toThrow(coded('ERR_STATEMENT_INVALID'));
    });

    it('gets them by a delegation that was renewed for the same key', async () => {
      const first = await delegate();
      const { jws } = await wallet.statement('DelegationEnd.v1', { delegate: first });
      await (await world.ehr(CITY, 'registrar')).endDelegate(jws);
      await expect(reads()).rejects.toThrow(coded('ERR_STATEMENT_INVALID'));
      await delegate();
      expect((await reads()).content.toString()).toBe(TEXT);
    });

    it('gets nothing that the patient denies to those who act for them', async () => {
      await delegate();
      const grantee = { patient: wallet.pseudonym };
      await relay((await wallet.grant({ decision: 'deny', grantee, scope: {} })).jws);
      await expect(reads()).rejects.toThrow(coded('ERR_NO_DECISION'));
    });
  });

  it('serves by an onward share as long as the grant that it is of holds', async () => {
    const grant = await wallet.grant({
      grantee: { mspId: VALLEY },
      scope: { records: ['r1'] },
      onward: true,
    });
    await relay(grant.jws);
    const sharer = await world.ehr(VALLEY, 'physician');
    const notAfter = new Date(Date.now() + 600_000).toISOString();
    const grantee = { mspId: INSURER };
    const { pseudonym } = wallet;
    await sharer.shareOnward({ pseudonym, grantId: grant.jti, grantee, notAfter });
    const insurer = await world.reader(INSURER, { role: 'adjuster' });
    const read = await readRecord(insurer, wish());
    expect(read.content.toString()).toBe(TEXT);
    expect(read.decision.shareId).toBeDefined();
    const { jws } = await wallet.statement('ConsentWithdrawal.v1', { grant: grant.jti });
    await (await world.ehr(CITY, 'registrar')).withdrawConsent(jws);
    await expect(readRecord(insurer, wish())).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('hands out de-identified content only, where the patient obliges to it', async () => {
    const grant = await wallet.grant({
      grantee: { mspId: VALLEY },
      scope: { records: ['r1', 'image'] },
      obligations: ['DEID', 'NORDSCLCD'],
    });
    await relay(grant.jws);
    const valley = await world.reader(VALLEY);
    const read = await readRecord(valley, wish());
    expect(read.decision.obligations).toEqual(['DEID', 'NORDSCLCD']);
    expect(read.content.toString()).toContain('"resourceType":"Patient"');
    for (const identifier of [NAME, '1980-05-17']) {
      expect(read.content.toString()).not.toContain(identifier);
    }
    await expect(readRecord(valley, wish('image'))).rejects.toThrow(coded('ERR_DEID_UNSUPPORTED'));
  });
});
