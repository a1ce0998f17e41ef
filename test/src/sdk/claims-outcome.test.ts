import { saltedHashOf } from '@salus/client/claims';
import { hashOf, sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import type { Actors } from '../behaviour/claims/actors.js';
import type { TestKey } from '../behaviour/computation/committee.js';
import { answerOpening, until } from './answer-opening.js';
import { ClaimsWorld, type Amounts } from './claims-world.js';
import type { SdkWorld } from './sdk-world.js';

const BILLING = ['CityHospital', 'billing'] as const;
const ADJUSTER = ['Insurer', 'adjuster'] as const;
const AUDITOR = ['Regulator', 'auditor'] as const;
const READERS = {
  insurer: { mspId: 'InsurerMSP', role: 'adjuster' },
  auditor: { mspId: 'RegulatorMSP', role: 'auditor' },
};

describe('the outcome of a claim', () => {
  let claimsWorld: ClaimsWorld;
  let world: SdkWorld;
  let actors: Actors;
  let key: TestKey;

  beforeAll(async () => {
    claimsWorld = await ClaimsWorld.open();
    ({ sdk: world, actors, key } = claimsWorld);
  });

  afterAll(() => claimsWorld.close());

  const claimOf = (amounts: Amounts) => claimsWorld.claimOf(amounts);

  const submitted = async (amounts: Amounts) => {
    const claim = claimOf(amounts);
    await (await world.as(BILLING)).claims.submit(claim);
    return claim.claimId;
  };

  /** The committee answers what is asked of a claim, as soon as its recipients have left their keys. */
  const answer = async (
    claimId: string,
    recipients: readonly (typeof READERS.insurer)[],
    liars = 0,
  ) => {
    const { claims } = await world.as(ADJUSTER);
    const openingId = await until(async () => (await claims.getClaim(claimId)).openingId);
    const { committee } = actors;
    const about = { committee, key, chaincode: 'claims', openingId, recipients, liars };
    return answerOpening(world, about);
  };

  /** Adjudicated by the insurer: medical 1 000.00, dental 50.01. */
  const adjudicated = async () => {
    const claimId = await submitted([
      [0, 1_000_00],
      [1, 50_01],
    ]);
    const { claims } = await world.as(ADJUSTER);
    await Promise.all([claims.decide(claimId), answer(claimId, [READERS.insurer])]);
    return claimId;
  };

  it('is decided and paid by one call each, and shows what was kept back', async () => {
    const claimId = await submitted([
      [0, 600_00],
      [0, 400_00],
      [1, 50_01],
    ]);
    const { claims } = await world.as(ADJUSTER);
    const [adjudication] = await Promise.all([
      claims.decide(claimId),
      answer(claimId, [READERS.insurer]),
    ]);
    expect(adjudication).toMatchObject({
      currency: 'EUR',
      claimedMinor: 1_050_01,
      payableMinor: 525_00,
      patientMinor: 525_01,
      benefits: [
        { category: 'medical', reasons: ['DEDUCTIBLE', 'COINSURANCE', 'CAP'] },
        { category: 'dental', reasons: ['COINSURANCE'] },
      ],
    });
    const { claim, payment } = await claims.pay(claimId, 'transfer 1');
    expect(claim).toMatchObject({ status: 'SETTLED', paymentReferenceHash: payment.hash });
    expect(saltedHashOf(payment.salt, 'transfer 1')).toBe(payment.hash);
    expect(payment.hash).not.toBe(sha256Hex('transfer 1'));
  });

  it('is opened to insurer and auditor, each by itself; liars are named', async () => {
    const claimId = await submitted([
      [0, 12_00],
      [1, 3_00],
    ]);
    const insurer = (await world.as(ADJUSTER)).claims;
    const auditor = (await world.as(AUDITOR)).claims;
    const early = auditor.open(claimId);
    await expect(early).rejects.toThrow(coded('ERR_CONFLICT', { expected: 'OPENING' }));
    const asked = (await insurer.ask(claimId)).value;
    const [opened, audited, [liar]] = await Promise.all([
      insurer.open(claimId),
      auditor.open(claimId),
      answer(claimId, Object.values(READERS), 1),
    ]);
    expect(opened).toMatchObject({
      openingId: asked.openingId,
      currency: 'EUR',
      claimedMinor: 15_00,
      plausible: true,
      liars: [liar],
      benefits: [
        { category: 'medical', slot: 0, claimedMinor: 12_00 },
        { category: 'dental', slot: 1, claimedMinor: 3_00 },
      ],
    });
    expect(audited.benefits).toEqual(opened.benefits);
    expect(opened.openers).toHaveLength(key.committee.members.length);
    const { adjudicationHash } = await insurer.getClaim(claimId);
    expect(adjudicationHash).toBeUndefined();
    const byAuditor = await auditor.decide(audited);
    expect(byAuditor.claimedMinor).toBe(15_00);
    expect(await insurer.decide(opened)).toEqual(byAuditor);
  });

  it('is shown and decided, though its hospital claims what no claim can have', async () => {
    // The SDK encrypts no such amounts, so the hospital writes a program of its own.
    const lines = [[12_00, -3_00]];
    const { claimId, sum } = await actors.summedClaim(key, claimsWorld.policyId, lines);
    await (await world.storeOf('InsurerMSP')).put(sum);
    const { claims } = await world.as(ADJUSTER);
    const [opened] = await Promise.all([claims.open(claimId), answer(claimId, [READERS.insurer])]);
    expect(opened).toMatchObject({
      plausible: false,
      benefits: [
        { category: 'medical', slot: 0, claimedMinor: 12_00 },
        { category: 'dental', slot: 1, claimedMinor: -3_00 },
      ],
    });
    expect(await claims.decide(opened)).toMatchObject({
      claimedMinor: 0,
      payableMinor: 0,
      benefits: [{ reasons: ['IMPLAUSIBLE_TOTALS'] }, { reasons: ['IMPLAUSIBLE_TOTALS'] }],
    });
    await expect(claims.pay(claimId, 'transfer 5')).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('stays as it is decided: asked for again, it opens nothing', async () => {
    const claimId = await adjudicated();
    const { claims } = await world.as(ADJUSTER);
    const before = await claims.getClaim(claimId);
    const again = await claims.decide(claimId, { timeoutMs: 0 });
    expect(hashOf(again)).toBe(before.adjudicationHash);
    expect(await claims.getClaim(claimId)).toEqual(before);
    await expect(claims.ask(claimId)).rejects.toThrow(
      coded('ERR_NO_DECISION', { got: 'ALREADY_OPENED' }),
    );
    // Members answer nothing that is on record: nobody waits for them.
    await expect(claims.open(claimId)).rejects.toThrow(
      coded('ERR_CONFLICT', { expected: 'OPENING', got: 'ADJUDICATED' }),
    );
  });

  it('is not overtaken by what was opened before another one decided', async () => {
    const claimId = await submitted([[0, 200_00]]);
    const { claims } = await world.as(ADJUSTER);
    const [opened] = await Promise.all([claims.open(claimId), answer(claimId, [READERS.insurer])]);
    const [first, second] = await Promise.all([claims.decide(opened), claims.decide(opened)]);
    expect(second).toEqual(first);
    expect(hashOf(first)).toBe((await claims.getClaim(claimId)).adjudicationHash);
  });

  it('takes a payment once: the same one settles no other claim, and is no error again', async () => {
    const [first, other] = [await adjudicated(), await adjudicated()];
    const { claims } = await world.as(ADJUSTER);
    const paid = await claims.pay(first, 'transfer 2');
    expect(await claims.pay(first, 'transfer 2')).toEqual(paid);
    await expect(claims.pay(first, 'transfer 3')).rejects.toThrow(coded('ERR_CONFLICT'));
    await expect(claims.pay(other, 'transfer 2')).rejects.toThrow(coded('ERR_ALREADY_EXISTS'));
    const { status } = (await claims.pay(other, 'transfer 3')).claim;
    expect(status).toBe('SETTLED');
  });

  it('waits no longer than it is told to, and names what it waits for', async () => {
    const claimId = await submitted([[0, 1_00]]);
    const { claims } = await world.as(ADJUSTER);
    await expect(claims.decide(claimId, { timeoutMs: 0 })).rejects.toThrow(
      coded('ERR_DEADLINE_EXCEEDED', { got: 'COLLECTING' }),
    );
    expect((await claims.getClaim(claimId)).status).toBe('OPENING');
  });

  it('is for insurer and auditor: the hospital that claims is denied', async () => {
    const claimId = await submitted([[0, 1_00]]);
    const { claims } = await world.as(BILLING);
    await expect(claims.ask(claimId)).rejects.toThrow(
      coded('ERR_NO_DECISION', { got: 'REQUESTER_NOT_ENTITLED' }),
    );
    await expect(claims.open(claimId)).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('names the setting that is missing', async () => {
    const claimId = await adjudicated();
    const { home, stores } = world.settings(ADJUSTER);
    const homeless = (await world.as(ADJUSTER, { stores: stores ?? {} })).claims;
    await expect(homeless.pay(claimId, 'transfer 4')).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'home' }),
    );
    const storeless = (await world.as(ADJUSTER, { home: home ?? '' })).claims;
    await expect(storeless.open(claimId)).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'stores' }),
    );
    const claimSecret = Buffer.alloc(32, 7);
    const keeping = { stores: stores ?? {}, keeping: { claimSecret } };
    const paid = await (await world.as(ADJUSTER, keeping)).claims.pay(claimId, 'transfer 4');
    expect(paid.claim.status).toBe('SETTLED');
  });
});
