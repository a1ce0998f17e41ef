import { randomUUID } from 'node:crypto';
import type { Delegate, Decision, OnwardShare, Patient } from '@salus/protocol/ehr';
import { TestPatient, type ConsentWorld } from './consent-world.js';

/** A peer that lies: what it shows instead of the truth, while its decision says "permitted". */
export type Attack = readonly [string, (world: ConsentWorld) => Promise<void> | void];

const HOUR = 3_600_000;

/** A deny of everything to everybody. */
const DENY = { decision: 'deny', grantee: {}, scope: {}, purposes: undefined };

/** Keeps a statement that adds a key. */
function addKey(
  world: ConsentWorld,
  {
    key,
    by,
    jti,
    purposes = ['consent', 'access', 'keys'],
  }: { key: TestPatient; by: TestPatient; jti: string; purposes?: string[] },
): Promise<string> {
  const { pseudonym } = world.patient;
  const { jwk, hpkePublicKey, notBefore } = key.key;
  const added = { jwk, hpkePublicKey, purposes, notBefore };
  return world.statement('KeyAddition.v1', { pseudonym, key: added }, { by, kept: jti });
}

/** Keeps a delegation that the patient signed. */
function delegates(
  world: ConsentWorld,
  { jwk, pseudonym }: TestPatient,
  { delegateId, actions }: { delegateId: string; actions: string[] },
): Promise<string> {
  const window = { notBefore: world.time(-HOUR), notAfter: world.time(HOUR), when: 'ALWAYS' };
  const terms = { pseudonym, jwk, relation: 'CARER', actions, ...window };
  return world.statement('Delegation.v1', terms, { kept: delegateId });
}

/** The patient with a delegate, as a peer says. */
function withDelegate(world: ConsentWorld, { kid, jwk }: TestPatient, delegateId: string): Patient {
  const { registered, patient } = world;
  const window = { notBefore: world.time(-HOUR), notAfter: world.time(HOUR) };
  const added = { addedAt: world.time(-HOUR), addedBy: patient.kid };
  const terms = { relation: 'CARER', actions: ['grant'], when: 'ALWAYS' } as const;
  return {
    ...registered,
    delegates: [{ delegateId, kid, jwk, ...terms, actions: ['grant'], ...window, ...added }],
  };
}

function shareOf(world: ConsentWorld, grantId: string): OnwardShare {
  const { pseudonym } = world.patient;
  const window = { sharedAt: world.time(-1), notAfter: world.time(HOUR) };
  return {
    shareId: 'e'.repeat(64),
    pseudonym,
    grantId,
    grantee: { mspId: 'ValleyMSP' },
    sharedBy: { mspId: 'ValleyMSP', role: 'physician' },
    ...window,
  };
}

/** Ways in which a decision may be forged. A service has to refuse each, whatever the peer says. */
export const attacks: readonly Attack[] = [
  [
    'without a grant',
    (world) => {
      const entries = Object.entries(world.decision).filter(([name]) => name !== 'grantId');
      world.decision = Object.fromEntries(entries) as unknown as Decision;
    },
  ],
  [
    'with a grant that is not there',
    (world) => {
      world.grant = undefined;
    },
  ],
  ["with another patient's grant", (world) => world.give({ by: new TestPatient('q'.repeat(43)) })],
  [
    "with the patient's own grant under another pseudonym",
    (world) => world.give({ body: { pseudonym: 'q'.repeat(43) } }),
  ],
  [
    "with a grant that another patient signed in the patient's name",
    (world) => world.give({ by: new TestPatient(world.patient.pseudonym) }),
  ],
  [
    'with a grant that was altered after it was signed',
    (world) => {
      if (!world.grant) return;
      const [head = '', payload = '', signature = ''] = world.grant.statement.split('.');
      const text = Buffer.from(payload, 'base64url').toString('utf8');
      const wider = text.replace('"purposes":["TREAT"]', '"purposes":["TREAT","HRESCH"]');
      const altered = Buffer.from(wider).toString('base64url');
      world.grant = { ...world.grant, statement: `${head}.${altered}.${signature}` };
    },
  ],
  [
    'with a signature that is cut off',
    (world) => {
      if (!world.grant) return;
      const { statement } = world.grant;
      world.grant = { ...world.grant, statement: statement.slice(0, statement.lastIndexOf('.')) };
    },
  ],
  [
    'with a grant that the peer shows wider than the patient signed it',
    async (world) => {
      const shown = world.grant;
      await world.give({ body: { scope: { records: ['r2'] } } });
      if (shown && world.grant) world.grant = { ...world.grant, scope: shown.scope };
    },
  ],
  [
    'with another grant than the decision names',
    async (world) => {
      const { decision } = world;
      await world.give();
      world.decision = decision;
    },
  ],
  [
    "with a grant that expired by the service's clock since",
    (world) => world.give({ body: { notBefore: world.time(-HOUR), notAfter: world.time(-1) } }),
  ],
  [
    "with a grant that is not valid yet by the service's clock",
    (world) => world.give({ body: { notBefore: world.time(2000) } }),
  ],
  [
    'with a grant that came to the ledger in the future',
    (world) => {
      if (world.grant) world.grant = { ...world.grant, grantedAt: world.time(HOUR / 10) };
    },
  ],
  [
    'with a grant that came to the ledger after its statement expired',
    (world) => {
      const iat = Math.floor((world.now - HOUR) / 1000);
      return world.give({ claims: { iat, exp: iat + 600 } });
    },
  ],
  [
    'with a grant that was withdrawn',
    (world) => {
      if (world.grant) world.grant = { ...world.grant, withdrawnAt: world.time(-1) };
    },
  ],
  [
    'for another purpose',
    (world) => {
      world.decision = { ...world.decision, purpose: 'HRESCH' };
    },
  ],
  [
    'with a grant to another organisation',
    (world) => world.give({ body: { grantee: { mspId: 'InsurerMSP' } } }),
  ],
  [
    "with a role that the asker's certificate does not have",
    async (world) => {
      await world.give({ body: { grantee: { mspId: 'ValleyMSP', role: 'surgeon' } } });
      const requester = { ...world.decision.requester, role: 'surgeon' };
      world.decision = { ...world.decision, requester };
    },
  ],
  [
    'with a grant to another practitioner',
    (world) => world.give({ body: { grantee: { mspId: 'ValleyMSP', practitioner: 'dr-2' } } }),
  ],
  [
    'with a grant of another category',
    (world) => world.give({ body: { scope: { categoryTags: ['u'.repeat(43)] } } }),
  ],
  ...(['channel', 'contract', 'audience', 'type'] as const).map((name): Attack => [
    `with a statement made for another ${name}`,
    (world) => world.give({ claims: { [name]: 'another' } }),
  ]),
  [
    'for a record of another patient',
    (world) => {
      world.record = { ...world.record, pseudonym: 'q'.repeat(43) };
    },
  ],
  [
    'for other content than the record has',
    (world) => {
      world.record = { ...world.record, contentHash: 'f'.repeat(64) };
    },
  ],
  [
    'with a key that the patient has lost',
    (world) => {
      const { registered, patient } = world;
      world.registered = { ...registered, keys: [{ ...patient.key, status: 'LOST' }] };
    },
  ],
  [
    'with a key that nothing shows to be of the patient',
    async (world) => {
      const other = new TestPatient(world.patient.pseudonym);
      world.registered = { ...world.registered, keys: [world.patient.key, other.key] };
      await world.give({ by: other });
    },
  ],
  [
    "with a key that a stranger's statement added",
    async (world) => {
      const other = new TestPatient(world.patient.pseudonym);
      const jti = randomUUID();
      await addKey(world, { key: other, by: new TestPatient(other.pseudonym), jti });
      const keys = [world.patient.key, { ...other.key, proof: [jti] }];
      world.registered = { ...world.registered, keys };
      await world.give({ by: other });
    },
  ],
  [
    "by another key than the patient's statement added",
    async (world) => {
      const [other, added] = [0, 1].map(() => new TestPatient(world.patient.pseudonym));
      if (!other || !added) return;
      const jti = randomUUID();
      await addKey(world, { key: added, by: world.patient, jti });
      const keys = [world.patient.key, { ...other.key, proof: [jti] }];
      world.registered = { ...world.registered, keys };
      await world.give({ by: other });
    },
  ],
  [
    'with a key that was added for something else',
    async (world) => {
      const other = new TestPatient(world.patient.pseudonym);
      const jti = randomUUID();
      await addKey(world, { key: other, by: world.patient, jti, purposes: ['access'] });
      const keys = [world.patient.key, { ...other.key, proof: [jti] }];
      world.registered = { ...world.registered, keys };
      await world.give({ by: other });
    },
  ],
  [
    'with a key that was retired by then',
    (world) => {
      const retired = { ...world.patient.key, status: 'RETIRED' as const };
      const keys = [{ ...retired, endedAt: world.time(-HOUR) }];
      world.registered = { ...world.registered, keys };
    },
  ],
  [
    'with a delegate whom the patient never named',
    async (world) => {
      const carer = new TestPatient(world.patient.pseudonym);
      const delegateId = randomUUID();
      world.registered = withDelegate(world, carer, delegateId);
      await world.give({ by: carer });
    },
  ],
  [
    'with a delegate who may do something else',
    async (world) => {
      const carer = new TestPatient(world.patient.pseudonym);
      const delegateId = randomUUID();
      await delegates(world, carer, { delegateId, actions: ['withdraw'] });
      world.registered = withDelegate(world, carer, delegateId);
      await world.give({ by: carer });
    },
  ],
  [
    'while the patient denies it',
    async (world) => {
      world.others = [await world.signed({ body: { ...DENY, grantee: { mspId: 'ValleyMSP' } } })];
    },
  ],
  [
    'while the patient denies everybody',
    async (world) => {
      world.others = [await world.signed({ body: DENY })];
    },
  ],
  [
    'while the patient denies an earlier version of the record',
    async (world) => {
      world.record = { ...world.record, amends: 'r0', version: 2 };
      world.versions = { earlier: ['r0'], later: [] };
      world.others = [await world.signed({ body: { ...DENY, scope: { records: ['r0'] } } })];
    },
  ],
  [
    'while the patient denies a label of a later version',
    async (world) => {
      world.record = { ...world.record, amendedBy: 'r2' };
      const label = 'L'.repeat(43);
      const { categoryTag } = world.record;
      world.versions = {
        earlier: [],
        later: [{ recordId: 'r2', categoryTag, labelTags: [label] }],
      };
      world.others = [await world.signed({ body: { ...DENY, scope: { labelTags: [label] } } })];
    },
  ],
  [
    'while a deny was withdrawn with a key that is lost',
    async (world) => {
      const thief = new TestPatient(world.patient.pseudonym);
      const keys = [world.patient.key, { ...thief.key, status: 'LOST' as const }];
      world.registered = { ...world.registered, keys };
      const deny = await world.signed({ body: DENY });
      world.others = [{ ...deny, withdrawnAt: world.time(-1), withdrawnBy: thief.kid }];
    },
  ],
  [
    'by an onward share that is not there',
    (world) => {
      world.decision = { ...world.decision, shareId: 'e'.repeat(64) };
    },
  ],
  [
    'by an onward share of a grant that allows none',
    (world) => {
      const { grantId = '' } = world.decision;
      world.others = [shareOf(world, grantId)];
      world.decision = { ...world.decision, shareId: 'e'.repeat(64) };
    },
  ],
  [
    'in the name of a patient who signed nothing',
    (world) => {
      const { pseudonym } = world.patient;
      const requester = { ...world.decision.requester, patient: pseudonym };
      world.decision = { ...world.decision, reason: 'SUBJECT', requester };
    },
  ],
  [
    'in the name of a patient who asked for another record',
    async (world) => {
      const { pseudonym } = world.patient;
      const jti = randomUUID();
      const { purpose, hpkePublicKey } = world.decision;
      const asked = { pseudonym, subject: pseudonym, recordId: 'r2', purpose };
      await world.statement(
        'AccessRequest.v1',
        { ...asked, hpkePublicKey: hpkePublicKey.padEnd(43, 'x') },
        { kept: jti },
      );
      const requester = { ...world.decision.requester, patient: pseudonym, statement: jti };
      world.decision = { ...world.decision, reason: 'SUBJECT', requester };
    },
  ],
  [
    'in the name of a patient, by a delegate whom it does not tell and whom the patient denies',
    async (world) => {
      const { pseudonym } = world.patient;
      const carer = new TestPatient(pseudonym);
      const delegateId = randomUUID();
      await delegates(world, carer, { delegateId, actions: ['access'] });
      const registered = withDelegate(world, carer, delegateId);
      const reading = registered.delegates.map((each): Delegate => ({
        ...each,
        actions: ['access'],
      }));
      world.registered = { ...registered, delegates: reading };
      const jti = randomUUID();
      const { recordId, purpose } = world.decision;
      const hpkePublicKey = world.decision.hpkePublicKey.padEnd(43, 'x');
      world.decision = { ...world.decision, hpkePublicKey };
      await world.statement(
        'AccessRequest.v1',
        { pseudonym, subject: pseudonym, recordId, purpose, hpkePublicKey },
        { by: carer, kept: jti },
      );
      world.others = [await world.signed({ body: { ...DENY, grantee: { patient: pseudonym } } })];
      const requester = { ...world.decision.requester, patient: pseudonym, statement: jti };
      world.decision = { ...world.decision, reason: 'SUBJECT', requester };
    },
  ],
  [
    'in the name of a patient, by a key that turned out lost',
    async (world) => {
      const { patient } = world;
      const { pseudonym } = patient;
      const jti = randomUUID();
      const hpkePublicKey = 'x'.repeat(43);
      const { purpose, recordId } = world.decision;
      const asked = { pseudonym, subject: pseudonym, recordId, purpose, hpkePublicKey };
      await world.statement('AccessRequest.v1', asked, { kept: jti });
      const requester = { ...world.decision.requester, patient: pseudonym, statement: jti };
      world.decision = { ...world.decision, reason: 'SUBJECT', requester, hpkePublicKey };
      const lost = { ...patient.key, status: 'LOST' as const, lostSince: world.time(-HOUR) };
      world.registered = { ...world.registered, keys: [lost] };
    },
  ],
  [
    'that is dated to come, so as to be good for longer',
    (world) => {
      const [decidedAt, expiresAt] = [world.time(HOUR / 10), world.time(HOUR / 5)];
      world.decision = { ...world.decision, decidedAt, expiresAt };
    },
  ],
  [
    'of a record that was erased',
    (world) => {
      world.record = { ...world.record, erasedAt: world.time(-1) };
    },
  ],
  [
    'as custodian, who is another',
    (world) => {
      world.decision = { ...world.decision, reason: 'CUSTODIAN' };
    },
  ],
  [
    'as custodian, by the decision only',
    (world) => {
      world.decision = { ...world.decision, reason: 'CUSTODIAN', custodian: 'ValleyMSP' };
    },
  ],
];

/** Ways that deceive only a service that has not seen the patient and the record before. */
export const lateAttacks: readonly Attack[] = [
  [
    'with a key registered in place of the one that was known',
    async (world) => {
      const impostor = new TestPatient(world.patient.pseudonym);
      world.registered = impostor.registered;
      await world.give({ by: impostor });
    },
  ],
  [
    'for a record put into another category than was known',
    async (world) => {
      const categoryTag = 'u'.repeat(43);
      world.record = { ...world.record, categoryTag };
      await world.give({ body: { scope: { categoryTags: [categoryTag] } } });
    },
  ],
  [
    'for a record given to another custodian than was known',
    (world) => {
      world.record = { ...world.record, custodian: 'ValleyMSP' };
      world.decision = { ...world.decision, reason: 'CUSTODIAN', custodian: 'ValleyMSP' };
    },
  ],
];
