import { randomBytes } from 'node:crypto';
import { hashOf, sha256Hex } from '@salus/protocol';
import type { BreakGlassRequest, CustodianKey, RecordAnchor } from '@salus/protocol/ehr';
import {
  ADJUSTER,
  CITY_REGISTRAR,
  isoIn,
  newPublicKey,
  refOf,
  refusal,
  VALLEY_BILLING,
  VALLEY_PHYSICIAN,
  type Actors,
  type Person,
  type Wallet,
} from './actors.js';

const FORBIDDEN = refusal('ERR_FORBIDDEN');
const CONFLICT = refusal('ERR_CONFLICT');

const custodian = (organisation: string): Person => [organisation, 'custodian'];
const officer = (organisation: string): Person => [organisation, 'privacy-officer'];
const CUSTODIANS = ['CityHospital', 'Insurer', 'Regulator'];
const mspIds = CUSTODIANS.map((name) => `${name}MSP`);

/** What looks like a compressed point of P-256, and like an uncompressed one. */
const newPoint = () => Buffer.concat([Buffer.from([2]), randomBytes(32)]).toString('base64url');
const newPublicPoint = () =>
  Buffer.concat([Buffer.from([4]), randomBytes(64)]).toString('base64url');

/** The ceremony of the custodians' key; the custodians' mathematics is tested where it is done. */
class Ceremony {
  readonly keyId: string;
  readonly dealings = new Map<string, { points: string[]; proof: string }>();
  readonly confirmation = {
    publicKey: newPublicPoint(),
    shareImages: mspIds.map(newPoint),
  };

  constructor(readonly actors: Actors) {
    this.keyId = actors.world.uniqueId('custody');
    for (const dealer of mspIds) {
      const proof = randomBytes(64).toString('base64url');
      this.dealings.set(dealer, { points: [newPoint(), newPoint()], proof });
    }
  }

  propose(as = custodian('CityHospital')): Promise<CustodianKey> {
    const request = { keyId: this.keyId, threshold: 2, custodians: mspIds };
    return this.actors.submit(as, 'proposeCustodianKey', request);
  }

  commit(organisation: string): Promise<CustodianKey> {
    const { keyId } = this;
    const dealer = `${organisation}MSP`;
    const opening = {
      keyId,
      dealer,
      threshold: 2,
      custodians: mspIds,
      ...this.dealings.get(dealer),
    };
    const commitment = hashOf(opening);
    const request = { keyId, commitment, hpkePublicKey: newPublicKey() };
    return this.actors.submit(custodian(organisation), 'commitDealing', request);
  }

  reveal(organisation: string, more: object = {}): Promise<CustodianKey> {
    const dealer = `${organisation}MSP`;
    const sealedShares = mspIds
      .filter((recipient) => recipient !== dealer)
      .map((recipient) => ({ recipient, enc: 'ZW5j', ciphertext: 'Y2k' }));
    const dealing = this.dealings.get(dealer) ?? { points: [], proof: '' };
    const request = { keyId: this.keyId, ...dealing, sealedShares, ...more };
    return this.actors.submit(custodian(organisation), 'revealDealing', request);
  }

  confirm(organisation: string, more: object = {}): Promise<CustodianKey> {
    const request = { keyId: this.keyId, ...this.confirmation, ...more };
    return this.actors.submit(custodian(organisation), 'confirmCustodianKey', request);
  }

  end(organisation: string, more: object = {}): Promise<CustodianKey> {
    const request = { keyId: this.keyId, ...more };
    return this.actors.submit(custodian(organisation), 'endCustodianKey', request);
  }

  async deal(): Promise<void> {
    await this.propose();
    for (const organisation of CUSTODIANS) await this.commit(organisation);
    for (const organisation of CUSTODIANS) await this.reveal(organisation);
  }

  async complete(): Promise<string> {
    await this.deal();
    for (const organisation of CUSTODIANS) await this.confirm(organisation);
    return this.keyId;
  }
}

/** Access without consent in an emergency. */
export function breakGlassCases(actors: Actors): void {
  ceremonyCases(actors);
  emergencyCases(actors);
  reviewCases(actors);
}

function ceremonyCases(actors: Actors): void {
  describe("the ceremony of the custodians' key", () => {
    test('all commit, all reveal, all confirm the same', async () => {
      const ceremony = new Ceremony(actors);
      const keyId = await ceremony.complete();
      const key = await actors.evaluate(ADJUSTER, 'getCustodianKey', { keyId });
      expect(key).toMatchObject({ status: 'ACTIVE', threshold: 2, ...ceremony.confirmation });
      const retired = await ceremony.end('Insurer');
      expect(retired).toMatchObject({ status: 'RETIRED' });
      await expect(ceremony.end('Insurer')).rejects.toMatchObject(CONFLICT);
    });

    test('nobody reveals before all have committed, and each takes each step once', async () => {
      const ceremony = new Ceremony(actors);
      await ceremony.propose();
      await ceremony.commit('CityHospital');
      await expect(ceremony.commit('CityHospital')).rejects.toMatchObject(CONFLICT);
      await expect(ceremony.reveal('CityHospital')).rejects.toMatchObject(CONFLICT);
      await ceremony.commit('Insurer');
      await ceremony.commit('Regulator');
      await ceremony.reveal('CityHospital');
      await expect(ceremony.reveal('CityHospital')).rejects.toMatchObject(CONFLICT);
      await expect(ceremony.confirm('CityHospital')).rejects.toMatchObject(CONFLICT);
    });

    test('a dealing is the one that was committed to, with a share for each other', async () => {
      const ceremony = new Ceremony(actors);
      await ceremony.propose();
      for (const organisation of CUSTODIANS) await ceremony.commit(organisation);
      await expect(
        ceremony.reveal('Insurer', { points: [newPoint(), newPoint()] }),
      ).rejects.toMatchObject(refusal('ERR_HASH_MISMATCH'));
      const share = { recipient: 'CityHospitalMSP', enc: 'ZW5j', ciphertext: 'Y2k' };
      await expect(ceremony.reveal('Insurer', { sealedShares: [share] })).rejects.toMatchObject(
        refusal('ERR_INVALID_ARGUMENT'),
      );
    });

    test('one who confirms another key fails the ceremony', async () => {
      const ceremony = new Ceremony(actors);
      await ceremony.deal();
      await ceremony.confirm('CityHospital');
      const failed = await ceremony.confirm('Insurer', { publicKey: newPublicPoint() });
      expect(failed).toMatchObject({ status: 'FAILED', failedBy: 'InsurerMSP' });
      await expect(ceremony.confirm('Regulator')).rejects.toMatchObject(CONFLICT);
    });

    test('one whose share does not fit fails it with the evidence', async () => {
      const ceremony = new Ceremony(actors);
      await ceremony.deal();
      const complaint = { dealer: 'CityHospitalMSP', evidence: 'E'.repeat(43) };
      const failed = await ceremony.end('Insurer', { complaint });
      expect(failed).toMatchObject({
        status: 'FAILED',
        complaint: { by: 'InsurerMSP', ...complaint },
      });
    });

    test('only custodians of the key take part', async () => {
      const ceremony = new Ceremony(actors);
      await expect(ceremony.propose(custodian('Pharma'))).rejects.toMatchObject(FORBIDDEN);
      await expect(ceremony.propose(ADJUSTER)).rejects.toMatchObject(FORBIDDEN);
      await ceremony.propose();
      await expect(ceremony.propose()).rejects.toMatchObject(refusal('ERR_ALREADY_EXISTS'));
      await expect(ceremony.commit('ValleyHospital')).rejects.toMatchObject(FORBIDDEN);
    });
  });
}

/** A patient's record that custodians can open, kept by City Hospital. */
async function emergencyRecord(actors: Actors) {
  const keyId = await new Ceremony(actors).complete();
  const wallet: Wallet = await actors.registerPatient();
  const emergency = { keyId, encHash: sha256Hex('enc') };
  const record = await actors.registerRecord(wallet, { emergency });
  return { keyId, wallet, record };
}

function breakGlass(actors: Actors, record: RecordAnchor, as: Person = VALLEY_PHYSICIAN) {
  const { pseudonym, recordId } = record;
  const request: BreakGlassRequest = {
    pseudonym,
    recordId,
    reasonCode: 'UNCONSCIOUS',
    reasonHash: sha256Hex('note'),
    hpkePublicKey: newPublicKey(),
  };
  return actors.submit(as, 'breakGlass', request);
}

function emergencyCases(actors: Actors): void {
  describe('breaking the glass', () => {
    test('a physician opens one record without consent, and it is on record', async () => {
      const { keyId, record } = await emergencyRecord(actors);
      const decision = await breakGlass(actors, record);
      expect(decision).toMatchObject({ permitted: true, reason: 'EMERGENCY', purpose: 'BTG' });
      const ref = refOf(decision);
      expect(await actors.evaluate(ADJUSTER, 'getDecision', ref)).toEqual(decision);
      const { pseudonym, recordId } = record;
      expect(await actors.evaluate(ADJUSTER, 'getEmergency', { ref })).toMatchObject({
        recordId,
        keyId,
        custodian: 'CityHospitalMSP',
        reasonCode: 'UNCONSCIOUS',
        requester: { mspId: 'ValleyHospitalMSP' },
        answers: [],
        reviewDueAt: new Date(Date.parse(decision.decidedAt) + 72 * 3_600_000).toISOString(),
      });
      const trail = await actors.evaluate(ADJUSTER, 'auditTrail', { pseudonym, pageSize: 50 });
      expect(trail.results.at(-1)).toMatchObject({ reason: 'EMERGENCY', purpose: 'BTG' });
    });

    test('custodians answer at the same time, each once', async () => {
      const { record } = await emergencyRecord(actors);
      const ref = refOf(await breakGlass(actors, record));
      const answer = (organisation: string) =>
        actors.submit(custodian(organisation), 'answerEmergency', {
          ref,
          partialHash: sha256Hex(organisation),
        });
      await Promise.all([answer('CityHospital'), answer('Regulator')]);
      await expect(answer('Regulator')).rejects.toMatchObject(refusal('ERR_ALREADY_EXISTS'));
      await expect(answer('Pharma')).rejects.toMatchObject(FORBIDDEN);
      const { answers } = await actors.evaluate(ADJUSTER, 'getEmergency', { ref });
      expect(answers.map(({ mspId }) => mspId)).toEqual(['CityHospitalMSP', 'RegulatorMSP']);
    });

    test.each<[string, Person]>([
      ['a billing clerk of a hospital', VALLEY_BILLING],
      ['a registrar of a hospital', CITY_REGISTRAR],
      ['an insurer', ADJUSTER],
      ['a custodian', custodian('CityHospital')],
    ])('%s does not', async (_who, person) => {
      const record = actors.record(actors.newWallet());
      await expect(breakGlass(actors, record, person)).rejects.toMatchObject(FORBIDDEN);
    });

    test('a patient who denies it by name is heard, and a denial opens no review', async () => {
      const { wallet, record } = await emergencyRecord(actors);
      const everything = await actors.denyAccess(wallet);
      expect(await breakGlass(actors, record)).toMatchObject({ permitted: true });
      await actors.withdraw(wallet, everything.grantId);
      const { grantId } = await actors.denyAccess(wallet, { purposes: ['BTG'] });
      const decision = await breakGlass(actors, record);
      expect(decision).toMatchObject({ permitted: false, reason: 'DENIED_BY_PATIENT', grantId });
      await expect(
        actors.evaluate(ADJUSTER, 'getEmergency', { ref: refOf(decision) }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });

    test('a record that is not there, or not sealed to custodians, is denied', async () => {
      const wallet = await actors.registerPatient();
      expect(await breakGlass(actors, actors.record(wallet))).toMatchObject({
        permitted: false,
        reason: 'UNKNOWN_RECORD',
      });
      const record = await actors.registerRecord(wallet);
      expect(await breakGlass(actors, record)).toMatchObject({
        permitted: false,
        reason: 'NO_EMERGENCY_KEY',
      });
    });
  });
}

function reviewCases(actors: Actors): void {
  const review = (ref: ReturnType<typeof refOf>, as: Person) =>
    actors.submit(as, 'reviewEmergency', {
      ref,
      outcome: 'UNJUSTIFIED',
      noteHash: sha256Hex('note'),
    });

  describe('the review of an emergency', () => {
    test("is the custodian's or an overseer's, never of who asked, and once", async () => {
      const { record } = await emergencyRecord(actors);
      const ref = refOf(await breakGlass(actors, record));
      for (const who of [officer('ValleyHospital'), CITY_REGISTRAR, ADJUSTER]) {
        await expect(review(ref, who)).rejects.toMatchObject(FORBIDDEN);
      }
      expect(await review(ref, officer('CityHospital'))).toMatchObject({
        review: { outcome: 'UNJUSTIFIED', by: { mspId: 'CityHospitalMSP' } },
      });
      await expect(review(ref, officer('Regulator'))).rejects.toMatchObject(CONFLICT);
    });

    test('an own emergency of the custodian is for the overseer', async () => {
      const { record } = await emergencyRecord(actors);
      const ref = refOf(await breakGlass(actors, record, ['CityHospital', 'physician']));
      await expect(review(ref, officer('CityHospital'))).rejects.toMatchObject(FORBIDDEN);
      await review(ref, officer('Regulator'));
    });

    test('is listed while it is open, and escalated when it is overdue', async () => {
      const { record } = await emergencyRecord(actors);
      const { pseudonym } = record;
      const ref = refOf(await breakGlass(actors, record));
      const listed = async (which: 'open' | 'overdue') => {
        const ids: string[] = [];
        let bookmark = '';
        do {
          const request = { review: which, pageSize: 100, bookmark };
          const page = await actors.evaluate(ADJUSTER, 'listEmergencies', request);
          ids.push(...page.results.map((each) => each.ref.decisionId));
          bookmark = page.bookmark;
        } while (bookmark !== '');
        return ids;
      };
      expect(await listed('open')).toContain(ref.decisionId);
      expect(await listed('overdue')).not.toContain(ref.decisionId);
      await expect(actors.submit(ADJUSTER, 'escalateEmergency', { ref })).rejects.toMatchObject(
        CONFLICT,
      );
      await review(ref, officer('Regulator'));
      expect(await listed('open')).not.toContain(ref.decisionId);
      const own = await actors.evaluate(ADJUSTER, 'listEmergencies', { pseudonym, pageSize: 10 });
      expect(own.results).toMatchObject([{ ref, review: { outcome: 'UNJUSTIFIED' } }]);
    });

    test('answers come while the decision holds', async () => {
      const { record } = await emergencyRecord(actors);
      const decision = await breakGlass(actors, record);
      const wrong = { ...refOf(decision), decidedAt: isoIn(-1) };
      await expect(
        actors.submit(custodian('Insurer'), 'answerEmergency', {
          ref: wrong,
          partialHash: sha256Hex('x'),
        }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
    });
  });
}
