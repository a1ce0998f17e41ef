import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { type Letter, pathOf, placeOf, type MailboxPlace, type Matter } from '@salus/client/stores';
import { SalusError } from '@salus/protocol';
import type { CollectiveKey, Opening } from '@salus/protocol/computation';
import type { ServiceRequest } from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import type { ComputationView, LedgerView } from './ledger-view.js';
import { Mailbox } from './mailbox.js';
import { KEPT_AFTER_RECORD_MS } from './retention.js';

const members = ['ValleyMSP', 'InsurerMSP', 'RegulatorMSP'];
const readers = { InsurerMSP: 'adjuster', AuditorMSP: 'auditor' };
const opening1: Matter = { openingId: 'o1' };
const ceremony2: Matter = { keyId: 'k1', epoch: 2 };

const place = (matter: Matter, from: string, to?: string): MailboxPlace => ({
  chaincode: 'claims',
  matter,
  from,
  ...(to !== undefined && { to }),
});
const officer = (mspId: string, role = 'committee') => ({ mspId, id: 'i'.repeat(64), role });

describe('the mailbox of a store', () => {
  let folder: string;
  let now: number;
  let opening: Opening;
  let key: CollectiveKey;
  let mailbox: Mailbox;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-mailbox-'));
    now = Date.parse('2026-06-01T00:00:00Z');
    opening = {
      openingId: 'o1',
      keyId: 'k1',
      permitted: true,
      readers,
      committee: { members, threshold: 2 },
      expiresAt: '2026-06-30T00:00:00.000Z',
    } as unknown as Opening;
    key = {
      ceremony: {
        epoch: 2,
        phase: 'CONFIRMING',
        committee: { members: ['InsurerMSP', 'NewMSP'], threshold: 2 },
        members: [...members, 'NewMSP'].map((mspId) => ({ mspId })),
      },
    } as unknown as CollectiveKey;
    const absent = () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'no such thing'));
    const view: Partial<ComputationView> = {
      getOpening: (id) => (id === 'o1' ? Promise.resolve(opening) : absent()),
      getKey: (id) => (id === 'k1' ? Promise.resolve(key) : absent()),
    };
    const ledger = { computation: () => view } as unknown as LedgerView;
    mailbox = new Mailbox(folder, ledger, () => now);
  });
  afterEach(() => rm(folder, { recursive: true }));

  const request = (body: string): ServiceRequest => ({
    method: 'PUT',
    url: new URL('https://store/v1'),
    path: '/v1/x',
    audience: 'store:1',
    token: 'token',
    body: Buffer.from(body),
  });
  const put = (sender: ReturnType<typeof officer>, to: MailboxPlace, body = 'sealed') =>
    mailbox.put(to, sender, request(body));
  const read = async (asker: string, from: MailboxPlace, role?: string) =>
    JSON.parse((await mailbox.get(from, officer(asker, role))).toString()) as Letter;
  const letters = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));

  it('hands members the key that a recipient left, with the signed request', async () => {
    await put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP'), 'key');
    for (const member of members) {
      expect(await read(member, place(opening1, 'AuditorMSP'))).toEqual({
        body: Buffer.from('key').toString('base64'),
        token: 'token',
        path: '/v1/x',
        audience: 'store:1',
      });
    }
  });

  it('hands a letter to the recipient for whom it was sealed, and to nobody else', async () => {
    const letter = place(opening1, 'ValleyMSP', 'AuditorMSP');
    await put(officer('ValleyMSP'), letter);
    const { body } = await read('AuditorMSP', letter, 'auditor');
    expect(Buffer.from(body, 'base64').toString()).toBe('sealed');
    for (const other of [...members, 'OtherMSP']) {
      await expect(read(other, letter)).rejects.toThrow(coded('ERR_NO_DECISION'));
    }
  });

  it.each([undefined, 'auditor', 'billing', 'committee', 'store'])(
    "neither takes a recipient's key from its role %s, nor hands it a letter",
    async (role) => {
      const at = place(opening1, 'InsurerMSP');
      await put(officer('InsurerMSP', 'adjuster'), at, 'key of the adjuster');
      const staff = { mspId: 'InsurerMSP', id: 'j'.repeat(64), ...(role && { role }) };
      await expect(put(staff as ReturnType<typeof officer>, at, 'key of a clerk')).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
      const { body } = await read('ValleyMSP', at);
      expect(Buffer.from(body, 'base64').toString()).toBe('key of the adjuster');
      const letter = place(opening1, 'ValleyMSP', 'InsurerMSP');
      await put(officer('ValleyMSP'), letter);
      await expect(mailbox.get(letter, staff as ReturnType<typeof officer>)).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
      await read('InsurerMSP', letter, 'adjuster');
    },
  );

  it.each<[string, ReturnType<typeof officer>, MailboxPlace]>([
    [
      'a key for another recipient',
      officer('AuditorMSP', 'auditor'),
      place(opening1, 'InsurerMSP'),
    ],
    ['a key, by a member who receives nothing', officer('ValleyMSP'), place(opening1, 'ValleyMSP')],
    ['a key, by a stranger', officer('OtherMSP'), place(opening1, 'OtherMSP')],
    [
      'a key, by an organisation that is named like a member of all objects',
      { ...officer('constructor'), role: undefined as unknown as string },
      place(opening1, 'constructor'),
    ],
    [
      "another member's letter",
      officer('ValleyMSP'),
      place(opening1, 'RegulatorMSP', 'InsurerMSP'),
    ],
    [
      'a letter, by a recipient who is no member',
      officer('AuditorMSP'),
      place(opening1, 'AuditorMSP', 'InsurerMSP'),
    ],
    [
      'a letter for nobody that receives any',
      officer('ValleyMSP'),
      place(opening1, 'ValleyMSP', 'OtherMSP'),
    ],
    [
      'a letter, by staff that is not of the committee',
      officer('ValleyMSP', 'physician'),
      place(opening1, 'ValleyMSP', 'InsurerMSP'),
    ],
    [
      'a key for shares, by staff that is not of the committee',
      officer('NewMSP', 'physician'),
      place(ceremony2, 'NewMSP'),
    ],
    [
      'a key for shares, by a member that gets none',
      officer('ValleyMSP'),
      place(ceremony2, 'ValleyMSP'),
    ],
  ])('does not take %s', async (_, sender, to) => {
    await expect(put(sender, to)).rejects.toThrow(coded('ERR_NO_DECISION'));
    expect(await letters()).toEqual([]);
  });

  it('passes shares from old members to new ones, and to their officers only', async () => {
    await put(officer('NewMSP'), place(ceremony2, 'NewMSP'), 'key');
    await read('ValleyMSP', place(ceremony2, 'NewMSP'));
    const letter = place(ceremony2, 'ValleyMSP', 'NewMSP');
    await put(officer('ValleyMSP'), letter);
    await read('NewMSP', letter);
    await expect(read('NewMSP', letter, 'physician')).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(read('InsurerMSP', letter)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('takes and shows nothing of an opening that was denied', async () => {
    await put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP'));
    opening = { ...opening, permitted: false };
    await expect(
      put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP')),
    ).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(read('ValleyMSP', place(opening1, 'AuditorMSP'))).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
  });

  it('keeps what belongs to an opening its time after the record, and removes it then', async () => {
    await put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP'));
    opening = { ...opening, recordedAt: new Date(now).toISOString() };
    now += KEPT_AFTER_RECORD_MS;
    await mailbox.sweep();
    await read('ValleyMSP', place(opening1, 'AuditorMSP'));
    now += 1;
    await expect(read('ValleyMSP', place(opening1, 'AuditorMSP'))).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
    await mailbox.sweep();
    expect(await letters()).toEqual([]);
  });

  it('keeps what belongs to an opening without a record until it expires, and removes it then', async () => {
    await put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP'));
    now = Date.parse(opening.expiresAt);
    await mailbox.sweep();
    await read('ValleyMSP', place(opening1, 'AuditorMSP'));
    now += 1;
    await expect(read('ValleyMSP', place(opening1, 'AuditorMSP'))).rejects.toThrow(
      coded('ERR_NO_DECISION'),
    );
    await mailbox.sweep();
    expect(await letters()).toEqual([]);
  });

  it('removes the letters of a ceremony that is over or replaced, and no others', async () => {
    await put(officer('NewMSP'), place(ceremony2, 'NewMSP'));
    await put(officer('AuditorMSP', 'auditor'), place(opening1, 'AuditorMSP'));
    const old = path.join(folder, 'claims/ceremonies/k1/1/keys');
    await mkdir(old, { recursive: true });
    await writeFile(path.join(old, 'NewMSP.json'), '{}');
    await mailbox.sweep();
    expect(await letters()).toHaveLength(2);
    key = { ...key, ceremony: { ...key.ceremony, phase: 'DONE' } };
    await mailbox.sweep();
    expect(await letters()).toEqual(['claims/openings/o1/keys/AuditorMSP.json']);
  });

  it('tells what was not left yet, and an opening that is not there', async () => {
    await expect(read('ValleyMSP', place(opening1, 'AuditorMSP'))).rejects.toThrow(
      coded('ERR_NOT_FOUND'),
    );
    await expect(read('ValleyMSP', place({ openingId: 'o2' }, 'InsurerMSP'))).rejects.toThrow(
      coded('ERR_NOT_FOUND'),
    );
  });

  it.each([
    place(opening1, '../../InsurerMSP'),
    place({ openingId: '..' }, 'InsurerMSP'),
    { ...place(opening1, 'InsurerMSP'), chaincode: '../claims' },
  ])('lets no name lead out of its folder', async (at) => {
    await expect(put(officer('InsurerMSP', 'adjuster'), at)).rejects.toThrow(
      coded('ERR_INVALID_ARGUMENT'),
    );
    await expect(read('ValleyMSP', at)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    expect(await letters()).toEqual([]);
  });

  it('replaces what the same sender left before, for its owner only', async () => {
    const at = place(opening1, 'AuditorMSP');
    await put(officer('AuditorMSP', 'auditor'), at, 'first');
    await put(officer('AuditorMSP', 'auditor'), at, 'second');
    const { body } = await read('ValleyMSP', at);
    expect(Buffer.from(body, 'base64').toString()).toBe('second');
    const [name = ''] = await letters();
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  });

  it('reads the paths that it makes', () => {
    for (const at of [place(opening1, 'AMSP'), place(ceremony2, 'AMSP', 'BMSP')]) {
      const [, , kind, ...segments] = pathOf(at).split('/').map(decodeURIComponent);
      expect(kind).toBe('computations');
      expect(placeOf(segments)).toEqual(at);
    }
    expect(placeOf(['claims', 'ceremonies', 'k1', '-1', 'keys', 'AMSP'])).toBeUndefined();
    expect(placeOf(['claims', 'openings', 'o1', 'keys', 'AMSP', 'more'])).toBeUndefined();
  });
});
