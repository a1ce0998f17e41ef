import {
  generateHpkeKeyPair,
  openSealed,
  type HpkeKeyPair,
  categoryKeyContext,
} from '@salus/crypto/hpke';
import { readChannelConfig, type ChannelTrust, type SignedAnswers } from '@salus/proofs';
import type { ErrorCode } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import type { TestSigner } from '@salus/testing/receipt-messages';
import { configBlock, makeMember, MEMBERS, person } from '@salus/testing/receipt-world';
import { answersOf, type TestQuery } from '@salus/testing/signed-answers';
import { CHANNEL } from '@salus/testing/wallet-world';
import { walletRequest, type WalletAsk, newWalletState, type WalletState } from '@salus/wallet';
import { Wallet } from './wallet.js';

const HOUR_MS = 3_600_000;
const asker = { kind: 'hospital' } as const;

/** What a wallet believes, as most organisations' peers sign it, and what it doesn't. */
describe('a wallet that has pinned the channel', () => {
  let peers: TestSigner[];
  let trust: ChannelTrust;
  let valley: HpkeKeyPair;
  let thief: HpkeKeyPair;
  let state: WalletState;
  let wallet: Wallet;

  beforeAll(async () => {
    const members = await Promise.all(MEMBERS.map(makeMember));
    peers = await Promise.all(members.map((member) => person(member)));
    trust = await readChannelConfig(configBlock(members));
    [valley, thief] = [await generateHpkeKeyPair(), await generateHpkeKeyPair()];
  });

  beforeEach(async () => {
    state = await newWalletState('AB 123 456', ['hospital']);
    wallet = opened(trust);
    await perform({ type: 'register', hpkePublicKey: valley.publicKey });
  });

  const opened = (pinned?: ChannelTrust) =>
    new Wallet(state, {
      channel: CHANNEL,
      store: {
        save: (changed) => {
          state = changed;
          return Promise.resolve();
        },
      },
      ...(pinned && { trust: pinned }),
    });

  const perform = (ask: WalletAsk) => wallet.perform(walletRequest.parse(ask), asker);

  const registered = (more: object = {}, request: object = { mspId: 'ValleyMSP' }): TestQuery => ({
    transaction: 'getHpkeKey',
    request,
    value: {
      mspId: 'ValleyMSP',
      id: 'organisation',
      publicKey: valley.publicKey,
      notAfter: new Date(Date.now() + HOUR_MS).toISOString(),
      ...more,
    },
  });

  const grant = (granteeKey?: SignedAnswers): WalletAsk => ({
    type: 'grant',
    grantee: { mspId: 'ValleyMSP' },
    categories: ['laboratory'],
    days: 30,
    ...(granteeKey && { granteeKey }),
  });
  const by = (count: number, query: TestQuery) => answersOf(peers.slice(0, count), query);

  it("seals category keys to the organisation's key that peers of most organisations vouch for", async () => {
    const { deposits = [], pseudonym = '' } = await perform(grant(by(3, registered())));
    const [box] = deposits.flatMap(({ keys }) => keys);
    if (!box) throw new Error('nothing was sealed');
    const { categoryTag, epoch } = box;
    const context = categoryKeyContext({ pseudonym, categoryTag, epoch, mspId: 'ValleyMSP' });
    await expect(openSealed(valley.privateKey, box, context)).resolves.toHaveLength(32);
    expect(deposits.map(({ grantee }) => grantee)).toEqual(['ValleyMSP']);
  });

  it('seals none to a key that nobody has proven', async () => {
    await expect(perform(grant())).resolves.toMatchObject({ deposits: [] });
  });

  it.each<[string, () => SignedAnswers, ErrorCode]>([
    ['too few vouch for', () => by(2, registered()), 'ERR_RECEIPT_TOO_FEW'],
    [
      'is of another organisation',
      () => by(3, registered({}, { mspId: 'InsurerMSP' })),
      'ERR_RECEIPT_MISMATCH',
    ],
    [
      'was revoked',
      () => by(3, registered({ revokedAt: new Date().toISOString() })),
      'ERR_KEY_INVALID',
    ],
    [
      'has expired',
      () => by(3, registered({ notAfter: new Date(Date.now() - HOUR_MS).toISOString() })),
      'ERR_KEY_INVALID',
    ],
    [
      'was right long ago',
      () => by(3, { ...registered(), at: new Date(Date.now() - HOUR_MS) }),
      'ERR_RECEIPT_STALE',
    ],
  ])('takes no key that %s', async (_, evidence, code) => {
    await expect(perform(grant(evidence()))).rejects.toThrow(coded(code));
    expect(state.organisations).toEqual([]);
  });

  it('lets nobody put a key in place of the one that the owner has pinned', async () => {
    await perform({ type: 'pin-organisation', mspId: 'ValleyMSP', publicKey: thief.publicKey });
    await perform(grant(by(3, registered())));
    expect(state.organisations).toMatchObject([{ publicKey: thief.publicKey, trust: 'PINNED' }]);
  });

  it('believes nobody without the pinned configuration', async () => {
    wallet = opened();
    await expect(perform(grant(by(5, registered())))).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING'),
    );
  });

  it("takes the ledger's epochs over, of its own patient alone", async () => {
    const pseudonym = await wallet.pseudonym('hospital');
    const [laboratory] = (await perform(grant(by(3, registered())))).deposits ?? [];
    const categoryTag = laboratory?.keys[0]?.categoryTag ?? '';
    const patient = (of: string): TestQuery => ({
      transaction: 'getPatient',
      request: { pseudonym: of },
      value: { pseudonym: of, keys: [], categoryKeys: { [categoryTag]: { epoch: 7 } } },
    });
    await perform({ type: 'sync', patient: by(3, patient(pseudonym)) });
    expect(state.epochs.find(({ category }) => category === 'laboratory')?.epoch).toBe(7);
    const other = perform({ type: 'sync', patient: by(3, patient('q'.repeat(43))) });
    await expect(other).rejects.toThrow(coded('ERR_RECEIPT_MISMATCH'));
  });

  it('tells what is new in a trail once', async () => {
    const entry = (transactionId: string, at: string) => ({ transactionId, at });
    const first = [entry('a', '2026-01-01T00:00:00.000Z'), entry('b', '2026-01-02T00:00:00.000Z')];
    await expect(wallet.unseen('hospital', first)).resolves.toEqual(first);
    const same = entry('c', '2026-01-02T00:00:00.000Z');
    const later = entry('d', '2026-01-03T00:00:00.000Z');
    await expect(wallet.unseen('hospital', [...first, same, later])).resolves.toEqual([
      same,
      later,
    ]);
    await expect(wallet.unseen('hospital', [...first, same, later])).resolves.toEqual([]);
    // A transaction's time is its client's: one may come after others that have a later one.
    const delayed = entry('e', '2026-01-02T23:59:00.000Z');
    const all = [...first, same, delayed, later];
    await expect(wallet.unseen('hospital', all)).resolves.toEqual([delayed]);
  });
});
