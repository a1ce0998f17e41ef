import path from 'node:path';
import { fileCheckpointer } from '@salus/client/events';
import { Pins } from '@salus/service-kit';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { BlobFolder } from './blob-folder.js';
import { FileObjects } from './file-objects.js';
import type { LedgerView } from './ledger-view.js';
import { Mailbox } from './mailbox.js';
import { ObjectPartStore } from './object-part-store.js';

const place = { chaincode: 'claims', matter: { openingId: 'o1' }, from: 'InsurerMSP' } as const;

/** A ledger on which an opening is permitted and its committee is known. */
const ledger = {
  computation: () => ({
    getOpening: () =>
      Promise.resolve({
        permitted: true,
        readers: { InsurerMSP: 'adjuster' },
        committee: { members: ['ValleyHospitalMSP'] },
        expiresAt: '2099-01-01T00:00:00Z',
      }),
  }),
} as unknown as LedgerView;

describe("a store's home that release 0.1.0 wrote", () => {
  const home = stateOf010('store');

  it('serves the parts of records, and lets an upload go on', async () => {
    const parts = new ObjectPartStore(new FileObjects(path.join(home, 'parts')));
    expect(await parts.leaves(knownState.root)).toHaveLength(2);
    expect(String(await parts.block(knownState.root, 1))).toBe('second block');
    expect(await parts.held('upload-0002')).toMatchObject([{ index: 0 }]);
    expect(await parts.checkPart(knownState.root)).toMatchObject({ isSound: true });
  });

  it('serves the contents and the letters of computations', async () => {
    const blobs = new BlobFolder(path.join(home, 'blobs'));
    expect(String(await blobs.get(knownState.content))).toBe('synthetic content of a computation');
    const mailbox = new Mailbox(path.join(home, 'letters'), ledger);
    const letter = await mailbox.get(place, {
      mspId: 'ValleyHospitalMSP',
      role: 'committee',
    } as never);
    expect(JSON.parse(String(letter))).toMatchObject({
      body: Buffer.from('public key').toString('base64'),
    });
  });

  it('keeps what it saw first, and how far it followed erasures', async () => {
    const pins = new Pins(path.join(home, 'pins'));
    expect(await pins.matches('patient', 'p1', 'first seen')).toBe(true);
    expect(await pins.matches('patient', 'p1', 'another')).toBe(false);
    const checkpoint = await fileCheckpointer(path.join(home, 'erasures.checkpoint')).load();
    expect(checkpoint).toEqual({ blockNumber: 5n, transactionId: '' });
  });
});
