import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { loadProfile } from './profile.js';

const peer = { url: 'grpcs://localhost:7051', tlsCACerts: { pem: 'PEM' }, grpcOptions: {} };
const profile = {
  name: 'salus',
  version: '1.0.0',
  client: { organization: 'Insurer' },
  organizations: {
    CityHospital: { mspid: 'CityHospitalMSP', peers: ['peer0.city'] },
    Insurer: { mspid: 'InsurerMSP', peers: ['peer0.insurer'], certificateAuthorities: ['ca'] },
  },
  peers: {
    'peer0.city': peer,
    'peer0.insurer': {
      ...peer,
      url: 'grpcs://localhost:8051',
      grpcOptions: { 'ssl-target-name-override': 'peer0.insurer' },
    },
  },
  certificateAuthorities: {
    ca: { url: 'https://localhost:7054', tlsCACerts: { pem: ['A', 'B'] } },
  },
};

function written(text: string): string {
  const file = path.join(mkdtempSync(path.join(tmpdir(), 'salus-profile-')), 'connection.json');
  writeFileSync(file, text);
  return file;
}

describe('a connection profile', () => {
  it("lists the own organisation's peers first", () => {
    const { mspId, peers, certificateAuthorities } = loadProfile(written(JSON.stringify(profile)));
    expect(mspId).toBe('InsurerMSP');
    expect(peers).toEqual([
      {
        name: 'peer0.insurer',
        mspId: 'InsurerMSP',
        address: 'localhost:8051',
        tlsRootCertificates: 'PEM',
        serverName: 'peer0.insurer',
      },
      {
        name: 'peer0.city',
        mspId: 'CityHospitalMSP',
        address: 'localhost:7051',
        tlsRootCertificates: 'PEM',
      },
    ]);
    expect(certificateAuthorities).toEqual([
      { url: 'https://localhost:7054', tlsRootCertificates: 'A\nB' },
    ]);
  });

  it.each([
    ['not JSON', '{', /not JSON/],
    ['of another shape', '{"peers":[]}', /client/],
    [
      'without the own organisation',
      JSON.stringify({ ...profile, client: { organization: 'X' } }),
      /X/,
    ],
    [
      'with an own organisation that every object has',
      JSON.stringify({ ...profile, client: { organization: 'constructor' } }),
      /constructor is not described/,
    ],
    [
      'with a peer that every object has',
      JSON.stringify({
        ...profile,
        organizations: {
          ...profile.organizations,
          Insurer: { mspid: 'InsurerMSP', peers: ['toString'] },
        },
      }),
      /peers\.toString is not described/,
    ],
    [
      'with an undescribed peer',
      JSON.stringify({ ...profile, peers: {} }),
      /peers\.peer0\.insurer/,
    ],
    [
      'with a peer without TLS CA',
      JSON.stringify({ ...profile, peers: { ...profile.peers, 'peer0.city': { url: peer.url } } }),
      /tlsCACerts/,
    ],
  ])('%s is refused with the file and the field', (_, text, field) => {
    const file = written(text);
    const load = () => loadProfile(file);
    expect(load).toThrow(coded('ERR_PROFILE_INVALID'));
    expect(load).toThrow(field);
    expect(load).toThrow(file);
  });

  it('that is not there is told', () => {
    expect(() => loadProfile('/nowhere/connection.json')).toThrow(coded('ERR_PROFILE_INVALID'));
  });
});
