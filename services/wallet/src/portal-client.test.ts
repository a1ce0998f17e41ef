import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { WalletOwner } from '@salus/client/wallet';
import { sha256Hex } from '@salus/protocol';
import {
  startService,
  type RunningService,
  type ServiceRequest,
  verifyPortalRequest,
  type PortalPatient,
} from '@salus/service-kit';
import { coded } from '@salus/testing/coded';
import type { TestSigner } from '@salus/testing/receipt-messages';
import { CHANNEL, configBlock, makeMember, MEMBERS, person } from '@salus/testing/receipt-world';
import { answersOf } from '@salus/testing/signed-answers';
import { PortalClient } from './portal-client.js';
import { WalletHome } from './wallet-home.js';
import { startWallet } from './wallet-service.js';
import { Wallet } from './wallet.js';

const passphrase = 'correct horse battery';

/** A wallet and a portal that checks whose request it is, and answers what the test's peers sign. */
describe('a wallet that asks a portal', () => {
  let folder: string;
  let peers: TestSigner[];
  let running: RunningService[];
  let owner: WalletOwner;
  let portal: PortalClient;
  let pseudonym: string;
  let lies: boolean;

  beforeEach(async () => {
    lies = false;
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-portal-'));
    const members = await Promise.all(MEMBERS.map(makeMember));
    peers = await Promise.all(members.map((member) => person(member)));
    const home = new WalletHome(folder);
    await home.init({ nationalId: 'AB 123 456' }, passphrase);
    await home.pin(configBlock(members));
    const { state, store, tls } = await home.unlock(passphrase);
    const trust = await home.trust();
    const wallet = new Wallet(state, { channel: CHANNEL, store, ...(trust && { trust }) });
    pseudonym = await wallet.pseudonym('hospital');
    const ownerToken = await home.ownerToken();
    const served = await startWallet({
      wallet,
      tls,
      ownerToken,
      invitations: home.invitations,
    });
    await writeFile(path.join(folder, 'wallet.url'), served.url);
    owner = new WalletOwner(await home.owner());
    const keys = state.keys.filter(({ kind }) => kind === 'hospital');
    const door = await startService((request) => answer(request, { pseudonym, keys }), {
      maxBodyBytes: 100_000,
    });
    running = [served, door];
    portal = new PortalClient(owner, { origin: door.url });
  });

  afterEach(async () => {
    await Promise.all(running.map((one) => one.close()));
    await rm(folder, { recursive: true });
  });

  /** What a gateway does. */
  async function answer(request: ServiceRequest, patient: PortalPatient): Promise<object> {
    const { method, path: asked, body, token, audience, url } = request;
    if (method === 'POST') return { type: 'AccessGrant.v1', transactionId: sha256Hex(body) };
    await verifyPortalRequest(
      token,
      { method, path: asked, bodyHash: sha256Hex(body) },
      {
        channel: CHANNEL,
        audience: `http://${audience}`,
        now: Date.now(),
        isNew: () => true,
        patient: (one) => Promise.resolve(one === patient.pseudonym ? patient : undefined),
      },
    );
    const bookmark = url.searchParams.get('bookmark') ?? undefined;
    const at = '2026-01-01T00:00:00.000Z';
    const page = answersOf(peers.slice(0, 3), {
      transaction: 'auditTrail',
      request: { pseudonym, pageSize: 100, ...(bookmark !== undefined && { bookmark }) },
      value: {
        results: [{ transactionId: bookmark ?? 'first', at }],
        fetchedRecordsCount: 1,
        bookmark: bookmark === undefined ? 'second' : '',
      },
    });
    return lies ? { ...page, answers: page.answers.slice(0, 2) } : page;
  }

  it('gets its trail page by page, proves it, and tells what is new once', async () => {
    const trail = await portal.trail();
    const { entries } = await owner.prove(trail, { unseen: true });
    expect(entries.map(({ transactionId }) => transactionId)).toEqual(['first', 'second']);
    await expect(owner.prove(trail, { unseen: true })).resolves.toMatchObject({ entries: [] });
    await expect(owner.prove(trail)).resolves.toMatchObject({ entries });
  });

  it('believes no portal that has too few signatures', async () => {
    lies = true;
    const trail = await portal.trail();
    await expect(owner.prove(trail)).rejects.toThrow(coded('ERR_RECEIPT_TOO_FEW'));
  });

  it('is refused for a pseudonym that the portal does not know', async () => {
    const [, door] = running;
    const other = new PortalClient(owner, { origin: door?.url ?? '' }, 'insurer');
    await expect(other.trail()).rejects.toThrow(coded('ERR_REQUEST_REFUSED'));
  });

  it('has statements relayed, which prove themselves', async () => {
    const { statement = '' } = await owner.command({
      type: 'withdraw',
      grant: crypto.randomUUID(),
    });
    await expect(portal.relay(statement)).resolves.toMatchObject({ type: 'AccessGrant.v1' });
  });
});
