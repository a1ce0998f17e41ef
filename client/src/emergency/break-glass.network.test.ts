import { CustodianHome } from '@salus/custodian-service';
import type { AnsweredEmergency, Emergency, HealthRecord } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import {
  CustodianNetwork,
  ORGANISATIONS,
  result,
  type KeptRecord,
} from '@salus/testing/custodian-network';
import { connectAs } from '@salus/testing/running-network';
import { salus } from '@salus/testing/salus-process';
import { connect } from '../connect.js';
import { refOf } from '../ehr/decision-ref.js';
import { resolveIdentity } from '../identity/identity.js';
import { CustodianClient } from './custodian-client.js';

const TEXT = JSON.stringify({ resourceType: 'AllergyIntolerance', id: 'penicillin' });
const KEY = `emergency-${Date.now()}`;

/** What `salus ehr break-glass` prints. */
interface Printed {
  readonly decisionId: string;
  readonly decidedAt: string;
  readonly openedBy: string[];
  readonly liars: object[];
  readonly silent: { custodian: string; code: string }[];
}

describe('breaking the glass, with a process for each of five custodians, any three of which open', () => {
  let network: CustodianNetwork;
  let physician: string;
  let record: KeptRecord;
  let latest: Printed;

  const refArguments = () => [record.pseudonym, latest.decidedAt, latest.decisionId];
  const opened = async () => {
    const { content, ...ended } = await network.breakGlass(physician, record);
    latest = result<Printed>(ended);
    expect(content).toBe(TEXT);
    return latest;
  };
  const codeOf = ({ stderr }: { stderr: string }) =>
    (JSON.parse(stderr) as { error: { code: string } }).error.code;

  beforeAll(async () => {
    network = await CustodianNetwork.open();
    physician = network.person('ValleyHospital', 'physician');
  });

  afterAll(() => network.close());

  it('makes a key as a command, while the custodians serve', async () => {
    const custodians = ORGANISATIONS.map((name) => `${name}MSP`);
    const dealt = await salus(
      ...[network.person('Regulator', 'custodian'), 'custodian', 'deal', KEY],
      ...['--threshold', '3', '--custodians', ...custodians],
    );
    expect(result(dealt)).toMatchObject({
      status: 'ACTIVE',
      threshold: 3,
      custodians,
      genuine: true,
    });
    record = await network.register(TEXT, KEY);
  });

  it('reads a record without its patient, who is told, by a key service that opens nothing', async () => {
    await using watcher = await connect(connectAs('Regulator', 'auditor'));
    const from = await watcher.height();
    expect(await opened()).toMatchObject({ liars: [] });
    expect(latest.openedBy).toHaveLength(3);
    for await (const { name, payload } of watcher.events({ contract: 'ehr', from })) {
      if (name !== 'EmergencyDecided.v1') continue;
      const { pseudonym, recordId } = record;
      const { decisionId } = latest;
      expect(payload).toMatchObject({ pseudonym, recordId, decisionId, permitted: true });
      break;
    }
  });

  it('tells everybody who answered, and the requester what it wrote', async () => {
    const shown = result<AnsweredEmergency & { note: { text: string } }>(
      await salus(physician, 'ehr', 'emergency', ...refArguments()),
    );
    const answered = shown.answers.map(({ mspId }) => mspId);
    expect(answered).toEqual(expect.arrayContaining(latest.openedBy));
    expect(shown.note.text).toBe('found unconscious');
    await using auditor = await connect(connectAs('Regulator', 'auditor'));
    const actions: string[] = [];
    for await (const { action } of auditor.ehr.audit(record.pseudonym)) actions.push(action);
    const answers = actions.filter((action) => action === 'EMERGENCY_ANSWERED');
    expect(answers.length).toBeGreaterThanOrEqual(3);
  });

  it('reads it while two custodians are down', async () => {
    await network.stop('CityHospital');
    await network.stop('Pharma');
    const { openedBy, silent } = await opened();
    expect(openedBy.sort()).toEqual(['InsurerMSP', 'RegulatorMSP', 'ValleyHospitalMSP']);
    expect(silent.map(({ custodian }) => custodian).sort()).toEqual([
      'CityHospitalMSP',
      'PharmaMSP',
    ]);
  });

  it('reads it while one is down and one lies, and names the liar', async () => {
    await network.start('CityHospital');
    await lie('Pharma');
    await network.stop('Insurer');
    const { openedBy, liars } = await opened();
    expect(openedBy.sort()).toEqual(['CityHospitalMSP', 'RegulatorMSP', 'ValleyHospitalMSP']);
    expect(liars).toEqual([{ custodian: 'PharmaMSP', proven: true }]);
  });

  it('reads nothing while two are down and one lies', async () => {
    await network.stop('CityHospital');
    const { content, exitCode, ...ended } = await network.breakGlass(physician, record);
    expect([exitCode, content]).toEqual([1, undefined]);
    expect(codeOf(ended)).toBe('ERR_PARTIAL_INVALID');
    expect(ended.stderr).toContain('PharmaMSP');
    await network.start('CityHospital');
    await network.start('Insurer');
  });

  it('opens no key that was anchored under another record', async () => {
    // A hospital that holds what the record's key was sealed to anchors it under a record of its own …
    const own = await network.register(TEXT, KEY);
    const options = connectAs('ValleyHospital', 'physician');
    await using reader = await connect(options);
    await using desk = await connect(connectAs('CityHospital', 'registrar'));
    const sealedTo = async ({ pseudonym, recordId }: KeptRecord) => {
      const { keys } = await desk.ehr.readDetails({ pseudonym, recordId });
      const sealed = keys.sealedKeys.find(({ kind }) => kind === 'emergency');
      return { enc: sealed?.enc ?? '', proof: sealed?.proof ?? '' };
    };
    const { pseudonym, recordId } = own;
    const anchor = await reader.ehr.getRecord({ pseudonym, recordId });
    const stolen = await reader.ehr.getRecord({
      pseudonym: record.pseudonym,
      recordId: record.recordId,
    });
    if (!stolen.emergency) throw new Error('not sealed');
    await desk.ehr.registerRecords([forgedAnchor(anchor, stolen.emergency)]);
    // … and breaks the glass there, where no patient sees it.
    const { value: decision } = await reader.ehr.breakGlass({
      pseudonym,
      recordId: 'forged',
      reasonCode: 'OTHER',
      reasonHash: '0'.repeat(64),
      hpkePublicKey: Buffer.alloc(32, 9).toString('base64url'),
    });
    expect(decision.permitted).toBe(true);
    const identity = await resolveIdentity(options.identity, reader.mspId);
    const asked = new CustodianClient(
      { custodian: 'RegulatorMSP', url: network.urlOf('Regulator') },
      identity,
      reader.tlsRoots,
    ).partial({ ref: refOf(decision), ...(await sealedTo(record)) }, '');
    await expect(asked).rejects.toThrow(coded('ERR_CIPHERTEXT_INVALID'));
  });

  it("is reviewed by another organisation than the requester's", async () => {
    const review = (home: string) =>
      salus(
        ...[home, 'ehr', 'review-emergency', ...refArguments()],
        ...['--outcome', 'JUSTIFIED', '--note', `${home}/salus.json`],
      );
    const own = await review(network.person('ValleyHospital', 'privacy-officer'));
    expect(codeOf(own)).toBe('ERR_FORBIDDEN');
    const officer = network.person('Regulator', 'privacy-officer');
    const open = async () => {
      const { stdout } = await salus(officer, 'ehr', 'emergencies');
      const lines = stdout.split('\n').filter((line) => line !== '');
      return lines.map((line) => (JSON.parse(line) as Emergency).ref.decisionId);
    };
    expect(await open()).toContain(latest.decisionId);
    expect(result(await review(officer))).toMatchObject({ review: { outcome: 'JUSTIFIED' } });
    expect(await open()).not.toContain(latest.decisionId);
    const late = await salus(officer, 'ehr', 'escalate-emergency', ...refArguments());
    expect(codeOf(late)).toBe('ERR_CONFLICT');
  });

  it('opens on with a key that was ended', async () => {
    const custodian = network.person('Insurer', 'custodian');
    expect(result(await salus(custodian, 'custodian', 'end', KEY))).toMatchObject({
      status: 'RETIRED',
    });
    await opened();
  });

  it('gives way to a patient who forbids it', async () => {
    await record.deny();
    const { content, ...ended } = await network.breakGlass(physician, record);
    expect(content).toBeUndefined();
    expect(codeOf(ended)).toBe('ERR_NO_DECISION');
    expect(ended.stderr).toContain('DENIED_BY_PATIENT');
  });

  /** Has a custodian's process work with a share that isn't its own. */
  async function lie(organisation: string): Promise<void> {
    const home = await CustodianHome.open(network.homeOf(organisation), 'passphrase of a test');
    const held = await home.readShare(KEY);
    if (!held) throw new Error('no share');
    await home.writeShare({ ...held, share: Buffer.alloc(32, 7) });
    await network.start(organisation);
  }
});

/** A new record like another one, with an encapsulated key that was made for a third. */
function forgedAnchor(
  { custodian: _custodian, registeredAt: _registeredAt, ...anchor }: HealthRecord,
  emergency: NonNullable<HealthRecord['emergency']>,
) {
  return { ...anchor, recordId: 'forged', emergency };
}
