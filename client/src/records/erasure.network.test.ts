import { readChannelConfig, readErasureCertificate, verifyErasureCertificate } from '@salus/proofs';
import { coded } from '@salus/testing/coded';
import { RecordNetwork, TEXT } from '@salus/testing/record-network';
import { fetchChannelConfig } from '../proofs/collect-receipt.js';
import { attestedBy, eraseRecords, type ErasureDesk } from './erase-records.js';
import { readRecord } from './read-record.js';

let network: RecordNetwork;

beforeAll(async () => {
  network = await RecordNetwork.open();
});

afterAll(() => network.close());

it('erases a record everywhere, carries on when it was cut off, and proves it offline', async () => {
  const { registrar, reader: valley, stores } = network;
  const wallet = await network.patient();
  const { pseudonym } = wallet;
  await network.grantCategory(wallet);
  const [recordId, other] = [await network.register(wallet), await network.register(wallet)];
  expect(await network.shareDetails(wallet)).toMatchObject({ shared: 2 });
  expect((await valley.client.ehr.readDetails({ pseudonym, recordId })).details).toBeDefined();
  const wish = { pseudonym, recordId, purpose: 'TREAT' } as const;
  expect((await readRecord(valley, wish)).content.toString()).toBe(TEXT);
  const before = await registrar.ehr.getRecord({ pseudonym, recordId });

  const wanted = { records: [recordId], versions: 'ALL' };
  const order = (await wallet.statement('ErasureOrder.v1', wanted)).jws;
  const { mspId, channel, ehr } = registrar;
  const desk: ErasureDesk = { mspId, channel, ehr, stores, attest: attestedBy(registrar) };
  const [first] = stores;
  const foreign: ErasureDesk = { ...desk, mspId: 'ValleyHospitalMSP' };
  await expect(eraseRecords(order, foreign)).rejects.toThrow(coded('ERR_ERASURE_INCOMPLETE'));
  const cutOff = eraseRecords(order, { ...desk, stores: new Map(first && [first]) });
  await expect(cutOff).rejects.toThrow(coded('ERR_ERASURE_INCOMPLETE'));
  const certificate = await eraseRecords(order, desk);

  await expect(readRecord(valley, wish)).rejects.toThrow(coded('ERR_NO_DECISION'));
  const details = registrar.ehr.readDetails({ pseudonym, recordId });
  await expect(details).rejects.toThrow(coded('ERR_DETAILS_MISSING'));
  const { records: copies } = await registrar.ehr.listCopies({ pseudonym, records: [recordId] });
  expect(copies).toEqual([{ recordId, deposited: false, due: [], over: [] }]);
  const trust = await readChannelConfig(await fetchChannelConfig(registrar));
  const read = readErasureCertificate(JSON.stringify(certificate));
  const [proven] = verifyErasureCertificate(read, trust);
  const keepers = [...stores.keys()].sort();
  expect(proven).toMatchObject({ recordId, stores: keepers, keysPurged: true });
  // The anchor stands as it was, but for the time of its erasure.
  const { erasedAt, ...after } = await registrar.ehr.getRecord({ pseudonym, recordId });
  expect(after).toEqual(before);
  expect(proven?.erasedAt).toBe(erasedAt);
  const left = await readRecord(valley, { ...wish, recordId: other });
  expect(left.content.toString()).toBe(TEXT);

  if (read.type !== 'ErasureCertificate.v2') throw new Error('another form');
  const [record] = read.records;
  if (!record) throw new Error('no record');
  const short = { ...read, records: [{ ...record, confirmations: record.confirmations.slice(1) }] };
  // The peers signed the hash of all confirmations.
  expect(() => verifyErasureCertificate(short, trust)).toThrow(coded('ERR_RECEIPT_MISMATCH'));
  const swapped = { ...read, records: [{ ...record, recordId: other }] };
  expect(() => verifyErasureCertificate(swapped, trust)).toThrow(coded('ERR_RECEIPT_MISMATCH'));
});
