import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { StoreClient } from '@salus/client/stores';
import { signRequest } from '@salus/client/trust';
import { SalusError, sha256Hex } from '@salus/protocol';
import type { Study } from '@salus/protocol/statistics';
import type { RunningService } from '@salus/service-kit';
import { CHANNEL } from '@salus/testing/consent-world';
import { TestConsortium, type TestMember } from '@salus/testing/member';
import type { LedgerView } from './ledger-view.js';
import { startStore } from './store-service.js';

const coded = (code: string) => expect.objectContaining({ code }) as Error;
const content = Buffer.from('ciphertext of a record');
const hash = sha256Hex(content);

const STUDY = { chaincode: 'statistics', study: 'study' };

const study = {
  status: 'CLOSED',
  openedBy: { mspId: 'CityMSP', institution: 'north' },
  terms: { deadline: '' },
  participants: [
    { mspId: 'ValleyMSP', institution: 'east', joinedAt: '' },
    {
      mspId: 'CityMSP',
      institution: 'north',
      joinedAt: '',
      contribution: { ciphertextHash: hash, by: '', at: '' },
    },
  ],
} as unknown as Study;

describe('a store', () => {
  let consortium: TestConsortium;
  let outsiders: TestConsortium;
  let [asker, writer]: TestMember[] = [];
  let home: string;
  /** As the study, with a minute left. */
  const collecting = (): Study => ({
    ...study,
    status: 'CONTRIBUTING',
    terms: { ...study.terms, deadline },
  });
  let deadline: string;
  let store: RunningService;
  let now: number;
  const time = (offset: number) => new Date(now + offset).toISOString();

  const clientOf = (member: TestMember | undefined) => {
    if (!member) throw new Error('no member');
    return new StoreClient(store.url, member.identity);
  };
  const read = (member = asker) => clientOf(member).get(hash, STUDY);

  beforeAll(async () => {
    consortium = await TestConsortium.of('CityMSP', 'ValleyMSP', 'InsurerMSP');
    outsiders = await TestConsortium.of('ValleyMSP', 'OtherMSP');
    asker = await consortium.member('ValleyMSP', 'analyst');
    writer = await consortium.member('CityMSP', 'analyst');
  });

  beforeEach(async () => {
    home = await mkdtemp(path.join(os.tmpdir(), 'salus-store-'));
    now = Date.now();
    const nothing = () => Promise.reject(new SalusError('ERR_NOT_FOUND', 'nothing'));
    const ledger = {
      getClaim: nothing,
      getPolicy: nothing,
      getStudy: (studyId: string) => {
        if (studyId === 'study') return Promise.resolve(study);
        if (studyId === 'joining') return Promise.resolve({ ...collecting(), status: 'JOINING' });
        return studyId === 'open' ? Promise.resolve(collecting()) : nothing();
      },
      computation: () => ({
        getKey: nothing,
        getOpening: nothing,
        getCiphertext: nothing,
        getEvaluation: nothing,
      }),
    } as unknown as LedgerView;
    const clock = () => now;
    deadline = time(60_000);
    const { members } = consortium;
    const { identity } = await consortium.member('CityMSP', 'store');
    const limits = { contentBytes: 100 };
    store = await startStore({ home, channel: CHANNEL, identity, members, ledger, clock, limits });
    await clientOf(writer).put(content);
  });

  afterEach(async () => {
    await store.close();
    await rm(home, { recursive: true });
  });

  it('serves content to whom the ledger permits it', async () => {
    expect(await read()).toEqual(content);
  });

  it('refuses content without a permission', async () => {
    await expect(clientOf(asker).get(hash, {} as never)).rejects.toThrow(coded('ERR_NO_DECISION'));
  });

  it("refuses strangers, and certificates of a member's name from another CA", async () => {
    for (const mspId of ['OtherMSP', 'ValleyMSP']) {
      const stranger = await outsiders.member(mspId);
      await expect(read(stranger)).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
      await expect(clientOf(stranger).put(Buffer.from('x'))).rejects.toThrow(
        coded('ERR_REQUEST_REFUSED'),
      );
    }
  });

  it('refuses an expired certificate', async () => {
    const late = await consortium.member('ValleyMSP', 'late', new Date(Date.now() - 1000));
    await expect(read(late)).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
  });

  it('refuses a certificate from the moment that it is revoked, to read and to write', async () => {
    const leaver = await consortium.member('ValleyMSP', 'analyst');
    await clientOf(leaver).put(content);
    await consortium.revoke(leaver);
    await expect(read(leaver)).rejects.toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    await expect(clientOf(leaver).put(content)).rejects.toThrow(coded('ERR_CERTIFICATE_REVOKED'));
    expect(await read()).toEqual(content);
  });

  it('takes a request once, unchanged, and only while it is fresh', async () => {
    if (!asker) throw new Error('no member');
    const send = (token: string, at: string) =>
      fetch(`${store.url}${at}`, { headers: { authorization: `Salus ${token}` } });
    const target = `/v1/content/${hash}?chaincode=statistics&study=study`;
    const audience = new URL(store.url).host;
    const request = { method: 'GET', path: target, audience, body: new Uint8Array() };
    const token = await signRequest(asker.identity, request);
    expect((await send(token, target)).status).toBe(200);
    expect((await send(token, target)).status).toBe(401);
    const moved = await signRequest(asker.identity, { ...request, path: '/v1/content/x' });
    expect((await send(moved, target)).status).toBe(401);
    const elsewhere = await signRequest(asker.identity, { ...request, audience: 'other:1' });
    expect((await send(elsewhere, target)).status).toBe(401);
    const stale = await signRequest(asker.identity, request, now - 61_000);
    expect((await send(stale, target)).status).toBe(401);
    expect((await send('', target)).status).toBe(401);
  });

  it('lets no path lead out of its folder, and leaves no half-written file', async () => {
    if (!writer) throw new Error('no member');
    const audience = new URL(store.url).host;
    for (const name of ['..%2F..%2Fevil', 'a'.repeat(63), `${'a'.repeat(62)}..`]) {
      const request = { method: 'PUT', path: `/v1/content/${name}`, audience, body: content };
      const token = await signRequest(writer.identity, request);
      const response = await fetch(`${store.url}${request.path}`, {
        method: 'PUT',
        headers: { authorization: `Salus ${token}` },
        body: content,
      });
      expect(response.status).toBe(400);
    }
    const folders = ['blobs', `blobs/${hash.slice(0, 2)}`, 'owners'];
    const files = (await readdir(home, { recursive: true })).filter(
      (name) => !folders.includes(name),
    );
    const owner = sha256Hex('CityMSP').slice(0, 32);
    expect(files.sort()).toEqual(
      [`blobs/${hash.slice(0, 2)}/${hash}`, `owners/${owner}`, `owners/${owner}/${hash}`].sort(),
    );
  });

  it("serves a study's contributions to those who take part in it", async () => {
    const permission = STUDY;
    expect(await clientOf(asker).get(hash, permission)).toEqual(content);
    const insurer = await consortium.member('InsurerMSP', 'analyst');
    await expect(clientOf(insurer).get(hash, permission)).rejects.toThrow(coded('ERR_NO_DECISION'));
    const other = await clientOf(writer).put(Buffer.from('no contribution'));
    await expect(clientOf(asker).get(other, permission)).rejects.toThrow(coded('ERR_NO_DECISION'));
    await expect(clientOf(asker).get(hash, { ...permission, study: 'none' })).rejects.toThrow(
      coded('ERR_NOT_FOUND'),
    );
  });

  it('serves them to nobody, its opener included, while institutions may join', async () => {
    const permission = { chaincode: 'statistics', study: 'joining' };
    for (const member of [asker, writer]) {
      await expect(clientOf(member).get(hash, permission)).rejects.toThrow(
        coded('ERR_NO_DECISION'),
      );
    }
  });

  it('serves them to none but its opener while they are taken', async () => {
    const permission = { chaincode: 'statistics', study: 'open' };
    await expect(clientOf(asker).get(hash, permission)).rejects.toThrow(coded('ERR_NO_DECISION'));
    expect(await clientOf(writer).get(hash, permission)).toEqual(content);
    deadline = time(-1);
    expect(await clientOf(asker).get(hash, permission)).toEqual(content);
  });

  it('keeps contents of each organisation up to its quota', async () => {
    const room = 100 - content.length;
    await clientOf(writer).put(Buffer.alloc(room, 1));
    await expect(clientOf(writer).put(Buffer.from('x'))).rejects.toThrow(
      coded('ERR_QUOTA_EXCEEDED'),
    );
    await clientOf(writer).put(content);
    await clientOf(asker).put(Buffer.from('x'));
    expect(await read()).toEqual(content);
  });

  it('refuses content whose hash is another', async () => {
    if (!writer) throw new Error('no member');
    const audience = new URL(store.url).host;
    const body = Buffer.from('something else');
    const request = { method: 'PUT', path: `/v1/content/${hash}`, audience, body };
    const token = await signRequest(writer.identity, request);
    const response = await fetch(`${store.url}${request.path}`, {
      method: 'PUT',
      headers: { authorization: `Salus ${token}` },
      body,
    });
    expect(await response.json()).toMatchObject({ code: 'ERR_HASH_MISMATCH' });
  });
});
