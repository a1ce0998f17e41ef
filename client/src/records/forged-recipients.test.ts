import { randomUUID } from 'node:crypto';
import { generateHpkeKeyPair, openSealed, contentKeyContext } from '@salus/crypto/hpke';
import type { Patient } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { TestPatient } from '@salus/testing/consent-world';
import { CITY, RecordWorld } from '@salus/testing/record-world';
import type { TestWallet } from '@salus/testing/test-wallet';
import type { RecordDesk } from './desk.js';
import type { NewRecord } from './new-record.js';
import { registerRecords } from './register-records.js';

const observation: NewRecord = {
  recordId: 'r1',
  category: 'laboratory',
  labels: [],
  name: 'Glucose',
  links: [],
  contentType: 'application/fhir+json',
  content: Buffer.from('{"resourceType":"Observation"}'),
};

/** What two organisations together can put on the ledger in the place of a patient's document. */
type Forgery = (truth: Patient, thief: Thief) => Patient;
interface Thief {
  readonly publicKey: string;
  /** The thief's own registration as a patient, a statement that does verify. */
  readonly patient: Patient;
}

/** The patient with another key for the category. */
const withEpoch = (truth: Patient, change: object): Patient => {
  const epochs = Object.entries(truth.categoryKeys).map(([tag, key]) => [
    tag,
    { ...key, ...change },
  ]);
  return { ...truth, categoryKeys: Object.fromEntries(epochs) as Patient['categoryKeys'] };
};

/** The patient with a second key, of the thief's. */
const withSecondKey = (
  truth: Patient,
  { publicKey }: Thief,
  proof?: readonly string[],
): Patient => {
  const { proof: _, ...key } = new TestPatient(truth.pseudonym).key;
  const second = { ...key, hpkePublicKey: publicKey, ...(proof && { proof }) };
  return { ...truth, keys: [...truth.keys, second] };
};

const registrationOf = ({ categoryKeys }: Patient): string =>
  Object.values(categoryKeys)[0]?.statement ?? '';

const FORGERIES: readonly (readonly [string, Forgery])[] = [
  ['a next epoch', (truth, { publicKey }) => withEpoch(truth, { epoch: 2, publicKey })],
  ["the epoch's key", (truth, { publicKey }) => withEpoch(truth, { publicKey })],
  [
    'an epoch of a statement that is not there',
    (truth, { publicKey }) => withEpoch(truth, { epoch: 2, publicKey, statement: randomUUID() }),
  ],
  [
    "an epoch that another patient's statement began",
    (truth, { patient }) => withEpoch(truth, Object.values(patient.categoryKeys)[0] ?? {}),
  ],
  ['a second key', (truth, thief) => withSecondKey(truth, thief)],
  [
    'a second key by a statement that adds none',
    (truth, thief) => withSecondKey(truth, thief, [registrationOf(truth)]),
  ],
  [
    "the registered key's HPKE key",
    (truth, { publicKey }) => ({
      ...truth,
      keys: truth.keys.map((key) => ({ ...key, hpkePublicKey: publicKey })),
    }),
  ],
  [
    "the registered key's HPKE key by another registration",
    (truth, { publicKey, patient }) => ({
      ...truth,
      keys: truth.keys.map((key) => ({
        ...key,
        hpkePublicKey: publicKey,
        proof: [registrationOf(patient)],
      })),
    }),
  ],
];

describe('whom a desk seals new records to', () => {
  let world: RecordWorld;
  let wallet: TestWallet;
  let desk: RecordDesk;

  beforeEach(async () => {
    world = await RecordWorld.open();
    wallet = await world.patient('laboratory');
    desk = await world.desk();
  });

  afterEach(() => world.close());

  const sealedKeys = async () => {
    const { pseudonym } = wallet;
    const { keys } = await desk.ehr.readDetails({ pseudonym, recordId: 'r1' });
    return keys.sealedKeys.map(({ kind, recipient }) => [kind, recipient]);
  };

  it('are the patient, the custodian and the category', async () => {
    await registerRecords([observation], wallet.known, desk);
    expect(await sealedKeys()).toEqual([
      ['patient', wallet.kid],
      ['custodian', CITY],
      ['category', wallet.tag('laboratory')],
    ]);
  });

  it('are keys that the patient added, too', async () => {
    const { publicKey, privateKey } = await generateHpkeKeyPair();
    const { pseudonym, kid } = wallet;
    const phone = new TestPatient(pseudonym);
    const { jwk } = phone;
    const key = {
      jwk,
      hpkePublicKey: publicKey,
      purposes: ['access'],
      notBefore: phone.key.addedAt,
    };
    const addition = await wallet.statement('KeyAddition.v1', { key });
    const claims = { hpkePublicKey: publicKey, addedBy: kid };
    const possession = await wallet.statement('KeyPossession.v1', claims, { by: phone });
    const registrar = await world.ehr(CITY, 'registrar');
    await registrar.addKey({ addition: addition.jws, possession: possession.jws });
    await registerRecords([observation], wallet.known, desk);
    const { keys } = await desk.ehr.readDetails({ pseudonym, recordId: 'r1' });
    const box = keys.sealedKeys.find(({ recipient }) => recipient === phone.kid);
    if (!box) throw new Error('nothing is sealed to the key');
    expect(await openSealed(privateKey, box, contentKeyContext('r1'))).toHaveLength(32);
  });

  it.each(FORGERIES)('are nobody where %s is forged, and nothing is stored', async (_, forge) => {
    const { pseudonym } = wallet;
    const other = await world.patient('laboratory');
    const truth = await desk.ehr.getPatient(pseudonym);
    const patient = await desk.ehr.getPatient(other.pseudonym);
    const { publicKey } = await generateHpkeKeyPair();
    const forged = forge(truth, { publicKey, patient });
    const written: string[] = [];
    const ehr: RecordDesk['ehr'] = {
      ...desk.ehr,
      getPatient: () => Promise.resolve(forged),
      // Statements of others are put there, too.
      getStatement: ({ jti }) =>
        desk.ehr
          .getStatement({ pseudonym, jti })
          .catch(() => desk.ehr.getStatement({ pseudonym: other.pseudonym, jti })),
    };
    const stores = desk.stores.map(({ mspId, store }) => ({
      mspId,
      store: new Proxy(store, {
        get: (_target, name) => () => {
          written.push(String(name));
          return Promise.reject(new Error('the store is used'));
        },
      }),
    }));
    const journal = { ...desk.journal, save: () => Promise.resolve(void written.push('journal')) };
    const registering = registerRecords([observation], wallet.known, {
      ...desk,
      ehr,
      stores,
      journal,
    });
    await expect(registering).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
    expect(written).toEqual([]);
    const registered = await desk.ehr.records(pseudonym)[Symbol.asyncIterator]().next();
    expect(registered.done).toBe(true);
  });
});
