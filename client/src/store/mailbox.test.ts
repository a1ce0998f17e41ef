import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import type { CollectiveKey, Opening } from '@salus/claims-contract';
import type { ServiceRequest } from '../service/http-server.js';
import { coded } from '../test-support/coded.js';
import type { LedgerView } from './ledger-view.js';
import { Mailbox, type Letter } from './mailbox.js';

const members = ['ValleyMSP', 'InsurerMSP', 'RegulatorMSP'];
const recipients = ['InsurerMSP', 'AuditorMSP'];
const of = (mspId: string) => ({ mspId, id: 'i'.repeat(64) });

describe("an opening's mailbox", () => {
  let folder: string;
  let opening: Opening;
  let mailbox: Mailbox;

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-mailbox-'));
    opening = { openingId: 'o1', keyId: 'k1', permitted: true, recipients } as unknown as Opening;
    const ledger: Pick<LedgerView, 'getOpening' | 'getKey'> = {
      getOpening: (id) =>
        id === 'o1'
          ? Promise.resolve(opening)
          : Promise.reject(new SalusError('ERR_NOT_FOUND', 'no such opening')),
      getKey: () =>
        Promise.resolve({
          members: members.map((mspId) => ({ mspId })),
        } as unknown as CollectiveKey),
    };
    mailbox = new Mailbox(folder, ledger as LedgerView);
  });

  afterEach(() => rm(folder, { recursive: true }));

  const request = (body: string): ServiceRequest => ({
    ...{ method: 'PUT', url: new URL('https://store/v1'), path: '/v1/openings/o1' },
    ...{ audience: 'store:1', token: 'token', body: Buffer.from(body) },
  });
  const put = (sender: string, recipient: string, member?: string, body = 'sealed') =>
    mailbox.put(
      { openingId: 'o1', recipient, ...(member !== undefined && { member }) },
      of(sender),
      request(body),
    );
  const get = (asker: string, recipient: string, member?: string) =>
    mailbox.get({ openingId: 'o1', recipient, ...(member !== undefined && { member }) }, of(asker));
  const letters = async () =>
    (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.json'));

  it('hands members the key that a recipient left, with the signed request', async () => {
    await put('InsurerMSP', 'InsurerMSP', undefined, 'key');
    for (const member of members) {
      expect(JSON.parse((await get(member, 'InsurerMSP')).toString()) as Letter).toEqual({
        body: Buffer.from('key').toString('base64'),
        ...{ token: 'token', path: '/v1/openings/o1', audience: 'store:1' },
      });
    }
  });

  it('hands a part to the recipient for whom it was sealed, and to nobody else', async () => {
    await put('ValleyMSP', 'AuditorMSP', 'ValleyMSP');
    await put('ValleyMSP', 'InsurerMSP', 'ValleyMSP', 'another');
    const { body } = JSON.parse(
      (await get('AuditorMSP', 'AuditorMSP', 'ValleyMSP')).toString(),
    ) as {
      body: string;
    };
    expect(Buffer.from(body, 'base64').toString()).toBe('sealed');
    for (const other of [...members, 'OtherMSP']) {
      await expect(get(other, 'AuditorMSP', 'ValleyMSP')).rejects.toThrow(coded('ERR_NO_DECISION'));
    }
  });

  it.each([
    ['a key for another recipient', 'AuditorMSP', 'InsurerMSP', undefined],
    ['a key, by a member who receives nothing', 'ValleyMSP', 'ValleyMSP', undefined],
    ['a key, by a stranger', 'OtherMSP', 'OtherMSP', undefined],
    ["another member's part", 'ValleyMSP', 'InsurerMSP', 'RegulatorMSP'],
    ['a part, by a recipient who is no member', 'AuditorMSP', 'AuditorMSP', 'AuditorMSP'],
  ])('does not take %s', async (_, sender, recipient, member) => {
    await expect(put(sender, recipient, member)).rejects.toThrow(coded('ERR_NO_DECISION'));
    expect(await letters()).toEqual([]);
  });

  it('shows keys to members only', async () => {
    await put('AuditorMSP', 'AuditorMSP');
    await expect(get('AuditorMSP', 'AuditorMSP')).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(get('OtherMSP', 'AuditorMSP')).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('takes and shows nothing of an opening that was denied', async () => {
    await put('AuditorMSP', 'AuditorMSP');
    opening = { ...opening, permitted: false };
    await expect(put('AuditorMSP', 'AuditorMSP')).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(get('ValleyMSP', 'AuditorMSP')).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it('tells what was not left yet, and an opening that is not there', async () => {
    await expect(get('ValleyMSP', 'AuditorMSP')).rejects.toThrow(coded('ERR_NOT_FOUND'));
    const place = { openingId: '../o1', recipient: 'InsurerMSP' };
    await expect(mailbox.get(place, of('ValleyMSP'))).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('lets no name lead out of its folder', async () => {
    const recipient = '../../InsurerMSP';
    opening = { ...opening, recipients: [recipient] };
    await expect(put(recipient, recipient)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    await expect(get('ValleyMSP', recipient)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    expect(await letters()).toEqual([]);
  });

  it('replaces what the same sender left before, for its owner only', async () => {
    await put('AuditorMSP', 'AuditorMSP', undefined, 'first');
    await put('AuditorMSP', 'AuditorMSP', undefined, 'second');
    const letter = JSON.parse((await get('ValleyMSP', 'AuditorMSP')).toString()) as Letter;
    expect(Buffer.from(letter.body, 'base64').toString()).toBe('second');
    const [name = ''] = await letters();
    expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
  });
});
