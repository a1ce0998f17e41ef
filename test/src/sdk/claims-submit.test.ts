import { randomBytes } from 'node:crypto';
import { ClaimsClient, saltedHashOf } from '@salus/client/claims';
import { hashOf, SalusError, sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import type { Actors } from '../behaviour/claims/actors.js';
import type { TestKey } from '../behaviour/computation/committee.js';
import { ClaimsWorld, type Amounts } from './claims-world.js';
import type { SdkWorld } from './sdk-world.js';

const BILLING = ['CityHospital', 'billing'] as const;

describe('client.claims.submit', () => {
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

  it('encrypts each amount into the slot of its benefit; the committee opens the totals', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 600_00],
      [0, 400_00],
      [1, 50_01],
    ]);
    const { receipt, sum } = await claims.submit(claim);
    expect(receipt.value).toMatchObject({ claimId: claim.claimId, status: 'SUMMED' });
    const opened = await actors.open(key, { claimId: claim.claimId, ciphertexts: [], sum });
    expect(opened.status).toBe('ADJUDICATED');
    const totals = await actors.adjudicationOf(['Insurer', 'adjuster'], claim.claimId);
    expect(totals).toMatchObject({ claimedMinor: 1_050_01, payableMinor: 525_00 });
  });

  it('leaves ciphertexts and sum in the stores, for committee and recipients', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 12_00],
      [1, 3_00],
    ]);
    const { claimId } = claim;
    const { sum } = await claims.submit(claim);
    const { lines } = await claims.getClaim(claimId);
    const insurer = await world.storeOf('InsurerMSP');
    const kept = await Promise.all(
      lines.map(({ ciphertextHash }) => insurer.get(ciphertextHash, { claim: claimId })),
    );
    expect(kept.map((bytes) => sha256Hex(bytes))).toEqual(
      lines.map(({ ciphertextHash }) => ciphertextHash),
    );
    expect(kept).toHaveLength(2);
    const { openingId } = await actors.requestOpening(claimId);
    const permission = { chaincode: 'claims', opening: openingId };
    expect(await insurer.get(sha256Hex(sum), permission)).toEqual(Buffer.from(sum));
  });

  it('shows no line to who pays, before the opening and after it', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 1_00],
      [1, 2_00],
    ]);
    const { claimId } = claim;
    const { sum } = await claims.submit(claim);
    const { lines } = await claims.getClaim(claimId);
    const { openingId } = await actors.requestOpening(claimId);
    for (const [mspId, role] of [
      ['InsurerMSP', 'adjuster'],
      ['RegulatorMSP', 'auditor'],
    ] as const) {
      const store = await world.storeOf(mspId, role);
      for (const permission of [{ claim: claimId }, { chaincode: 'claims', opening: openingId }]) {
        expect(await store.get(sha256Hex(sum), permission)).toEqual(Buffer.from(sum));
        for (const { ciphertextHash } of lines) {
          await expect(store.get(ciphertextHash, permission)).rejects.toThrow(
            coded('ERR_NO_DECISION'),
          );
        }
      }
      for (const { ciphertextHash } of lines) {
        await expect(store.get(ciphertextHash, { chaincode: 'claims' })).rejects.toThrow(
          coded('ERR_NO_DECISION'),
        );
      }
    }
  });

  it('salts the hash of evidence: equal lines are not seen to be equal', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 1_00],
      [0, 1_00],
    ]);
    await claims.submit(claim);
    const { lines } = await claims.getClaim(claim.claimId);
    const hashes = lines.map(({ evidenceHash }) => evidenceHash);
    expect(new Set([...hashes, sha256Hex('0: 100')]).size).toBe(3);
  });

  it('gives the hospital what shows evidence and date of service later', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 1_00],
      [1, 2_00],
    ]);
    const { evidence, service } = await claims.submit(claim);
    const { lines, serviceHash } = await claims.getClaim(claim.claimId);
    expect(lines.map(({ evidenceHash }) => evidenceHash)).toEqual(
      evidence.map(({ salt }, index) => saltedHashOf(salt, claim.lines[index]?.evidence ?? '')),
    );
    expect(service.serviceDate).toBe('2026-03-14');
    expect(hashOf(service)).toBe(serviceHash);
  });

  it('salts without a home too, and never twice alike', async () => {
    const { claims } = await world.as(BILLING, { stores: world.settings(BILLING).stores ?? {} });
    const claim = claimOf([[0, 1_00]]);
    const [first, second] = [
      await claims.submit(claim),
      await claims.submit({ ...claim, claimId: world.memory.uniqueId('claim') }),
    ];
    expect(first.evidence[0]?.salt).toMatch(/^[0-9a-f]{64}$/);
    expect(second.evidence[0]?.salt).not.toBe(first.evidence[0]?.salt);
  });

  it('is completed by a sum of what the stores have, where it was cut off', async () => {
    const { claims } = await world.as(BILLING);
    const claim = claimOf([
      [0, 5_00],
      [1, 7_00],
    ]);
    const { claimId } = claim;
    const cutOff = jest
      .spyOn(ClaimsClient.prototype, 'sumClaim')
      .mockRejectedValueOnce(new SalusError('ERR_PEER_UNREACHABLE', 'The connection is lost'));
    await expect(claims.submit(claim)).rejects.toThrow(coded('ERR_PEER_UNREACHABLE'));
    cutOff.mockRestore();
    expect((await claims.getClaim(claimId)).status).toBe('SUBMITTED');
    await expect(claims.submit(claim)).rejects.toThrow(coded('ERR_ALREADY_EXISTS'));
    const insurer = (await world.as(['Insurer', 'adjuster'])).claims;
    await expect(insurer.sum(claimId)).rejects.toThrow(coded('ERR_NO_DECISION'));
    const { status, resultHash = '' } = await claims.sum(claimId);
    expect(status).toBe('SUMMED');
    expect((await claims.sum(claimId)).resultHash).toBe(resultHash);
    const sum = await (await world.storeOf('InsurerMSP')).get(resultHash, { claim: claimId });
    await actors.open(key, { claimId, ciphertexts: [], sum });
    const totals = await actors.adjudicationOf(['Insurer', 'adjuster'], claimId);
    expect(totals).toMatchObject({ claimedMinor: 12_00 });
  });

  it('puts neither an amount nor evidence on the ledger', async () => {
    const { claims } = await world.as(BILLING);
    const evidence = randomBytes(16).toString('hex');
    const claim = claimOf([[0, 987_654_321]]);
    const [line] = claim.lines;
    if (!line) throw new Error('the claim has no line');
    await claims.submit({ ...claim, lines: [{ ...line, evidence }] });
    const told = JSON.stringify(await claims.getClaim(claim.claimId));
    expect(told).not.toContain('987654321');
    expect(told).not.toContain(evidence);
    expect(told).not.toContain(sha256Hex(evidence));
  });

  it('names the setting where no store is given, before anything is encrypted', async () => {
    const { claims } = await world.as(BILLING, {});
    const claim = claimOf([[0, 1_00]]);
    await expect(claims.submit(claim)).rejects.toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'stores' }),
    );
    await expect(claims.getClaim(claim.claimId)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });

  it('is for billing desks: nobody else puts a claim on the ledger', async () => {
    const { claims } = await world.as(['Insurer', 'adjuster']);
    const claim = claimOf([[0, 1_00]]);
    await expect(claims.submit(claim)).rejects.toThrow(coded('ERR_FORBIDDEN'));
    await expect(claims.getClaim(claim.claimId)).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
