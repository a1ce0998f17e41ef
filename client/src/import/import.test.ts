import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { hashOf, SalusError } from '@salus/chaincode-common';
import type { RecordAnchor, RecordDetails } from '@salus/ehr-contract';
import { decryptContent } from '../crypto/content.js';
import { generateHpkeKeyPair, openSealed } from '../crypto/hpke.js';
import { contentKeyContext } from '../crypto/seal-contexts.js';
import { readFhirText } from '../fhir/read.js';
import { importResources, type ImportDesk, type ImportPatient } from './import-resources.js';
import { fileJournal } from './journal.js';

const bundle = (reference: string) =>
  readFhirText(
    JSON.stringify({
      resourceType: 'Bundle',
      entry: [
        { resource: { resourceType: 'Patient', id: 'p' } },
        { resource: { resourceType: 'Condition', id: 'c', subject: { reference } } },
      ],
    }),
    'bundle',
  );

describe('an import', () => {
  const stored: Uint8Array[] = [];
  const anchors = new Map<string, RecordAnchor>();
  const details = new Map<string, RecordDetails>();
  let journal: readonly RecordDetails[] = [];
  let failDeposit = false;
  let patientKeys: Awaited<ReturnType<typeof generateHpkeKeyPair>>;
  let patient: ImportPatient;
  let desk: ImportDesk;
  const receipt = { value: { recordIds: [] }, transactionId: 't', blockNumber: 1n };

  beforeEach(async () => {
    stored.length = 0;
    anchors.clear();
    details.clear();
    journal = [];
    failDeposit = false;
    patientKeys = await generateHpkeKeyPair();
    patient = {
      pseudonym: 'p'.repeat(43),
      kid: 'kid',
      hpkePublicKey: patientKeys.publicKey,
      tagKey: 'dGFn',
    };
    desk = {
      mspId: 'CityHospitalMSP',
      custodianKey: (await generateHpkeKeyPair()).publicKey,
      idSecret: Buffer.alloc(32, 7),
      store: {
        put: (bytes) => {
          stored.push(bytes);
          return Promise.resolve('0'.repeat(64));
        },
      },
      journal: {
        alone: (run) => run(),
        load: () => Promise.resolve(journal),
        save: (all) => Promise.resolve(void (journal = all)),
        clear: () => Promise.resolve(void (journal = [])),
      },
      ehr: {
        records: () => recordsOf(anchors),
        registerRecords: (all) => {
          for (const one of all) anchors.set(one.recordId, one);
          return Promise.resolve(receipt);
        },
        depositDetails: (all) => {
          if (failDeposit) return Promise.reject(new SalusError('ERR_PEER_UNREACHABLE', 'gone'));
          for (const one of all) details.set(one.recordId, one);
          return Promise.resolve(receipt);
        },
        readDetails: (id) => {
          const found = details.get(id);
          if (found) return Promise.resolve(found);
          return Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
        },
      },
    };
  });

  it('stores each resource encrypted; the patient opens it, byte for byte', async () => {
    const imported = await importResources(bundle('Patient/p'), patient, desk);
    expect(imported).toHaveLength(2);
    for (const [index, { recordId, text }] of imported.entries()) {
      const own = details.get(recordId);
      const sealed = own?.sealedKeys.find(({ kind }) => kind === 'patient');
      if (!own || !sealed) throw new Error('no key for the patient');
      const context = contentKeyContext(recordId);
      const key = await openSealed(patientKeys.privateKey, sealed, context);
      const opened = decryptContent(key, stored[index] ?? Buffer.alloc(0), recordId);
      expect(opened.toString()).toBe(text);
      expect(anchors.get(recordId)?.detailsHash).toBe(hashOf(own));
    }
  });

  it('writes nothing when a reference is broken', async () => {
    await expect(importResources(bundle('Patient/q'), patient, desk)).rejects.toThrow(
      expect.objectContaining({ code: 'ERR_FHIR_BROKEN_REFERENCE' }) as Error,
    );
    expect([stored.length, anchors.size, details.size, journal.length]).toEqual([0, 0, 0, 0]);
  });

  it('imports nothing twice', async () => {
    await importResources(bundle('Patient/p'), patient, desk);
    const again = await importResources(bundle('Patient/p'), patient, desk);
    expect(again.map(({ isNew }) => isNew)).toEqual([false, false]);
    expect(stored).toHaveLength(2);
  });

  it('is refused while another one has the journal, and takes nothing of that one', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-import-'));
    try {
      const { ehr } = desk;
      const other = { ...desk, journal: fileJournal(home) };
      let second: Promise<unknown> | undefined;
      const registering = async (all: RecordAnchor[]) => {
        // The first one is between journal and deposit: only the journal has the sealed keys now.
        second = importResources(bundle('Patient/p'), patient, { ...other, ehr });
        await expect(second).rejects.toMatchObject({ code: 'ERR_HOME_IN_USE' });
        expect(await other.journal.load()).toHaveLength(2);
        return ehr.registerRecords(all);
      };
      const first = { ...other, ehr: { ...ehr, registerRecords: registering } };
      await importResources(bundle('Patient/p'), patient, first);
      expect(second).toBeDefined();
      expect([anchors.size, details.size, stored.length]).toEqual([2, 2, 2]);
    } finally {
      await rm(home, { recursive: true });
    }
  });

  it('goes on after it was cut off between registering and depositing', async () => {
    failDeposit = true;
    await expect(importResources(bundle('Patient/p'), patient, desk)).rejects.toThrow('gone');
    expect([anchors.size, details.size]).toEqual([2, 0]);
    failDeposit = false;
    await importResources(bundle('Patient/p'), patient, desk);
    expect([anchors.size, details.size, stored.length]).toEqual([2, 2, 2]);
    expect(journal).toEqual([]);
  });
});

async function* recordsOf(anchors: ReadonlyMap<string, RecordAnchor>) {
  for (const anchor of anchors.values()) {
    yield await Promise.resolve({ ...anchor, custodian: 'CityHospitalMSP', registeredAt: 'now' });
  }
}
