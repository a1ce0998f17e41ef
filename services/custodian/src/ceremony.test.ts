import { sealTo } from '@salus/crypto/hpke';
import {
  shareContext,
  GENERATOR,
  multiplySecret,
  pointText,
  makePartial,
  openFromPartials,
  type CollectiveKey,
  readEncapsulation,
  sealForEmergency,
} from '@salus/crypto/threshold-kem';
import { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { CustodianWorld } from '@salus/testing/custodian-world';
import { advanceCeremony, type CustodianParts } from './ceremony.js';
import { judgeComplaint } from './complaint.js';
import { dealingOf } from './received-shares.js';

const KEY = 'emergency-2026';
const blame = { code: 'ERR_SHARE_INVALID', argument: 'share' } as const;

describe('the ceremony of a key, 3 of 5', () => {
  let world: CustodianWorld;

  beforeEach(async () => {
    world = await CustodianWorld.open();
    await world.propose(KEY);
  });

  afterEach(() => world.close());

  const partsOf = (all: readonly CustodianParts[], mspId: string) => {
    const parts = all.find((one) => one.mspId === mspId);
    if (!parts) throw new Error(`no ${mspId}`);
    return parts;
  };

  it('makes a key whose shares open, and leaves no secret of the ceremony', async () => {
    const all = await world.startedAll();
    const made = await world.run(KEY, all);
    expect(made).toMatchObject({ status: 'ACTIVE', threshold: 3 });
    const key = made as unknown as CollectiveKey;
    const binding = { pseudonym: 'p'.repeat(43), recordId: 'r1', contentHash: 'c'.repeat(64) };
    const contentKey = Buffer.alloc(32, 5);
    const sealed = sealForEmergency(contentKey, key, binding);
    const decisionId = 'd'.repeat(64);
    const answers = [];
    for (const { mspId: custodian, home } of all.slice(1, 4)) {
      expect(await home.readCeremony(KEY)).toBeUndefined();
      const held = await home.readShare(KEY);
      if (!held) throw new Error('no share');
      const image = pointText(multiplySecret(GENERATOR, held.share, blame));
      expect(image).toBe(key.shareImages[key.custodians.indexOf(custodian)]);
      const use = { keyId: KEY, custodian, binding, decisionId };
      const partial = makePartial(held.share, readEncapsulation(sealed.enc), use);
      answers.push({ custodian, partial });
    }
    const opened = openFromPartials(key, { sealed, binding, decisionId, answers });
    expect(opened.contentKey).toEqual(contentKey);
    expect(world.reports).toEqual([]);
  });

  it('goes on where it was when every step is taken by a process that has just started', async () => {
    for (let round = 0; round < 4; round += 1) {
      for (const mspId of world.custodians) {
        await advanceCeremony(await world.started(mspId), KEY);
        // Twice: what was posted is not posted again.
        await advanceCeremony(await world.started(mspId), KEY).catch(ignoreOvertaken);
      }
    }
    expect(await world.ehr('InsurerMSP').getCustodianKey(KEY)).toMatchObject({ status: 'ACTIVE' });
  });

  it('fails by the complaint of who got a wrong share, and the ledger tells whose it was', async () => {
    const all = await world.startedAll();
    const liar = partsOf(all, 'PharmaMSP');
    const victim = 'InsurerMSP';
    // Reveals its true dealing, and seals another share to one custodian.
    const lying: CustodianParts = {
      ...liar,
      ledger: {
        ...liar.ledger,
        revealDealing: async (request, options) => {
          const key = await liar.ledger.getCustodianKey(KEY);
          const to = key.dealings[victim]?.hpkePublicKey ?? '';
          const context = shareContext(KEY, 'PharmaMSP', victim);
          const wrong = await sealTo(to, Buffer.alloc(32, 3), context);
          const sealedShares = request.sealedShares.map((one) =>
            one.recipient === victim ? { recipient: victim, ...wrong } : one,
          );
          return liar.ledger.revealDealing({ ...request, sealedShares }, options);
        },
      },
    };
    const made = await world.run(
      KEY,
      all.map((one) => (one === liar ? lying : one)),
    );
    expect(made).toMatchObject({
      status: 'FAILED',
      complaint: { by: victim, dealer: 'PharmaMSP' },
    });
    const { complaint, dealings } = made;
    const dealing = dealingOf(made, 'PharmaMSP');
    if (!complaint || !dealing) throw new Error('no complaint');
    const fault = await judgeComplaint({
      terms: made,
      by: victim,
      dealer: 'PharmaMSP',
      dealing,
      evidence: complaint.evidence,
      sealedShare: dealings['PharmaMSP']?.sealedShares?.find((one) => one.recipient === victim),
      hpkePublicKey: dealings[victim]?.hpkePublicKey ?? '',
    });
    expect(fault).toBe('dealer');
    for (const { home } of all) {
      expect([await home.readShare(KEY), await home.readCeremony(KEY)]).toEqual([
        undefined,
        undefined,
      ]);
    }
  });

  it('takes no dealing other than the one committed to', async () => {
    const all = await world.startedAll();
    for (const parts of all) await advanceCeremony(parts, KEY);
    const last = partsOf(all, 'RegulatorMSP');
    for (const parts of all.filter((one) => one !== last)) await advanceCeremony(parts, KEY);
    // The last dealer has seen the others' points, and would like to have dealt something else.
    const { receiving } = (await last.home.readCeremony(KEY)) ?? {};
    if (!receiving) throw new Error('no secrets');
    const polynomial = [1, 2, 3].map((byte) => Buffer.alloc(32, byte));
    await last.home.writeCeremony(KEY, { polynomial, receiving });
    await expect(advanceCeremony(last, KEY)).rejects.toThrow(coded('ERR_HASH_MISMATCH'));
  });

  it('shows no dealing before all have committed', async () => {
    const [first] = await world.startedAll();
    if (!first) throw new Error('nobody');
    await advanceCeremony(first, KEY);
    const revealing = first.ledger.revealDealing({
      keyId: KEY,
      proof: 'A'.repeat(86),
      points: Array.from({ length: 3 }, () => pointText(GENERATOR)),
      sealedShares: world.custodians
        .slice(1)
        .map((recipient) => ({ recipient, enc: 'A', ciphertext: 'A' })),
    });
    await expect(revealing).rejects.toThrow(coded('ERR_CONFLICT'));
  });

  it('tells of a share that was lost', async () => {
    const all = await world.startedAll();
    await world.run(KEY, all);
    const one = partsOf(all, 'PharmaMSP');
    await one.home.removeShare(KEY);
    expect(await advanceCeremony(one, KEY)).toBe('DONE');
    expect(world.reports).toEqual([
      expect.objectContaining({ keyId: KEY, code: 'ERR_SHARE_INVALID', got: 'none' }),
    ]);
  });
});

it('makes a key of custodians that are named like what every object has', async () => {
  const names = ['CityHospitalMSP', 'constructor', 'toString', 'hasOwnProperty'];
  const world = await CustodianWorld.open(names);
  try {
    await world.propose(KEY);
    const made = await world.run(KEY, await world.startedAll());
    expect(made).toMatchObject({ status: 'ACTIVE', custodians: names });
    expect(Object.keys(made.dealings).sort()).toEqual([...names].sort());
    expect(Object.keys(made.confirmations).sort()).toEqual([...names].sort());
    expect(world.reports).toEqual([]);
  } finally {
    await world.close();
  }
});

function ignoreOvertaken(error: unknown): void {
  if (error instanceof SalusError && error.code === 'ERR_CONFLICT') return;
  throw error;
}
