import type { RecordDeposit } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { RecordingContract } from '@salus/testing/recording-contract';
import type { Contract } from '../transaction/contract.js';
import { ehrClient } from './ehr-client.js';

const details: RecordDeposit[] = [
  {
    details: {
      recordId: 'r1',
      category: 'laboratory',
      labels: [],
      name: 'x',
      contentType: 'application/fhir+json',
      links: [],
      salt: 'A'.repeat(22),
    },
    keys: { pseudonym: 'p', recordId: 'r1', sealedKeys: [] },
  },
];

describe('the ehr client', () => {
  it('gives private details to the own organisation, unless others are named', async () => {
    const contract = new RecordingContract();
    const ehr = ehrClient(contract, 'CityHospitalMSP');
    await ehr.depositDetails(details);
    await ehr.depositDetails(details, { endorsingOrganizations: ['ValleyHospitalMSP'] });
    expect(contract.submitted.map(({ options }) => options.endorsingOrganizations)).toEqual([
      ['CityHospitalMSP'],
      ['ValleyHospitalMSP'],
    ]);
    expect(contract.submitted[0]).toMatchObject({
      request: {},
      options: { transient: { details: JSON.stringify(details) } },
    });
  });

  it('walks through all pages of a list', async () => {
    const contract = new RecordingContract(({ request }) => {
      const { bookmark } = request as { bookmark: string };
      return bookmark === ''
        ? { results: ['r1', 'r2'], fetchedRecordsCount: 2, bookmark: 'next' }
        : { results: ['r3'], fetchedRecordsCount: 1, bookmark: '' };
    });
    const found = [];
    for await (const record of ehrClient(contract, 'CityHospitalMSP').records('p')) {
      found.push(record);
    }
    expect(found).toEqual(['r1', 'r2', 'r3']);
    expect(contract.evaluated).toHaveLength(2);
  });

  it('tells an answer that is not JSON', async () => {
    const contract = {
      name: 'ehr',
      evaluate: () => Promise.resolve(Buffer.from('<html>')),
    } as unknown as Contract;
    await expect(
      ehrClient(contract, 'CityHospitalMSP').getRecord({ pseudonym: 'p', recordId: 'r1' }),
    ).rejects.toThrow(coded('ERR_INVALID_JSON'));
  });
});
