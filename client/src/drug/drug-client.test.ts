import type { DrugTransactions } from '@salus/protocol/drug';
import { RecordingContract } from '@salus/testing/recording-contract';
import { DrugClient } from './drug-client.js';

const proof = { index: 0, size: 1, path: [] };
const pack = { sscc: '0', sgtin: 'urn:epc:id:sgtin:x', salt: 's', proof };

/** Every transaction of the contract: what the façade is called with, and the request that it makes. */
const calls: Readonly<
  Record<
    keyof DrugTransactions,
    { kind: 'submitted' | 'evaluated'; call: (drug: DrugClient) => unknown; request: unknown }
  >
> = {
  registerBatch: {
    kind: 'submitted',
    call: (drug) => drug.registerBatch({ gtin: 'g', lot: 'l', expiry: '2030-01-01', units: [] }),
    request: { gtin: 'g', lot: 'l', expiry: '2030-01-01', units: [] },
  },
  ship: {
    kind: 'submitted',
    call: (drug) => drug.ship({ shipmentId: 's1', ssccs: ['0'], to: 'CityMSP' }),
    request: { shipmentId: 's1', ssccs: ['0'], to: 'CityMSP' },
  },
  receive: {
    kind: 'submitted',
    call: (drug) => drug.receive('s1'),
    request: { shipmentId: 's1' },
  },
  cancelShipment: {
    kind: 'submitted',
    call: (drug) => drug.cancelShipment('s1'),
    request: { shipmentId: 's1' },
  },
  dispense: {
    kind: 'submitted',
    call: (drug) => drug.dispense({ ...pack, prescriptionHash: 'p' }),
    request: { ...pack, prescriptionHash: 'p' },
  },
  verify: { kind: 'evaluated', call: (drug) => drug.verify(pack), request: pack },
  trace: {
    kind: 'evaluated',
    call: (drug) => drug.tracePage({ sscc: '0' }),
    request: { sscc: '0', pageSize: 100 },
  },
  getBatch: {
    kind: 'evaluated',
    call: (drug) => drug.getBatch('g', 'l'),
    request: { gtin: 'g', lot: 'l' },
  },
  getUnit: { kind: 'evaluated', call: (drug) => drug.getUnit('0'), request: { sscc: '0' } },
};

describe('the drug client', () => {
  it.each(Object.entries(calls))('calls %s', async (transaction, { kind, call, request }) => {
    const contract = new RecordingContract();
    await call(new DrugClient(contract));
    expect(contract[kind]).toMatchObject([{ transaction, request }]);
    expect(contract[kind === 'submitted' ? 'evaluated' : 'submitted']).toEqual([]);
  });

  it('tells where a transaction was applied, and passes on who is to endorse', async () => {
    const contract = new RecordingContract(() => ({ status: 'CANCELLED' }));
    const endorsingOrganizations = ['PharmaMSP', 'InsurerMSP'];
    const options = { endorsingOrganizations };
    await expect(new DrugClient(contract).cancelShipment('s1', options)).resolves.toEqual({
      value: { status: 'CANCELLED' },
      transactionId: 'tx1',
      blockNumber: 7n,
    });
    expect(contract.submitted).toMatchObject([{ options: { endorsingOrganizations } }]);
  });

  it('traces a pack through all pages, also one whose events are all of other packs', async () => {
    const pages: Readonly<Record<string, { results: string[]; bookmark: string }>> = {
      '': { results: ['commissioning'], bookmark: 'one' },
      one: { results: [], bookmark: 'two' },
      two: { results: ['dispensing'], bookmark: '' },
    };
    const contract = new RecordingContract(({ request }) => ({
      fetchedRecordsCount: 1,
      ...pages[(request as { bookmark: string }).bookmark],
    }));
    const found: unknown[] = [];
    for await (const event of new DrugClient(contract).trace({ sscc: '0', sgtin: 'x' })) {
      found.push(event);
    }
    expect(found).toEqual(['commissioning', 'dispensing']);
    expect(contract.evaluated.map(({ request }) => request)).toMatchObject([
      { sscc: '0', sgtin: 'x', pageSize: 100, bookmark: '' },
      { sscc: '0', sgtin: 'x', pageSize: 100, bookmark: 'one' },
      { sscc: '0', sgtin: 'x', pageSize: 100, bookmark: 'two' },
    ]);
  });
});
