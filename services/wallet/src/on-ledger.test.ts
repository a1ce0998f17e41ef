import { generateHpkeKeyPair, openSealed, sealTo, type SealedBox } from '@salus/crypto/hpke';
import { labelTag } from '@salus/crypto/content';
import { DAY_MS, jwkThumbprint, NO_END } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { TestWallet, WalletWorld, type Answered } from '@salus/testing/wallet-world';
import {
  emptyState,
  tagKeyOf,
  type InstitutionKind,
  recoveryCode,
  recoveryState,
  walletState,
  walletRequest,
  RETURNED_SHARE_INFO,
  type GuardiansSet,
  type Rebuilt,
  type RecoveryAsk,
} from '@salus/wallet';

const CONFIDENTIALITY = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality';
const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode';

/** The wallet's statements, on the contract that judges them. */
describe("a wallet's statements on the ledger", () => {
  let world: WalletWorld;
  let patient: Awaited<ReturnType<WalletWorld['registered']>>;

  beforeEach(async () => {
    world = await WalletWorld.open();
    patient = await world.registered();
  });

  const onLedger = () => world.ehr().getPatient(patient.pseudonym);

  const grantWhole = async (mspId = 'ValleyHospitalMSP', categories = ['laboratory' as const]) => {
    const granted = await patient.do({ type: 'grant', grantee: { mspId }, categories, days: 30 });
    await world.ehr().grantAccess(granted.statement);
    return granted;
  };

  const tagOf = async (wallet = patient) => {
    const granted = await wallet.do({
      type: 'grant',
      grantee: { mspId: 'InsurerMSP' },
      categories: ['laboratory'],
      days: 1,
    });
    await world.ehr().grantAccess(granted.statement);
    const { scope } = await world.ehr().getGrant({
      pseudonym: wallet.pseudonym,
      grantId: granted.grantId,
    });
    return scope.categoryTags?.[0] ?? '';
  };

  describe('keys', () => {
    it('are added, rotated and retired', async () => {
      const [first] = (await onLedger()).keys;
      const added = await patient.do({ type: 'add-key', alg: 'EdDSA' });
      await world.ehr().addKey({ addition: added.statement, possession: added.possession });
      const retired = await patient.do({ type: 'retire-key', kid: first?.kid ?? '' });
      await world.ehr().endKey(retired.statement);
      const { keys } = await onLedger();
      expect(keys.map(({ kid, status }) => [kid, status])).toEqual([
        [first?.kid, 'RETIRED'],
        [added.kid, 'ACTIVE'],
      ]);
      await grantWhole();
    });

    it('the last one is not ended', async () => {
      const [first] = (await onLedger()).keys;
      const last = patient.do({ type: 'retire-key', kid: first?.kid ?? '' });
      await expect(last).rejects.toThrow(coded('ERR_KEY_MISSING'));
    });

    it('a lost one takes its signatures and its secret with it', async () => {
      await patient.do({
        type: 'pin-organisation',
        mspId: 'ValleyHospitalMSP',
        publicKey: world.valleyKeys.publicKey,
      });
      const [first] = (await onLedger()).keys;
      const added = await patient.do({ type: 'add-key' });
      await world.ehr().addKey({ addition: added.statement, possession: added.possession });
      await world.deposit(await grantWhole());
      const before = patient.kept.state.roots;
      const lost = await patient.do({ type: 'lose-key', kid: first?.kid ?? '' });
      await world.ehr().endKey(lost.statement);
      await world.ehr().setCategoryKeys(lost.rollover);
      const { keys, categoryKeys } = await onLedger();
      expect(keys[0]).toMatchObject({ status: 'LOST' });
      expect(Object.values(categoryKeys).map(({ epoch }) => epoch)).toEqual(Array(14).fill(2));
      // The thief may have the old root secret: nothing new comes from it.
      expect(patient.kept.state.roots).toEqual([...before, expect.any(String)]);
      const { keys: ownKeys } = await patient.do<{ keys: { kid: string }[] }>({ type: 'keys' });
      expect(JSON.stringify(ownKeys)).not.toContain('privateKey');
      expect(await patient.core.pseudonym('hospital')).toBe(patient.pseudonym);
    });
  });

  describe('a stolen key', () => {
    type Ended = Answered & { readonly words: readonly string[] };
    const add = async (wallet: TestWallet) => {
      const added = await wallet.do({ type: 'add-key' });
      await world.ehr().addKey({ addition: added.statement, possession: added.possession });
      return added.kid;
    };
    const statuses = async () => (await onLedger()).keys.map(({ status }) => status);

    it('that calls the first key lost ends nothing for good: the spare key undoes it', async () => {
      const spare = await add(patient);
      const copy = TestWallet.of(structuredClone(patient.kept.state));
      const thiefs = await add(copy);
      const [first] = (await onLedger()).keys;
      const stolen = await copy.do<Ended>({ type: 'lose-key', kid: first?.kid ?? '', by: thiefs });
      await world.ehr().endKey(stolen.statement);
      expect(await statuses()).toEqual(['LOST', 'ACTIVE', 'ACTIVE']);
      // The patient's wallet does not hold the thief's key, and ends it by the spare one.
      const ended = await patient.do<Ended>({ type: 'lose-key', kid: thiefs, by: spare });
      expect(ended.words[0]).toContain(`Closes the key ${thiefs} at once`);
      await world.ehr().endKey(ended.statement);
      expect(await statuses()).toEqual(['ACTIVE', 'ACTIVE', 'LOST']);
    });

    it('goes with what the thief added by it, and both stay ended', async () => {
      const spare = await add(patient);
      const copy = TestWallet.of(structuredClone(patient.kept.state));
      await add(copy);
      const [first, , thiefs] = (await onLedger()).keys;
      const { pseudonym } = patient;
      const lostSince = thiefs?.addedAt ?? '';
      const lost = await patient.do<Ended>({ type: 'lose-key', kid: first?.kid ?? '', lostSince });
      expect(lost.words.join(' ')).toMatch(/Keys that it added since then are closed too/);
      await world.ehr().endKey(lost.statement);
      expect(await statuses()).toEqual(['LOST', 'ACTIVE', 'LOST']);
      world.now = () => Date.now() + 73 * 3_600_000;
      expect(await statuses()).toEqual(['LOST', 'ACTIVE', 'LOST']);
      expect(await onLedger()).not.toHaveProperty('endings');
      world.now = () => Date.now();
      expect((await world.ehr().getPatient(pseudonym)).keys[1]?.kid).toBe(spare);
    });

    it('that closes another is contradicted, and the senior key prevails after three days', async () => {
      const spare = await add(patient);
      const copy = TestWallet.of(structuredClone(patient.kept.state));
      const [first] = (await onLedger()).keys;
      const stolen = await copy.do<Ended>({ type: 'lose-key', kid: first?.kid ?? '', by: spare });
      await world.ehr().endKey(stolen.statement);
      const seen = await patient.core.takeOver('hospital', await onLedger());
      expect(seen).toMatchObject({ contested: [{ key: first?.kid, by: spare }] });
      await expect(patient.do({ type: 'retire-key', kid: spare })).rejects.toThrow(
        coded('ERR_KEY_MISSING'),
      );
      const answer = await patient.do<Ended>({
        type: 'lose-key',
        kid: spare,
        by: first?.kid ?? '',
      });
      await world.ehr().endKey(answer.statement);
      expect(await statuses()).toEqual(['LOST', 'LOST']);
      world.now = () => Date.now() + 73 * 3_600_000;
      expect(await statuses()).toEqual(['ACTIVE', 'LOST']);
      await patient.core.takeOver('hospital', await onLedger());
      world.now = () => Date.now();
      expect(patient.kept.state.keys.find(({ kid }) => kid === first?.kid)?.status).toBe('ACTIVE');
    });

    it('names guardians in place of others after three days only, and a veto stops that', async () => {
      const spare = await add(patient);
      const guardians = async (terms: object) => {
        const set = await patient.do<GuardiansSet>({
          ...{ type: 'set-guardians', threshold: 2, delaySeconds: 3600, guardians: [] },
          ...terms,
        });
        for (const { statement } of set.statements) await world.ehr().setGuardians(statement);
        return set;
      };
      const asked = await Promise.all(
        ['Bob', 'Carol'].map(async (name) => {
          const wallet = await TestWallet.fresh();
          const keys = await wallet.do<{ keys: never; hpkePublicKey: string }>(
            { type: 'guard', kinds: ['hospital'] },
            'Ada',
          );
          return { name, ...keys };
        }),
      );
      const set = await guardians({ guardians: asked });
      expect(set.words).toEqual([
        'Names 2 guardians.',
        expect.stringMatching(/stay for 72 hours.*salus wallet veto/) as string,
      ]);
      const none = await guardians({ threshold: 0 });
      expect(none.words[0]).toMatch(/^Ends guardianship/);
      expect((await onLedger()).guardians?.kids).toHaveLength(2);
      const { statement } = await patient.do({ type: 'veto' });
      await world.ehr().vetoRecovery(statement);
      world.now = () => Date.now() + 73 * 3_600_000;
      expect((await onLedger()).guardians?.kids).toHaveLength(2);
      world.now = () => Date.now();
      expect(spare).toBeDefined();
    });

    it('is ended by another own key alone', async () => {
      const [first] = (await onLedger()).keys;
      const kid = first?.kid ?? '';
      const insurers = patient.kept.state.keys.find(({ kind }) => kind === 'insurer');
      await expect(patient.do({ type: 'lose-key', kid, by: kid })).rejects.toThrow(
        coded('ERR_INVALID_ARGUMENT'),
      );
      await expect(patient.do({ type: 'lose-key', kid, by: insurers?.kid ?? '' })).rejects.toThrow(
        coded('ERR_INVALID_ARGUMENT'),
      );
      await expect(patient.do({ type: 'lose-key', kid, by: 'k'.repeat(43) })).rejects.toThrow(
        coded('ERR_NOT_FOUND'),
      );
    });
  });

  describe('category keys', () => {
    beforeEach(() =>
      patient.do({
        type: 'pin-organisation',
        mspId: 'ValleyHospitalMSP',
        publicKey: world.valleyKeys.publicKey,
      }),
    );

    it('go with a grant of whole categories, and fit what records are sealed to', async () => {
      const tag = await tagOf();
      await world.deposit(await grantWhole());
      const opened = (await world.valleyOpens(patient.pseudonym, tag)).get(1) ?? '';
      const { publicKey = '' } = (await onLedger()).categoryKeys[tag] ?? {};
      const box = await sealTo(publicKey, Buffer.from('content key'), { info: 'a test' });
      const text = Buffer.from(await openSealed(opened, box, { info: 'a test' })).toString();
      expect(text).toBe('content key');
    });

    it.each([
      ['a purpose', { purposes: ['TREAT' as const] }],
      ['a role', { grantee: { mspId: 'ValleyHospitalMSP', role: 'physician' } }],
      ['a number of uses', { maxUses: 3 }],
      ['records', { records: ['r1'] }],
      ['labels', { labels: [{ system: 's', code: 'R' }] }],
    ])('do not go with one that is narrowed by %s', async (_, narrower) => {
      const { deposits } = await patient.do({
        type: 'grant',
        grantee: { mspId: 'ValleyHospitalMSP' },
        categories: ['laboratory'],
        days: 30,
        ...narrower,
      });
      expect(deposits).toEqual([]);
    });

    it('of the next epoch go to grantees who stay, and not to those whose grant was withdrawn', async () => {
      const tag = await tagOf();
      const other = await generateHpkeKeyPair();
      await patient.do({
        type: 'pin-organisation',
        mspId: 'RegulatorMSP',
        publicKey: other.publicKey,
      });
      const [valley, regulator] = [await grantWhole(), await grantWhole('RegulatorMSP')];
      await world.deposit(valley);
      await world.deposit(regulator);
      const withdrawn = await patient.do({ type: 'withdraw', grant: regulator.grantId });
      await world.ehr().withdrawConsent(withdrawn.statement);
      expect(withdrawn.deposits.map(({ grantee }) => grantee)).toEqual(['ValleyHospitalMSP']);
      await world.deposit(withdrawn);
      expect((await onLedger()).categoryKeys[tag]).toMatchObject({ epoch: 2 });
      const opened = await world.valleyOpens(patient.pseudonym, tag);
      expect([...opened.keys()]).toEqual([1, 2]);
      // Signed again, e.g. as the first one never arrived, it says the same.
      const again = await patient.do({ type: 'withdraw', grant: regulator.grantId });
      const claims = (jws: string) =>
        JSON.parse(Buffer.from(jws.split('.')[1] ?? '', 'base64url').toString()) as {
          nextKeys: unknown;
        };
      expect(claims(again.statement).nextKeys).toEqual(claims(withdrawn.statement).nextKeys);
    });

    it('of grants that ran out are rolled over', async () => {
      await world.deposit(await grantWhole());
      const [grant] = patient.kept.state.grants;
      const past = new Date(Date.now() - DAY_MS).toISOString();
      const state = { ...patient.kept.state, grants: [{ ...grant!, notAfter: past }] };
      const later = TestWallet.of(state);
      const rolled = await later.do<Answered & { categories: string[] }>({ type: 'roll-epochs' });
      expect(rolled).toMatchObject({ categories: ['laboratory'], deposits: [] });
      await world.ehr().setCategoryKeys(rolled.statement);
      await expect(later.do({ type: 'roll-epochs' })).resolves.toEqual({ categories: [] });
    });
  });

  it('denies, and takes the denial back', async () => {
    const denied = await patient.do({ type: 'grant', decision: 'deny', grantee: {}, days: 10 });
    await world.ehr().grantAccess(denied.statement);
    const { decision } = await world.ehr().getGrant({
      pseudonym: patient.pseudonym,
      grantId: denied.grantId,
    });
    expect(decision).toBe('deny');
    const withdrawn = await patient.do({ type: 'withdraw', grant: denied.grantId });
    await world.ehr().withdrawConsent(withdrawn.statement);
  });

  it('denies without an end unless told, and signs the end of a denial that was imported', async () => {
    const deny = { type: 'grant', decision: 'deny', grantee: {} } as const;
    const endOf = async (more: object) => {
      const { statement } = await patient.do({ ...deny, ...more });
      const { notAfter } = (await world.ehr().grantAccess(statement)).value;
      return notAfter;
    };
    expect(await endOf({})).toBe(NO_END);
    expect(await endOf({ until: NO_END })).toBe(NO_END);
    expect(await endOf({ until: '2400-01-01T00:00:00Z' })).toBe('2400-01-01T00:00:00.000Z');
    const { texts } = patient.kept.state;
    expect(texts.slice(-3).map(({ version }) => version)).toEqual([
      'deny.2',
      'deny.2',
      'deny-until.1',
    ]);
  });

  it('signs with each label of a denial those that it closes too, and those of a permit alone', async () => {
    const labels = [
      { system: CONFIDENTIALITY, code: 'R' },
      { system: ACT_CODE, code: 'SUD' },
    ];
    const tagsOf = async (more: object) => {
      const ask = {
        type: 'grant',
        grantee: { mspId: 'ValleyHospitalMSP' },
        labels,
        ...more,
      } as const;
      const { statement } = await patient.do(ask);
      return (await world.ehr().grantAccess(statement)).value.scope.labelTags;
    };
    const tagKey = await tagKeyOf(
      Buffer.from(patient.kept.state.roots[0] ?? '', 'base64url'),
      'hospital',
    );
    const tagged = (all: readonly (readonly [string, string])[]) =>
      all.map(([system, code]) => labelTag(tagKey, { system, code }));
    const named = [
      [CONFIDENTIALITY, 'R'],
      [ACT_CODE, 'SUD'],
    ] as const;
    expect(await tagsOf({ days: 1 })).toEqual(tagged(named));
    expect(await tagsOf({ decision: 'deny' })).toEqual(
      tagged([...named, [CONFIDENTIALITY, 'V'], [ACT_CODE, 'ETHUD'], [ACT_CODE, 'OPIOIDUD']]),
    );
  });

  it('demands the days of a permit', () => {
    const ask = { type: 'grant', grantee: { mspId: 'ValleyHospitalMSP' }, records: ['r1'] };
    const { error } = walletRequest.safeParse(ask);
    expect(error?.issues.map(({ path }) => path)).toEqual([['days']]);
    expect(walletRequest.safeParse({ ...ask, days: 1 }).success).toBe(true);
  });

  it('refuses what the contract would refuse before it signs', async () => {
    const grantee = { mspId: 'ValleyHospitalMSP' };
    const asks = [
      { grantee },
      { grantee: {}, categories: ['laboratory' as const] },
      { grantee, categories: ['laboratory' as const], purposes: ['BTG' as const] },
      { grantee, decision: 'deny' as const, maxUses: 1 },
    ];
    for (const ask of asks) {
      await expect(patient.do({ type: 'grant', days: 1, ...ask })).rejects.toThrow(
        coded('ERR_INVALID_ARGUMENT'),
      );
    }
  });

  it('orders records to be erased', async () => {
    const { statement } = await patient.do({ type: 'erase', records: ['r1'] });
    // The order itself is fine: there is no such record.
    await expect(world.ehr().eraseRecords(statement)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  describe('delegates', () => {
    const appoint = async (categories?: ['laboratory']) => {
      const helper = await TestWallet.fresh();
      const key = await helper.do<{ jwk: never; hpkePublicKey: string }>({ type: 'assist' }, 'Ada');
      const signed = await patient.do<Answered & { terms: SealedBox; delegateId: string }>({
        type: 'delegate',
        name: 'Bob',
        ...key,
        terms: {
          relation: 'CARER',
          actions: ['grant'],
          when: 'ALWAYS',
          notBefore: new Date(Date.now() - 1000).toISOString(),
          notAfter: new Date(Date.now() + DAY_MS).toISOString(),
          ...(categories && { categories }),
        },
      });
      await world.ehr().addDelegate(signed.statement);
      await helper.do({ type: 'take-delegation', terms: signed.terms }, 'Ada');
      return { helper, delegate: signed.delegateId };
    };
    const grant = {
      type: 'grant' as const,
      grantee: { mspId: 'ValleyHospitalMSP' },
      categories: ['laboratory' as const],
      purposes: ['TREAT' as const],
      days: 1,
    };

    it('sign within their delegation, until it ends', async () => {
      const { helper, delegate } = await appoint(['laboratory']);
      const signed = await helper.do({ type: 'on-behalf', delegate, request: grant });
      await world.ehr().grantAccess(signed.statement);
      const late = await helper.do({ type: 'on-behalf', delegate, request: grant });
      const ended = await patient.do({ type: 'end-delegation', delegate });
      await world.ehr().endDelegate(ended.statement);
      await expect(world.ehr().grantAccess(late.statement)).rejects.toThrow();
    });

    it('sign nothing beyond it', async () => {
      const { helper, delegate } = await appoint(['laboratory']);
      const beyond = [
        { ...grant, categories: ['medication' as const] },
        { type: 'withdraw' as const, grant: crypto.randomUUID() },
        { type: 'erase' as const, records: ['r1'] },
      ];
      for (const request of beyond) {
        await expect(helper.do({ type: 'on-behalf', delegate, request })).rejects.toThrow(
          coded('ERR_FORBIDDEN'),
        );
      }
    });

    it('may resign', async () => {
      const { helper, delegate } = await appoint();
      const { statement } = await helper.do({ type: 'end-delegation', delegate });
      await world.ehr().endDelegate(statement);
      const request = helper.do({ type: 'on-behalf', delegate, request: grant });
      await expect(request).rejects.toThrow(coded('ERR_NOT_FOUND'));
    });
  });

  describe('guardians', () => {
    const names = ['Bob', 'Carol', 'Dan'] as const;
    type Guardian = { name: string; wallet: TestWallet };

    const appoint = async (threshold = 2): Promise<readonly Guardian[]> => {
      const guardians = await Promise.all(
        names.map(async (name) => ({ name, wallet: await TestWallet.fresh() })),
      );
      const asked = await Promise.all(
        guardians.map(async ({ name, wallet }) => ({
          name,
          ...(await wallet.do<{
            keys: { kind: InstitutionKind; jwk: never }[];
            hpkePublicKey: string;
          }>({ type: 'guard', kinds: ['hospital'] }, 'Ada')),
        })),
      );
      const set = await patient.do<GuardiansSet>({
        type: 'set-guardians',
        threshold,
        guardians: asked,
        delaySeconds: 3600,
      });
      for (const { statement } of set.statements) await world.ehr().setGuardians(statement);
      for (const { name, package: box } of set.packages) {
        const { wallet } = guardians.find((one) => one.name === name)!;
        await wallet.do({ type: 'keep-share', package: box }, 'Ada');
      }
      return guardians;
    };

    const newHome = async (olderKeys: 'RETIRED' | 'LOST' = 'LOST') =>
      TestWallet.of({
        ...emptyState(patient.kept.state.nationalId),
        recovery: await recoveryState({ olderKeys }),
      });

    const shareOf = async ({ wallet }: Guardian, ask: RecoveryAsk) =>
      (await wallet.do<{ share: SealedBox }>(ask, 'Ada')).share;

    it('give a lost wallet back, and the ledger its new key', async () => {
      const [bob, , dan] = await appoint();
      const recovered = await newHome();
      const ask = await recovered.do<RecoveryAsk>({ type: 'begin-recovery' });
      const shares = [await shareOf(bob!, ask), await shareOf(dan!, ask)];
      const { keys } = await recovered.do<Rebuilt>({ type: 'rebuild', shares });
      // Who has the lost device may have its root: what comes now comes from another.
      const lost = patient.kept.state.roots;
      expect(recovered.kept.state.roots).toEqual([...lost, expect.any(String)]);
      const request = {
        type: 'approve-keys' as const,
        keys: keys.map(({ kind, key }) => ({ kind, key: { ...key, purposes: [...key.purposes] } })),
        olderKeys: 'LOST' as const,
      };
      const approvals: string[] = [];
      for (const { wallet } of [bob!, dan!]) {
        const answer = await wallet.do<{ approvals: { statement: string }[] }>(request, 'Ada');
        approvals.push(...answer.approvals.map(({ statement }) => statement));
      }
      const { statement: possession } = await recovered.do({ type: 'possession' });
      const { pseudonym } = patient;
      await world.ehr().requestRecovery({ pseudonym, approvals, possession });
      world.now = () => Date.now() + 3_601_000;
      await world.ehr().completeRecovery(pseudonym);
      world.now = () => Date.now();
      const { keys: onIt } = await onLedger();
      expect(onIt.map(({ status }) => status)).toEqual(['LOST', 'ACTIVE']);
      expect(onIt[1]?.kid).toBe(jwkThumbprint(keys[0]!.key.jwk));
      // Asked once more, e.g. as a guardian had not answered, it is the same wallet.
      await recovered.do({ type: 'rebuild', shares });
      const { statement: rollover } = (await recovered.core.takeOver(
        'hospital',
        await onLedger(),
      )) as unknown as Answered;
      await world.ehr().setCategoryKeys(rollover);
      const epochs = Object.values((await onLedger()).categoryKeys).map(({ epoch }) => epoch);
      expect(epochs).toEqual(Array(14).fill(2));
      await expect(recovered.do({ type: 'rebuild', shares })).rejects.toThrow(
        coded('ERR_CONFLICT'),
      );
      const granted = await recovered.do({
        type: 'grant',
        grantee: { mspId: 'ValleyHospitalMSP' },
        categories: ['laboratory'],
        days: 1,
      });
      await world.ehr().grantAccess(granted.statement);
    });

    it('have to be set again after a new root secret', async () => {
      await appoint();
      const current = async () =>
        (await patient.do<{ guardians: { current: boolean } }>({ type: 'overview' })).guardians
          .current;
      expect(await current()).toBe(true);
      const [first] = patient.kept.state.keys;
      await patient.do({ type: 'add-key' });
      await patient.do({ type: 'lose-key', kid: first!.kid });
      expect(await current()).toBe(false);
    });

    it('can be stopped by the owner who still has the wallet', async () => {
      await appoint();
      const { statement } = await patient.do({ type: 'veto' });
      await expect(world.ehr().vetoRecovery(statement)).rejects.toThrow(coded('ERR_CONFLICT'));
    });

    const statedKeys = async (ask: RecoveryAsk) => {
      const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
      const [{ kind, jwk }] = ask.keys as [(typeof ask.keys)[number]];
      const key = {
        ...{ jwk, hpkePublicKey, notBefore: new Date().toISOString() },
        purposes: ['consent' as const, 'access' as const, 'keys' as const],
      };
      return { type: 'approve-keys' as const, keys: [{ kind, key }], olderKeys: ask.olderKeys };
    };

    it('approve no other keys than their owners agreed to', async () => {
      const [bob] = await appoint();
      const [mine, thiefs] = [await newHome(), await newHome()];
      const ask = await mine.do<RecoveryAsk>({ type: 'begin-recovery' });
      await shareOf(bob!, ask);
      const right = await statedKeys(ask);
      const [named] = right.keys as [(typeof right.keys)[number]];
      const narrowed = { ...named, key: { ...named.key, purposes: ['keys' as const] } };
      const ending = { ...named, key: { ...named.key, notAfter: '2099-01-01T00:00:00.000Z' } };
      const wrong = [
        await statedKeys(await thiefs.do<RecoveryAsk>({ type: 'begin-recovery' })),
        { ...right, keys: [{ ...named, kind: 'insurer' as const }] },
        { ...right, olderKeys: 'RETIRED' as const },
        { ...right, lostSince: '2026-05-01T00:00:00.000Z' },
        { ...right, keys: [narrowed] },
        { ...right, keys: [ending] },
      ];
      for (const request of wrong) {
        await expect(bob!.wallet.do(request, 'Ada')).rejects.toThrow(coded('ERR_APPROVAL_NEEDED'));
      }
      await expect(bob!.wallet.do(right, 'Ada')).resolves.toMatchObject({ approvals: [{}] });
    });

    it('see another code where a thief has the shares sealed to a key of the own', async () => {
      const [bob] = await appoint();
      const mine = await newHome();
      const ask = await mine.do<RecoveryAsk>({ type: 'begin-recovery' });
      const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
      const forged = { ...ask, hpkePublicKey };
      expect(await recoveryCode(forged)).not.toBe(await recoveryCode(ask));
      // Who agrees to it all the same is told when the other one comes, and approves that one alone.
      await shareOf(bob!, forged);
      const agreed = await bob!.wallet.core.agreedRecovery('Ada');
      expect(agreed?.code).toBe(await recoveryCode(forged));
      await shareOf(bob!, ask);
      expect((await bob!.wallet.core.agreedRecovery('Ada'))?.code).toBe(await recoveryCode(ask));
      await expect(bob!.wallet.core.agreedRecovery('Eve')).resolves.toBeUndefined();
    });

    it('believe no agreement that release 0.1.0 kept, and none to a recovery that is over', async () => {
      const [bob] = await appoint();
      const ask = await (await newHome()).do<RecoveryAsk>({ type: 'begin-recovery' });
      await shareOf(bob!, ask);
      const state = structuredClone(bob!.wallet.kept.state);
      const [ward] = state.wards as [(typeof state.wards)[number]];
      const { recovery, ...rest } = ward;
      const kept = { ...rest, agreed: [recovery?.digest ?? ''] };
      const of010 = TestWallet.of(walletState.parse({ ...state, wards: [kept] }));
      await expect(of010.do(await statedKeys(ask), 'Ada')).rejects.toThrow(
        coded('ERR_APPROVAL_NEEDED'),
      );
      const parcel = Buffer.from(JSON.stringify(ward.package));
      const box = await sealTo(ward.hpke.publicKey, parcel, { info: 'salus/guardian-share/v1' });
      await bob!.wallet.do({ type: 'keep-share', package: box }, 'Ada');
      await expect(bob!.wallet.do(await statedKeys(ask), 'Ada')).rejects.toThrow(
        coded('ERR_APPROVAL_NEEDED'),
      );
    });

    it('are of no use one alone, and a wrong share is found out', async () => {
      const [bob, carol, dan] = await appoint();
      const recovered = await newHome();
      const ask = await recovered.do<RecoveryAsk>({ type: 'begin-recovery' });
      const [one, two, three] = [
        await shareOf(bob!, ask),
        await shareOf(carol!, ask),
        await shareOf(dan!, ask),
      ];
      const lied = await forge(dan!, ask);
      for (const shares of [
        [one, one],
        [one, lied],
      ]) {
        await expect(recovered.do({ type: 'rebuild', shares })).rejects.toThrow(
          coded('ERR_SHARE_INVALID'),
        );
        expect(recovered.kept.state.roots).toEqual([]);
      }
      expect(three).toBeDefined();
      // Two right ones are enough, whatever the third says.
      await recovered.do({ type: 'rebuild', shares: [lied, one, two] });
      expect(recovered.kept.state.roots).toEqual([...patient.kept.state.roots, expect.any(String)]);
    });

    /** What a guardian sends who has turned one bit of the share. */
    async function forge({ wallet }: Guardian, { hpkePublicKey }: RecoveryAsk): Promise<SealedBox> {
      const parcel = wallet.kept.state.wards[0]?.package;
      const share = Buffer.from(parcel?.share ?? '', 'base64url');
      share[0] = (share[0] ?? 0) ^ 1;
      const forged = JSON.stringify({ ...parcel, share: share.toString('base64url') });
      const context = { info: RETURNED_SHARE_INFO, aad: hpkePublicKey };
      return sealTo(hpkePublicKey, Buffer.from(forged), context);
    }

    it('are not asked twice for the first share, and always for one in its place', async () => {
      const [bob] = await appoint();
      const parcel = { enc: '', ciphertext: '' };
      const { core } = bob!.wallet;
      const replacing = { type: 'keep-share' as const, package: parcel };
      await expect(core.isAgreed(replacing, 'Ada')).resolves.toBe(false);
      await expect(core.isAgreed(replacing, 'Eve')).resolves.toBe(false);
      const [ward] = bob!.wallet.kept.state.wards;
      // Asked again, the guardian is the same, and the share is still there.
      await bob!.wallet.do({ type: 'guard', kinds: ['hospital', 'insurer'] }, 'Ada');
      expect(bob!.wallet.kept.state.wards).toMatchObject([{ ...ward, keys: [{}, {}] }]);
    });

    it('have to be two at least', async () => {
      await expect(appoint(1)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT'));
    });
  });
});
