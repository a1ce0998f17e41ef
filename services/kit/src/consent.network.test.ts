import { setTimeout as sleep } from 'node:timers/promises';
import { refOf } from '@salus/client/ehr';
import { readRecord } from '@salus/client/records';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { Rewrapper } from '@salus/key-service';
import { coded } from '@salus/testing/coded';
import { eventually } from '@salus/testing/eventually';
import { RecordNetwork, TEXT } from '@salus/testing/record-network';
import { TestWallet } from '@salus/testing/test-wallet';

let network: RecordNetwork;

beforeAll(async () => {
  network = await RecordNetwork.open();
});

afterAll(() => network.close());

const wish = ({ pseudonym }: TestWallet, recordId: string) =>
  ({ pseudonym, recordId, purpose: 'TREAT' }) as const;

it('opens a later record of a granted category without patient or custodian', async () => {
  const { reader: valley } = network;
  const wallet = await network.patient();
  await network.grantCategory(wallet);
  const recordId = await network.register(wallet);
  await network.shareDetails(wallet);
  const [own] = valley.keyServices;
  if (!own) throw new Error('no key service');
  const read = await readRecord({ ...valley, keyServices: [own] }, wish(wallet, recordId));
  expect(read.content.toString('utf8')).toBe(TEXT);
});

it('serves nothing any more once the patient withdraws, even on a decision made before', async () => {
  const { reader: valley, registrar } = network;
  const wallet = await network.patient();
  const recordId = await network.register(wallet);
  const grant = await wallet.grant({
    grantee: { mspId: valley.client.mspId, role: 'physician' },
    scope: { records: [recordId] },
    purposes: ['TREAT'],
  });
  await registrar.ehr.grantAccess(grant.jws);
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const { value } = await valley.client.ehr.requestAccess({
    ...wish(wallet, recordId),
    hpkePublicKey,
  });
  expect(value).toMatchObject({ permitted: true, reason: 'GRANT', grantId: grant.jti });
  const [, citys] = valley.keyServices;
  await citys?.rewrap(refOf(value));

  const { jws } = await wallet.statement('ConsentWithdrawal.v1', { grant: grant.jti });
  // City Hospital's peer, which the services ask, has it as soon as its client is told so.
  await registrar.ehr.withdrawConsent(jws);
  await expect(citys?.rewrap(refOf(value))).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  const { layout } = await registrar.ehr.getRecord({ pseudonym: wallet.pseudonym, recordId });
  const part = layout.parts.find(({ store: owner }) => owner === registrar.mspId);
  const permission = { decision: refOf(value) };
  const serving = valley.stores.get(registrar.mspId)?.leaves(part?.root ?? '', { permission });
  await expect(serving).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
});

it('re-wraps past keys in the background when the patient withdraws a category', async () => {
  const { reader: valley, registrar, custodian, rings, folder } = network;
  const wallet = await network.patient();
  const { pseudonym } = wallet;
  const grant = await network.grantCategory(wallet);
  const before = await network.register(wallet);
  const stopping = new AbortController();
  const { signal } = stopping;
  const keys = rings.get(custodian.mspId);
  if (!keys) throw new Error('no keys');
  const rewrapper = await Rewrapper.open({
    mspId: custodian.mspId,
    channel: custodian.channel,
    ledger: custodian.ehr,
    home: folder,
    keys,
  });
  const from = await custodian.height();
  const working = rewrapper.run({ client: custodian, from }, signal);
  const nextKeys = [await wallet.nextKey('laboratory')];
  const { jws } = await wallet.statement('ConsentWithdrawal.v1', { grant, nextKeys });
  await registrar.ehr.withdrawConsent(jws);
  const after = await network.register(wallet);
  const epochsOf = async (recordId: string) => {
    const { keys } = await registrar.ehr.readDetails({ pseudonym, recordId });
    return keys.sealedKeys.filter(({ kind }) => kind === 'category').map(({ epoch }) => epoch);
  };
  try {
    await eventually(async () => {
      expect([await epochsOf(before), await epochsOf(after)]).toEqual([[2], [2]]);
    });
  } finally {
    stopping.abort();
    await working;
  }
  expect(rewrapper.status).toMatchObject([{ pseudonym, epoch: 2, status: 'DONE' }]);
  for (const recordId of [before, after]) {
    const reading = readRecord(valley, wish(wallet, recordId));
    await expect(reading).rejects.toThrow(coded('ERR_NO_DECISION'));
  }
});

it('serves nothing on a grant that ends between decision and fetch', async () => {
  const { reader: valley, registrar } = network;
  const wallet = await network.patient();
  const began = Date.now();
  const recordId = await network.register(wallet);
  // Granting and deciding take no longer than registering: a busy network needs more time for each.
  let forMs = 4 * (Date.now() - began);
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const asked = { ...wish(wallet, recordId), hpkePublicKey };
  /** A grant that ends soon, and what is decided on it before. */
  const decided = async () => {
    const ending = Date.now() + forMs;
    const grant = await wallet.grant({
      grantee: { mspId: valley.client.mspId },
      scope: { records: [recordId] },
      notAfter: new Date(ending).toISOString(),
    });
    await registrar.ehr.grantAccess(grant.jws);
    const { value } = await valley.client.ehr.requestAccess(asked);
    return { value, grant, ending };
  };
  let { value, grant, ending } = await decided();
  while (Date.now() > ending) {
    forMs *= 2;
    ({ value, grant, ending } = await decided());
  }
  expect(value).toMatchObject({ permitted: true, grantId: grant.jti });
  await sleep(Math.max(0, ending + 1_000 - Date.now()));
  const [, citys] = valley.keyServices;
  await expect(citys?.rewrap(refOf(value))).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  const { layout } = await registrar.ehr.getRecord({ pseudonym: wallet.pseudonym, recordId });
  for (const { root, store } of layout.parts) {
    const serving = valley.stores
      .get(store)
      ?.leaves(root, { permission: { decision: refOf(value) } });
    await expect(serving).rejects.toThrow(coded('ERR_CONSENT_UNPROVEN'));
  }
});

it('takes no grant that a hospital signs for a patient', async () => {
  const { registrar, reader: valley } = network;
  const wallet = await network.patient();
  const hospital = new TestWallet();
  const forged = await hospital.grant({
    pseudonym: wallet.pseudonym,
    grantee: { mspId: valley.client.mspId },
    scope: { categoryTags: [wallet.tag('laboratory')] },
  });
  await expect(registrar.ehr.grantAccess(forged.jws)).rejects.toThrow(
    coded('ERR_STATEMENT_INVALID'),
  );
});
