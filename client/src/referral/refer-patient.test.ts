import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Referral } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import type { ReferralOffice } from './office.js';
import { broughtTo } from './read-referral.js';
import { referPatient } from './refer-patient.js';

const request = { resourceType: 'ServiceRequest', id: 'one', status: 'active' };

describe('referring a patient', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'salus-refer-'));
  });

  afterAll(() => rm(folder, { recursive: true }));

  it.each<[string, object]>([
    ['another resource', { resourceType: 'Observation', id: 'one' }],
    [
      'two requests',
      {
        resourceType: 'Bundle',
        type: 'collection',
        entry: [{ resource: request }, { resource: { ...request, id: 'two' } }],
      },
    ],
  ])('takes no file with %s, before anybody is asked', async (_what, content) => {
    const file = path.join(folder, 'request.json');
    await writeFile(file, JSON.stringify(content));
    const to = { mspId: 'ValleyHospitalMSP' };
    const wish = { serviceRequest: file, to, records: ['r'], until: '2027-01-01T00:00:00Z' };
    // Whatever is touched of it would fail in another way.
    const office = {} as ReferralOffice;
    await expect(referPatient(wish, office)).rejects.toThrow(coded('ERR_FHIR_INVALID'));
  });
});

it('brings the request with its records there, and the answers back', () => {
  const referral: Referral = {
    pseudonym: 'p',
    referralId: 'sr',
    serviceRequest: 'sr',
    records: ['r1'],
    grantId: 'g',
    from: 'CityMSP',
    to: { mspId: 'ValleyMSP' },
    priority: 'stat',
    status: 'ANSWERED',
    referredAt: '2026-11-21T10:00:00Z',
    notAfter: '2026-12-21T10:00:00Z',
  };
  expect(broughtTo('ValleyMSP', referral)).toEqual(['sr', 'r1']);
  expect(broughtTo('CityMSP', referral)).toEqual([]);
  const answers = [
    { at: '2026-11-22T10:00:00Z', records: ['a1'] },
    { at: '2026-11-23T10:00:00Z', records: ['a2', 'a3'] },
  ];
  expect(broughtTo('CityMSP', { ...referral, answers })).toEqual(['a1', 'a2', 'a3']);
});
