import {
  makeIdentity,
  MemoryLedger,
  type CallOptions,
  type LedgerClient,
} from '@salus/memory-ledger';
import type { Member } from '@salus/protocol/membership';
import { contractClasses } from './memory-world.js';
import { endorsementOf, foundingMembers, readTopology } from './deployment.js';

const organisations = readTopology().organizations.map(({ name }) => `${name}MSP`);
const [CITY, VALLEY, INSURER, PHARMA, REGULATOR] = organisations as [
  string,
  string,
  string,
  string,
  string,
];
const members = foundingMembers();

// Beside the behaviours: a network has its registry founded before it has tests.
describe('founding the membership registry', () => {
  let ledger: MemoryLedger;
  beforeEach(() => {
    ledger = new MemoryLedger({ channel: 'edge-test', organisations });
    for (const name of ['membership', 'drug']) {
      const contracts = contractClasses[name] ?? [];
      ledger.deploy(name, contracts, { endorsement: endorsementOf(name) });
    }
  });

  const administrator = (mspId: string): LedgerClient =>
    ledger.as(makeIdentity({ mspId, name: 'Admin', unit: 'admin' }));
  const call = (mspId: string, transaction: string, list: readonly Member[], more?: CallOptions) =>
    administrator(mspId).submit('membership', transaction, {
      args: [JSON.stringify({ members: list })],
      ...more,
    });
  const approve = async (list: readonly Member[], ...mspIds: string[]) => {
    for (const mspId of mspIds) await call(mspId, 'approveFounding', list);
  };
  const found = (list: readonly Member[], ...endorsingOrganizations: string[]) =>
    call(endorsingOrganizations[0] ?? '', 'found', list, { endorsingOrganizations });
  const registry = async () => {
    const answer = await administrator(CITY).evaluate('membership', 'getRegistry', {
      args: ['{}'],
    });
    return JSON.parse(answer.toString()) as { revision: number; members: Member[] };
  };

  test('a list is in force once a majority of the channel has approved and endorsed it', async () => {
    await approve(members, CITY, INSURER, REGULATOR);
    await found(members, REGULATOR, INSURER, CITY);
    const { revision, members: inForce } = await registry();
    expect(revision).toBe(1);
    expect(inForce).toHaveLength(members.length);
    expect(ledger.events.at(-1)).toMatchObject({ name: 'MembershipChanged.v1' });
  });

  test('the peer of an organisation that has not approved does not endorse it', async () => {
    await approve(members, CITY, INSURER, REGULATOR);
    await expect(found(members, CITY, INSURER, VALLEY)).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
      message: `${VALLEY} has not approved this list of members`,
    });
  });

  test('one organisation does not found a registry of its own', async () => {
    const own: Member[] = [{ mspId: INSURER, kinds: ['hospital', 'insurer', 'overseer'] }];
    await approve(own, INSURER);
    await expect(found(own, INSURER)).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
    await expect(found(own, INSURER, CITY, VALLEY)).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
    });
  });

  test('a minority that lists itself alone is no majority of the channel', async () => {
    const own = members.filter(({ mspId }) => [INSURER, PHARMA].includes(mspId));
    await approve(own, INSURER, PHARMA);
    await expect(found(own, INSURER, PHARMA)).rejects.toMatchObject({
      code: 'ERR_ENDORSEMENT_POLICY',
    });
  });

  test('approvals of one list do not count for another', async () => {
    const [city, ...others] = members;
    const changed: Member[] = [{ mspId: city?.mspId ?? '', kinds: ['overseer'] }, ...others];
    await approve(members, CITY, VALLEY, INSURER);
    await approve(changed, REGULATOR);
    await expect(found(changed, REGULATOR, CITY, VALLEY)).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
    });
  });

  test('the order in which a list is written makes no other list of it', async () => {
    await approve(members, CITY, VALLEY);
    await approve([...members].reverse(), INSURER);
    await found(members, CITY, VALLEY, INSURER);
    expect((await registry()).revision).toBe(1);
  });

  test('an approval that is given again is no error, and counts once', async () => {
    await approve(members, CITY, CITY, CITY);
    await expect(found(members, CITY)).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
    const told = ledger.events.filter(({ name }) => name === 'FoundingApproved.v1');
    expect(told).toHaveLength(1);
  });

  test('an approval that is given again does not keep the list from coming into force', async () => {
    await approve(members, CITY, INSURER, REGULATOR);
    const founding = await administrator(CITY).endorse('membership', 'found', {
      args: [JSON.stringify({ members })],
      endorsingOrganizations: [CITY, INSURER, REGULATOR],
    });
    await approve(members, REGULATOR);
    await founding.commit();
    expect((await registry()).revision).toBe(1);
  });

  test('staff do not approve for their organisation', async () => {
    const adjuster = ledger.as(makeIdentity({ mspId: INSURER, name: 'admin' }));
    const args = [JSON.stringify({ members })];
    await expect(adjuster.submit('membership', 'approveFounding', { args })).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
    });
  });

  test('nobody is told to be an administrator by a name that looks like a unit', async () => {
    const name = 'a/b/OU=admin';
    const adjuster = ledger.as(makeIdentity({ mspId: INSURER, name }));
    const args = [JSON.stringify({ members })];
    await expect(adjuster.submit('membership', 'approveFounding', { args })).rejects.toMatchObject({
      code: 'ERR_FORBIDDEN',
    });
  });

  test('until then every contract that asks the registry says that there is none', async () => {
    const attributes = { 'salus.role': 'manufacturer' };
    const maker = ledger.as(makeIdentity({ mspId: PHARMA, name: 'maker', attributes }));
    const unit = { sscc: '106141412345678908', contentsRoot: '0'.repeat(64), count: 1 };
    const batch = { gtin: '09520123456788', lot: 'L1', expiry: '2028-01-01', units: [unit] };
    const args = [JSON.stringify(batch)];
    await expect(maker.submit('drug', 'registerBatch', { args })).rejects.toMatchObject({
      code: 'ERR_NO_MEMBERSHIP',
    });
  });

  test('without the chaincode itself they say what is missing', async () => {
    const bare = new MemoryLedger({ channel: 'edge-test', organisations });
    bare.deploy('drug', contractClasses['drug'] ?? []);
    const attributes = { 'salus.role': 'manufacturer' };
    const maker = bare.as(makeIdentity({ mspId: PHARMA, name: 'maker', attributes }));
    const unit = { sscc: '106141412345678908', contentsRoot: '0'.repeat(64), count: 1 };
    const batch = { gtin: '09520123456788', lot: 'L1', expiry: '2028-01-01', units: [unit] };
    const args = [JSON.stringify(batch)];
    await expect(maker.submit('drug', 'registerBatch', { args })).rejects.toMatchObject({
      code: 'ERR_CHAINCODE_UNAVAILABLE',
      message: 'The peer does not run the chaincode membership',
    });
  });
});
