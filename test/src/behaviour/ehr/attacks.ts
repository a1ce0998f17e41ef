import { randomUUID } from 'node:crypto';
import {
  ADJUSTER,
  CITY_PHYSICIAN,
  CITY_REGISTRAR,
  PHARMACIST,
  VALLEY_PHYSICIAN,
  VALLEY_REGISTRAR,
  isoIn,
  refOf,
  refusal,
  type Actors,
} from './actors.js';

/** What an attacker tries: with keys, with statements on their way, with roles, with texts. */
export function attackCases(actors: Actors): void {
  describe('against an attack', () => {
    statementCases(actors);
    roleCases(actors);
    raceCases(actors);
    textCases(actors);
    enumerationCases(actors);
  });
}

function statementCases(actors: Actors): void {
  const relay = (statement: string) =>
    actors.submit(VALLEY_REGISTRAR, 'grantAccess', { statement });

  test('a hospital can not grant for a patient', async () => {
    const victim = await actors.registerPatient();
    const hospital = actors.newWallet(victim.pseudonym);
    await expect(relay(await actors.grant(hospital))).rejects.toMatchObject(
      refusal('ERR_STATEMENT_INVALID'),
    );
  });

  test("one patient's key grants nothing of another's", async () => {
    const [victim, thief] = [await actors.registerPatient(), await actors.registerPatient()];
    const record = await actors.registerRecord(victim);
    const own = await actors.grant(thief, { scope: { records: [record.recordId] } });
    await relay(own);
    expect(await actors.requestAccess(record)).toMatchObject({ reason: 'NO_GRANT' });
    const named = await actors.grant({ ...thief, pseudonym: victim.pseudonym });
    await expect(relay(named)).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
  });

  test('a lost key signs no more, and what it signed holds no more', async () => {
    const wallet = await actors.registerPatient();
    const { pseudonym } = wallet;
    const record = await actors.registerRecord(wallet);
    const { grantId, kid } = await actors.grantAccess(wallet);
    const statement = await actors.statement(wallet, 'KeyEnd.v1', { key: kid, status: 'LOST' });
    await actors.submit(VALLEY_REGISTRAR, 'endKey', { statement });
    const later = [await actors.grant(wallet), await actors.deny(wallet)];
    for (const each of later) {
      await expect(relay(each)).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
    }
    await expect(actors.withdraw(wallet, grantId)).rejects.toMatchObject(
      refusal('ERR_STATEMENT_INVALID'),
    );
    await expect(actors.requestAsPatient(wallet, record)).rejects.toMatchObject(
      refusal('ERR_STATEMENT_INVALID'),
    );
    expect(await actors.requestAccess(record)).toMatchObject({
      pseudonym,
      permitted: false,
      reason: 'KEY_LOST',
    });
  });

  test('one byte that was changed anywhere voids a statement', async () => {
    const wallet = await actors.registerPatient();
    const statement = await actors.grant(wallet);
    const places = [0, 0.25, 0.5, 0.75, 0.95].map((part) => Math.floor(statement.length * part));
    for (const place of places) {
      const letter = statement[place] === 'A' ? 'B' : 'A';
      const changed = statement.slice(0, place) + letter + statement.slice(place + 1);
      await expect(relay(changed)).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
    }
    await relay(statement);
  });

  test('a statement of one kind is not taken for another', async () => {
    const wallet = await actors.registerPatient();
    const { grantId } = await actors.grantAccess(wallet);
    await expect(relay(await actors.withdrawal(wallet, grantId))).rejects.toMatchObject(
      refusal('ERR_STATEMENT_INVALID'),
    );
    await expect(
      actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', {
        statement: await actors.grant(wallet),
      }),
    ).rejects.toMatchObject(refusal('ERR_STATEMENT_INVALID'));
  });

  test('a grant that was withdrawn does not come back by its statement', async () => {
    const wallet = await actors.registerPatient();
    const statement = await actors.grant(wallet);
    const { grantId } = await relay(statement);
    await actors.withdraw(wallet, grantId);
    await expect(relay(statement)).rejects.toMatchObject(refusal('ERR_STATEMENT_REPLAYED'));
    const { pseudonym } = wallet;
    // Nor by being put away first: its statement has not expired for long enough.
    const { grantIds } = await actors.submit(VALLEY_REGISTRAR, 'archiveGrants', { pseudonym });
    expect(grantIds).toEqual([]);
  });

  test('a grant that is over for long is put away, and is still found', async () => {
    const wallet = await actors.registerPatient();
    const { pseudonym } = wallet;
    const share = await actors.grantAccess(wallet, { onward: true });
    const { shareId } = await actors.submit(VALLEY_PHYSICIAN, 'shareOnward', {
      pseudonym,
      grantId: share.grantId,
      grantee: { mspId: 'PharmaMSP' },
      notAfter: isoIn(-60),
    });
    const archived = await actors.submit(ADJUSTER, 'archiveGrants', { pseudonym });
    expect(archived.grantIds).toEqual([shareId]);
    const found = await actors.evaluate(ADJUSTER, 'getShare', { pseudonym, grantId: shareId });
    expect(found).toMatchObject({ shareId });
    const left = await actors.evaluate(ADJUSTER, 'listGrants', { pseudonym, pageSize: 10 });
    expect(left.results).toMatchObject([{ grantId: share.grantId }]);
    const trail = await actors.evaluate(ADJUSTER, 'auditTrail', { pseudonym, pageSize: 10 });
    expect(trail.results.map(({ action }) => action)).toContain('SHARED_ONWARD');
  });
}

function roleCases(actors: Actors): void {
  test("another organisation's certificate with the right role string gets nothing", async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const grantee = { mspId: 'InsurerMSP', role: 'physician' };
    await actors.grantAccess(wallet, { grantee });
    expect(await actors.requestAccess(record, {}, VALLEY_PHYSICIAN)).toMatchObject({
      permitted: false,
      reason: 'NO_GRANT',
    });
    expect(await actors.requestAccess(record, {}, ADJUSTER)).toMatchObject({
      permitted: false,
      reason: 'ROLE_NOT_COVERED',
    });
  });

  test('a role alone is no grantee of a permit', async () => {
    const wallet = await actors.registerPatient();
    for (const grantee of [{}, { role: 'physician' }, { practitioner: 'valley-physician-1' }]) {
      await expect(actors.grantAccess(wallet, { grantee })).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
    }
  });

  test("a decision can not be asked for in another's name", async () => {
    const wallet = await actors.registerPatient();
    const record = await actors.registerRecord(wallet);
    const request = { ...actors.accessRequest(record), requester: { mspId: 'CityHospitalMSP' } };
    await expect(actors.submit(VALLEY_PHYSICIAN, 'requestAccess', request)).rejects.toMatchObject(
      refusal('ERR_INVALID_ARGUMENT'),
    );
    const glass = { ...actors.accessRequest(record), purpose: 'BTG' } as never;
    await expect(actors.submit(CITY_PHYSICIAN, 'requestAccess', glass)).rejects.toMatchObject(
      refusal('ERR_INVALID_ARGUMENT'),
    );
  });
}

function raceCases(actors: Actors): void {
  const endorse = (transaction: string, request: object) =>
    actors.world.client(...VALLEY_REGISTRAR).endorse('ehr', transaction, {
      args: [JSON.stringify(request)],
      endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
    });

  test('a grant and its withdrawal at the same time: the withdrawal is not lost', async () => {
    for (const grantFirst of [true, false]) {
      const wallet = await actors.registerPatient();
      const record = await actors.registerRecord(wallet);
      const jti = randomUUID();
      const statement = await actors.grant(wallet, {}, { jti });
      const withdrawal = { statement: await actors.withdrawal(wallet, jti) };
      const granted = await endorse('grantAccess', { statement });
      const withdrawn = await endorse('withdrawConsent', withdrawal);
      const [first, second] = grantFirst ? [granted, withdrawn] : [withdrawn, granted];
      await first.commit();
      // One of them saw what the other changed; a withdrawal is sent again, a grant meets its tombstone.
      await expect(second.commit()).rejects.toMatchObject(refusal('ERR_MVCC_CONFLICT'));
      const again = grantFirst
        ? actors.submit(VALLEY_REGISTRAR, 'withdrawConsent', withdrawal)
        : actors.submit(VALLEY_REGISTRAR, 'grantAccess', { statement });
      await (grantFirst ? again : expect(again).rejects.toMatchObject(refusal('ERR_CONFLICT')));
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: false });
    }
  });

  test('two grants racing with a withdrawal: what was withdrawn opens nothing, the other holds', async () => {
    for (const order of [
      [0, 1, 2],
      [2, 0, 1],
      [1, 2, 0],
    ]) {
      const wallet = await actors.registerPatient();
      const record = await actors.registerRecord(wallet);
      const jti = randomUUID();
      const statements = [
        ['grantAccess', await actors.grant(wallet, {}, { jti })],
        ['grantAccess', await actors.grant(wallet)],
        ['withdrawConsent', await actors.withdrawal(wallet, jti)],
      ] as const;
      const racing = await Promise.all(
        statements.map(([transaction, statement]) => endorse(transaction, { statement })),
      );
      for (const at of order) {
        const [transaction, statement] = statements[at] ?? statements[0];
        // Who meets another's change sends again; a grant that comes after its withdrawal is refused.
        await racing[at]?.commit().catch(async (error: unknown) => {
          expect(error).toMatchObject(refusal('ERR_MVCC_CONFLICT'));
          const again = actors.submit(VALLEY_REGISTRAR, transaction, { statement });
          await (at === 0 ? expect(again).rejects.toMatchObject(refusal('ERR_CONFLICT')) : again);
        });
      }
      const decision = await actors.requestAccess(record);
      expect(decision).toMatchObject({ permitted: true });
      expect(decision.grantId).not.toBe(jti);
    }
  });

  test('two grants of one patient at the same time do not get in each other’s way', async () => {
    const wallet = await actors.registerPatient();
    const [one, other] = [
      await endorse('grantAccess', { statement: await actors.grant(wallet) }),
      await endorse('grantAccess', { statement: await actors.grant(wallet) }),
    ];
    await one.commit();
    await other.commit();
    const { pseudonym } = wallet;
    const { results } = await actors.evaluate(ADJUSTER, 'listGrants', { pseudonym, pageSize: 10 });
    expect(results).toHaveLength(2);
  });
}

/** What an attacker puts where an identifier is expected. */
const TEXTS = [
  'a\u0000b',
  '\u0000',
  'a\u{10FFFF}',
  '__proto__',
  '../r',
  "r' OR '1'='1",
  '{"$gt":""}',
];

function textCases(actors: Actors): void {
  test.each(TEXTS)('the text %j is no identifier anywhere', async (text) => {
    const { pseudonym } = await actors.registerPatient();
    const asked = actors.accessRequest({ pseudonym, recordId: 'r' });
    const paged = { pageSize: 10 };
    const queries = [
      ['getRecord', { pseudonym, recordId: text }],
      ['getRecord', { pseudonym: text, recordId: 'r' }],
      ['listRecords', { pseudonym: text, ...paged }],
      ['getGrant', { pseudonym, grantId: text }],
      ['listGrants', { pseudonym: text, ...paged }],
      ['getReferral', { pseudonym, referralId: text }],
      ['listReferrals', { mspId: text, ...paged }],
      ['auditTrail', { pseudonym: text, ...paged }],
      ['actorTrail', { mspId: text, ...paged }],
      ['actorTrail', { mspId: 'InsurerMSP', id: text, ...paged }],
      ['evaluateAccess', { ...asked, recordId: text }],
      ['evaluateAccess', { ...asked, pseudonym: text }],
      ['evaluateAccess', { ...asked, hpkePublicKey: text }],
      ['getDecision', { pseudonym, decidedAt: text, decisionId: '0'.repeat(64) }],
      ['getDecision', { pseudonym, decidedAt: new Date().toISOString(), decisionId: text }],
    ] as const;
    for (const [transaction, request] of queries) {
      const asking = actors.evaluate(ADJUSTER, transaction, request);
      await expect(asking).rejects.toMatchObject({
        code: 'ERR_INVALID_ARGUMENT',
        message: expect.not.stringContaining(text) as string,
      });
    }
  });

  test('a bookmark of another list leads nowhere else', async () => {
    const [own, other] = [await actors.registerPatient(), await actors.registerPatient()];
    for (const wallet of [own, own, other, other]) await actors.registerRecord(wallet);
    const page = { pageSize: 1 };
    const { pseudonym } = own;
    const { bookmark } = await actors.evaluate(ADJUSTER, 'listRecords', {
      pseudonym: other.pseudonym,
      ...page,
    });
    await expect(
      actors.evaluate(ADJUSTER, 'listRecords', { pseudonym, ...page, bookmark }),
    ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
  });

  test.each(['__proto__', 'constructor'])('a member %s is refused', async (name) => {
    const wallet = await actors.registerPatient();
    const record = JSON.stringify(actors.record(wallet));
    const grown = record.replace('{', `{"${name}":{"custodian":"InsurerMSP"},`);
    await expect(
      actors.world.client(...CITY_REGISTRAR).submit('ehr', 'registerRecords', {
        args: [`{"records":[${grown}]}`],
        endorsingOrganizations: ['CityHospitalMSP', 'ValleyHospitalMSP'],
      }),
    ).rejects.toMatchObject(refusal('ERR_INVALID_ARGUMENT'));
  });
}

function enumerationCases(actors: Actors): void {
  test('asking about a pseudonym that is not there tells no more than of a record, and is logged', async () => {
    const known = await actors.registerPatient();
    const unknown = actors.newWallet();
    const decisions = [];
    for (const { pseudonym } of [known, unknown]) {
      const recordId = actors.world.uniqueId('none');
      decisions.push(await actors.requestAccess({ pseudonym, recordId }, {}, PHARMACIST));
    }
    const shapes = decisions.map(({ permitted, reason, obligations, inputs, ...rest }) => ({
      permitted,
      reason,
      obligations,
      grants: inputs.grants,
      members: Object.keys(rest).sort(),
    }));
    expect(shapes[0]).toEqual(shapes[1]);
    const { mspId, id } = decisions[0]?.requester ?? { mspId: '', id: '' };
    const trail: string[] = [];
    let bookmark = '';
    do {
      const page = await actors.evaluate(ADJUSTER, 'actorTrail', {
        mspId,
        id,
        pageSize: 100,
        bookmark,
      });
      trail.push(...page.results.map(({ pseudonym }) => pseudonym));
      bookmark = page.bookmark;
    } while (bookmark !== '');
    expect(trail).toEqual(expect.arrayContaining([known.pseudonym, unknown.pseudonym]));
    for (const decision of decisions) {
      expect(await actors.evaluate(ADJUSTER, 'getDecision', refOf(decision))).toEqual(decision);
    }
  });
}
