import { connect, type SalusClient } from '@salus/client';
import {
  fetchChannelConfig,
  collectSignedAnswers,
  collectSignedTrail,
  collectTrailPage,
} from '@salus/client/proofs';
import {
  generateHpkeKeyPair,
  openSealed,
  type HpkeKeyPair,
  categoryKeyContext,
} from '@salus/crypto/hpke';
import { coded } from '@salus/testing/coded';
import { connectAs } from '@salus/testing/running-network';
import { walletRequest, type WalletAsk, newWalletState, type WalletAnswer } from '@salus/wallet';
import { Wallet } from '@salus/wallet-service';
import { readChannelConfig, type ChannelTrust } from './channel-config.js';
import { verifySignedTrail } from './signed-trail.js';

const HOUR_MS = 3_600_000;

/** What a patient without an identity on the network can prove, by what a portal's client collects. */
describe('signed answers of a network', () => {
  let registrar: SalusClient;
  let keyService: SalusClient;
  let physician: SalusClient;
  let trust: ChannelTrust;
  let wallet: Wallet;
  let valley: HpkeKeyPair;
  let pseudonym: string;

  const perform = (ask: WalletAsk): Promise<WalletAnswer> =>
    wallet.perform(walletRequest.parse(ask), { kind: 'hospital' });

  beforeAll(async () => {
    registrar = await connect(connectAs('CityHospital', 'registrar'));
    keyService = await connect(connectAs('ValleyHospital', 'keyservice'));
    physician = await connect(connectAs('ValleyHospital', 'physician'));
    trust = await readChannelConfig(await fetchChannelConfig(registrar));
    const { channel } = registrar;
    const state = await newWalletState(`AB ${crypto.randomUUID()}`, ['hospital']);
    wallet = new Wallet(state, { channel, trust, store: { save: () => Promise.resolve() } });
    valley = await generateHpkeKeyPair();
    const desk = await generateHpkeKeyPair();
    const { statement = '' } = await perform({ type: 'register', hpkePublicKey: desk.publicKey });
    await registrar.ehr.registerPatient(statement);
    pseudonym = await wallet.pseudonym('hospital');
  });

  afterAll(() => {
    for (const client of [registrar, keyService, physician]) client.close();
  });

  it("tell a patient whose HPKE key is a grantee's, and category keys arrive there", async () => {
    const notAfter = new Date(Date.now() + HOUR_MS).toISOString();
    const { publicKey } = valley;
    await keyService.ehr.registerHpkeKey({ scope: 'organisation', publicKey, notAfter });
    const mspId = keyService.mspId;
    const granteeKey = await collectSignedAnswers(registrar, {
      contract: 'ehr',
      transaction: 'getHpkeKey',
      request: { mspId },
    });
    const granted = await perform({
      type: 'grant',
      grantee: { mspId },
      categories: ['laboratory'],
      days: 1,
      granteeKey,
    });
    await registrar.ehr.grantAccess(granted.statement ?? '');
    const [deposit] = granted.deposits ?? [];
    if (!deposit) throw new Error('nothing was sealed');
    await registrar.ehr.depositCategoryKeys(deposit.statement, mspId, deposit.keys);
    const categoryTag = deposit.keys[0]?.categoryTag ?? '';
    const [kept] = await keyService.ehr.readCategoryKeys({ pseudonym, categoryTag });
    if (!kept) throw new Error('nothing was kept');
    const context = categoryKeyContext({ pseudonym, categoryTag, epoch: 1, mspId });
    await expect(openSealed(valley.privateKey, kept, context)).resolves.toHaveLength(32);
  });

  it('prove the audit trail, page by page', async () => {
    const { statement = '', grantId = '' } = await perform({
      type: 'grant',
      decision: 'deny',
      grantee: { mspId: 'InsurerMSP' },
      days: 1,
    });
    await registrar.ehr.grantAccess(statement);
    const trail = await collectSignedTrail(registrar, { pseudonym });
    const { entries, answeredBy } = verifySignedTrail(trail, trust, { pseudonym });
    expect(entries[0]).toMatchObject({ action: 'PATIENT_REGISTERED' });
    expect(entries.at(-1)).toMatchObject({ action: 'DENIED', grantId });
    expect(answeredBy.length).toBeGreaterThan(trust.organisations.size / 2);
    await expect(wallet.unseen('hospital', entries)).resolves.toEqual(entries);
    await expect(wallet.unseen('hospital', entries)).resolves.toEqual([]);

    // Grants are told beside whatever else happened then, so something else has to happen.
    const { statement: addition = '', possession = '' } = await perform({ type: 'add-key' });
    await registrar.ehr.addKey({ addition, possession });
    const first = await collectTrailPage(registrar, { pseudonym, pageSize: 1 });
    const cut = { type: 'SignedTrail.v1' as const, pages: [first] };
    expect(() => verifySignedTrail(cut, trust, { pseudonym })).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
  });

  it("take the ledger's epochs over into the wallet", async () => {
    const request = { pseudonym };
    const patient = await collectSignedAnswers(registrar, {
      contract: 'ehr',
      transaction: 'getPatient',
      request,
    });
    await expect(perform({ type: 'sync', patient })).resolves.toMatchObject({ unknownKeys: [] });
  });

  it("give the contract's own refusal where there is nothing to sign", async () => {
    const request = { pseudonym: 'q'.repeat(43) };
    await expect(
      collectSignedAnswers(registrar, { contract: 'ehr', transaction: 'getPatient', request }),
    ).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
