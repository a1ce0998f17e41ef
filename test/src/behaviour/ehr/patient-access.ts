import {
  ADJUSTER,
  VALLEY_PHYSICIAN,
  refusal,
  tag,
  type Actors,
  type RecordRef,
  type Wallet,
} from './actors.js';

/** Patients ask by statements of their own, through anybody. */
export function patientAccessCases(actors: Actors): void {
  async function ownRecord() {
    const wallet = await actors.registerPatient();
    return { wallet, record: await actors.registerRecord(wallet) };
  }
  const relay = (asPatient: string, record: RecordRef) =>
    actors.requestAccess(record, { purpose: 'PATRQT', asPatient }, ADJUSTER);

  describe('a patient who asks', () => {
    test('reads their own record, whatever is denied', async () => {
      const { wallet, record } = await ownRecord();
      await actors.denyAccess(wallet);
      const decision = await actors.requestAsPatient(wallet, record);
      expect(decision).toMatchObject({
        permitted: true,
        reason: 'SUBJECT',
        purpose: 'PATRQT',
        requester: { mspId: 'InsurerMSP', patient: wallet.pseudonym },
      });
    });

    test('reads with a key of either kind', async () => {
      const wallet = await actors.registerPatient(actors.newWallet(undefined, 'Ed25519'));
      const record = await actors.registerRecord(wallet);
      expect(await actors.requestAsPatient(wallet, record)).toMatchObject({ reason: 'SUBJECT' });
    });

    test("reads another's record where it is granted to them, and no other", async () => {
      const { wallet, record } = await ownRecord();
      const other = await actors.registerPatient();
      expect(await actors.requestAsPatient(other, record)).toMatchObject({ reason: 'NO_GRANT' });
      const grantee = { patient: other.pseudonym };
      await actors.grantAccess(wallet, { grantee, purposes: ['PATRQT'] });
      expect(await actors.requestAsPatient(other, record)).toMatchObject({
        permitted: true,
        reason: 'GRANT',
        requester: { patient: other.pseudonym },
      });
      const third = await actors.registerPatient();
      expect(await actors.requestAsPatient(third, record)).toMatchObject({ reason: 'NO_GRANT' });
    });

    test('gives nothing to who relays, and takes nothing from them', async () => {
      const { wallet, record } = await ownRecord();
      const other = await actors.registerPatient();
      await actors.grantAccess(wallet, { purposes: ['PATRQT'] });
      const asked = await actors.requestAsPatient(other, record, VALLEY_PHYSICIAN);
      expect(asked).toMatchObject({ permitted: false, reason: 'NO_GRANT' });
      const grantee = { patient: other.pseudonym };
      await actors.grantAccess(wallet, { grantee, purposes: ['PATRQT'] });
      await actors.denyAccess(wallet, { grantee: { mspId: 'ValleyHospitalMSP' } });
      expect(await actors.requestAsPatient(other, record, VALLEY_PHYSICIAN)).toMatchObject({
        permitted: true,
      });
      await actors.denyAccess(wallet, { grantee });
      expect(await actors.requestAsPatient(other, record)).toMatchObject({
        reason: 'DENIED_BY_PATIENT',
      });
    });

    test('asks once with a statement', async () => {
      const { wallet, record } = await ownRecord();
      const asPatient = await actors.ownRequest(wallet, record);
      await relay(asPatient, record);
      await expect(relay(asPatient, record)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_REPLAYED'),
      );
    });

    test.each<[string, (wallet: Wallet, record: RecordRef) => Promise<string>]>([
      [
        'for another record',
        (wallet, record) => actors.ownRequest(wallet, record, { recordId: 'x' }),
      ],
      [
        'for another purpose',
        (wallet, record) => actors.ownRequest(wallet, record, { purpose: 'TREAT' }),
      ],
      [
        'for another key',
        (wallet, record) => actors.ownRequest(wallet, record, { hpkePublicKey: 'A'.repeat(43) }),
      ],
      [
        "for another patient's record",
        (wallet, record) => actors.ownRequest(wallet, record, { subject: 'A'.repeat(43) }),
      ],
      [
        'signed by another key',
        (wallet, record) => actors.ownRequest(wallet, record, {}, { key: actors.newWallet().key }),
      ],
      ['that is a grant', (wallet) => actors.grant(wallet)],
    ])('is not believed by a statement %s', async (_what, make) => {
      const { wallet, record } = await ownRecord();
      await expect(relay(await make(wallet, record), record)).rejects.toMatchObject(
        refusal('ERR_STATEMENT_INVALID'),
      );
    });

    test('is told of a record that is not there, like others', async () => {
      const wallet = await actors.registerPatient();
      const record = { pseudonym: wallet.pseudonym, recordId: 'none' };
      expect(await actors.requestAsPatient(wallet, record)).toMatchObject({
        permitted: false,
        reason: 'UNKNOWN_RECORD',
      });
    });

    test('needs a key on the ledger', async () => {
      const { record } = await ownRecord();
      await expect(actors.requestAsPatient(actors.newWallet(), record)).rejects.toMatchObject(
        refusal('ERR_NOT_FOUND'),
      );
    });
  });

  describe('a decision that is only evaluated', () => {
    test('is what a request would get, and is on no ledger', async () => {
      const { wallet, record } = await ownRecord();
      const { grantId } = await actors.grantAccess(wallet, { maxUses: 1 });
      const evaluate = () =>
        actors.evaluate(VALLEY_PHYSICIAN, 'evaluateAccess', actors.accessRequest(record));
      const { pseudonym, decidedAt, decisionId, ...evaluated } = await evaluate();
      expect(evaluated).toMatchObject({ permitted: true, reason: 'GRANT', grantId });
      await expect(
        actors.evaluate(ADJUSTER, 'getDecision', { pseudonym, decidedAt, decisionId }),
      ).rejects.toMatchObject(refusal('ERR_NOT_FOUND'));
      // It spends no use either.
      expect(await evaluate()).toMatchObject({ permitted: true });
      expect(await actors.requestAccess(record)).toMatchObject({ permitted: true });
      expect(await evaluate()).toMatchObject({ permitted: false, reason: 'USES_SPENT' });
    });

    test('names the inputs that a committed one does', async () => {
      const { wallet, record } = await ownRecord();
      await actors.grantAccess(wallet, { scope: { categoryTags: [tag('laboratory')] } });
      const { inputs } = await actors.requestAccess(record);
      const again = await actors.evaluate(
        VALLEY_PHYSICIAN,
        'evaluateAccess',
        actors.accessRequest(record),
      );
      expect(again.inputs).toEqual(inputs);
      expect(inputs.grants).toHaveLength(1);
      await actors.denyAccess(wallet);
      const denied = await actors.requestAccess(record);
      expect(denied.inputs).toMatchObject({ patient: inputs.patient, record: inputs.record });
      expect(denied.inputs.grantSet).not.toBe(inputs.grantSet);
      expect(denied.inputs.grants).not.toEqual(inputs.grants);
    });
  });
}
