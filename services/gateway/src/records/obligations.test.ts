import type { BundleEntry } from '@medplum/fhirtypes';
import { readRecord, registerRecords } from '@salus/client/records';
import { patientId } from '@salus/fhir';
import { CITY, VALLEY } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import { GatewayWorld } from '../test-support/gateway-world.js';

const CANARY = 'Zyxwvut-Canary';
const FHIR = 'application/fhir+json';
const BORN = '1974-12-25';
const SEEN = '2026-01-02';

let world: GatewayWorld;
let wallet: TestWallet;

beforeAll(async () => {
  world = await GatewayWorld.make();
});

afterAll(() => world.close());

/** A record of Valley hospital's, which City hospital may read de-identified. */
beforeEach(async () => {
  wallet = await world.records.patient();
  await world.parts.index.put({ ...wallet.known, person: { identifiers: [], given: [] } });
  const described = { category: 'demographics' as const, labels: [], links: [] };
  const patient = {
    resourceType: 'Patient',
    id: 'p1',
    name: [{ family: CANARY }],
    birthDate: BORN,
  };
  const condition = {
    resourceType: 'Condition',
    id: 'c1',
    subject: { reference: 'Patient/p1' },
    onsetDateTime: SEEN,
    code: { coding: [{ system: 'http://snomed.info/sct', code: '1' }] },
  };
  const bundle = {
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: patient }, { resource: condition }],
  };
  const content = Buffer.from(JSON.stringify(bundle));
  const records = [
    { ...described, recordId: idOf('r1'), name: 'r1', contentType: FHIR, content },
    {
      ...described,
      recordId: idOf('pdf'),
      name: 'pdf',
      contentType: 'application/pdf',
      content: Buffer.from(CANARY),
    },
  ];
  await registerRecords(records, wallet.known, await world.records.desk(VALLEY));
});

/** Record IDs are the same for nobody else. */
const idOf = (name: string) => `${name}-${wallet.pseudonym.slice(0, 8)}`;

async function grant(...obligations: ('DEID' | 'ANONY' | 'PSEUD')[]): Promise<string> {
  const records = [idOf('r1'), idOf('pdf')];
  const made = await wallet.grant({ grantee: { mspId: CITY }, scope: { records }, obligations });
  await (await world.records.ehr(CITY, 'registrar')).grantAccess(made.jws);
  return made.jti;
}

const patient = () => `Patient/${patientId(wallet.pseudonym)}`;

const fromGateway = (name = 'r1') =>
  world.send('physician-1', {
    url: `/fhir/Binary/${idOf(name)}?patient=${encodeURIComponent(patient())}`,
  });

const fromSdk = async () => {
  const wish = { pseudonym: wallet.pseudonym, recordId: idOf('r1'), purpose: 'TREAT' } as const;
  return readRecord(await world.reader(), wish);
};

const onsetIn = (text: string) => /"onsetDateTime":"([^"]+)"/.exec(text)?.[1];

describe('a record that is to be de-identified', () => {
  it('is the same to the byte, read through the gateway and by the SDK', async () => {
    await grant('DEID');
    const [answer, read] = [await fromGateway(), await fromSdk()];
    expect([answer.statusCode, answer.headers['content-type']]).toEqual([200, FHIR]);
    expect(answer.headers['x-obligations']).toBe('DEID');
    expect(read.contentType).toBe(FHIR);
    const text = read.content.toString('utf8');
    expect(answer.rawPayload.toString('utf8')).toBe(text);
    expect(onsetIn(text)).toEqual(expect.stringMatching(/^20/));
    expect(text).not.toContain(SEEN);
    expect(text).not.toContain(CANARY);
    expect(text).not.toContain(BORN);
    expect((await fromSdk()).content.toString('utf8')).toBe(text);
  });

  it('shows other dates and pseudonyms by another grant', async () => {
    const first = await grant('DEID');
    const before = (await fromGateway()).payload;
    const withdrawal = await wallet.statement('ConsentWithdrawal.v1', { grant: first });
    await (await world.records.ehr(CITY, 'registrar')).withdrawConsent(withdrawal.jws);
    await grant('DEID');
    const after = (await fromGateway()).payload;
    expect(onsetIn(after)).toEqual(expect.any(String));
    expect(onsetIn(after)).not.toBe(onsetIn(before));
  });

  it('keeps the less, the stricter the obligation is', async () => {
    await grant('ANONY');
    expect(onsetIn((await fromGateway()).payload)).toMatch(/^\d{4}$/);
  });

  it('is in a searchset as in its Binary', async () => {
    await grant('DEID');
    const { payload } = await fromGateway();
    const answer = await world.send('physician-1', { url: `/fhir/${patient()}/$everything` });
    const { entry } = answer.json<{ entry: BundleEntry[] }>();
    const found = entry.filter(({ resource }) => resource?.resourceType === 'Bundle');
    expect(found.map(({ resource }) => resource)).toEqual([JSON.parse(payload)]);
  });

  it('is not handed out at all where its form can not be de-identified', async () => {
    await grant('DEID');
    const answer = await fromGateway('pdf');
    expect(answer.statusCode).toBe(422);
    expect(answer.payload).toContain('ERR_DEID_UNSUPPORTED');
    expect(answer.payload).not.toContain(CANARY);
  });
});
