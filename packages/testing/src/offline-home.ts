import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeMspDirectory } from '@salus/client/ca';
import { makeTestCa } from './certificates.js';

/** The home of an actor with a valid identity, on a network that nobody has started. */
export async function makeOfflineHome(): Promise<string> {
  const home = await mkdtemp(path.join(tmpdir(), 'salus-offline-'));
  const ca = await makeTestCa('Offline CA');
  const { certificate, privateKeyPem } = await ca.issue({ name: 'registrar', unit: 'client' });
  await writeMspDirectory(path.join(home, 'msp'), {
    certificate,
    privateKey: privateKeyPem,
    caChain: ca.certificate,
  });
  await writeJson(path.join(home, 'profile.json'), {
    client: { organization: 'Hospital' },
    organizations: { Hospital: { mspid: 'HospitalMSP', peers: ['peer0'] } },
    peers: { peer0: { url: 'grpc://127.0.0.1:1' } },
  });
  await writeJson(path.join(home, 'salus.json'), {
    profile: 'profile.json',
    mspDir: 'msp',
    channel: 'edge-east',
  });
  return home;
}

function writeJson(file: string, value: object): Promise<void> {
  return writeFile(file, JSON.stringify(value));
}
