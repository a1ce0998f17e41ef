import type { Member, MembershipChange } from '@salus/protocol/membership';
import { Actors as Medicines } from '../drug/actors.js';
import { Actors as Records, type Person } from '../ehr/actors.js';
import { type Administrators, CITY, INSURER, PHARMA, REGULATOR, VALLEY } from './actors.js';

const INSURER_ADMINISTRATOR: Person = [INSURER, 'Admin'];

/** How the registry changes, and what a change brings about in the other contracts. */
export function changeCases(administrators: Administrators): void {
  const { world } = administrators;
  const register = (organisation: string, kinds: Member['kinds']): MembershipChange => ({
    action: 'register',
    member: { mspId: `${organisation}MSP`, kinds },
  });

  test('the registry has what the topology says of each organisation', async () => {
    expect(await administrators.kindsOf(CITY)).toEqual(['hospital', 'pharmacy']);
    expect(await administrators.kindsOf(INSURER)).toEqual(['insurer']);
    expect(await administrators.kindsOf(REGULATOR)).toEqual(['overseer']);
  });

  test('a change is in force from the majority’s last approval on', async () => {
    const before = await administrators.registry();
    const change = register(INSURER, ['insurer', 'pharmacy']);
    const proposed = await administrators.submit(INSURER, 'propose', { change });
    expect(proposed).toMatchObject({ status: 'OPEN', approvedBy: ['InsurerMSP'], needed: 3 });
    const { proposalId } = proposed;
    expect(await administrators.submit(CITY, 'approve', { proposalId })).toMatchObject({
      status: 'OPEN',
      approvedBy: ['CityHospitalMSP', 'InsurerMSP'],
    });
    expect(await administrators.registry()).toEqual(before);
    const client = world.client(VALLEY, 'Admin');
    const args = [JSON.stringify({ proposalId })];
    const { transactionId } = await client.submit('membership', 'approve', { args });
    expect(await administrators.kindsOf(INSURER)).toEqual(['insurer', 'pharmacy']);
    const [event] = await client.eventsOf('membership', transactionId);
    expect(event?.name).toBe('MembershipChanged.v1');
    expect(JSON.parse(event?.payload.toString() ?? '')).toEqual({
      revision: before.revision + 1,
      changed: ['InsurerMSP'],
    });
    await administrators.become(INSURER, ['insurer']);
  });

  test('the history tells each change, with those who approved it', async () => {
    const { revision } = await administrators.registry();
    const { proposalId } = await administrators.become(INSURER, ['insurer', 'pharmacy']);
    await administrators.become(INSURER, ['insurer']);
    const { results } = await administrators.evaluate(PHARMA, 'history', { pageSize: 100 });
    expect(results[0]).toMatchObject({ revision: 1 });
    expect(results[0]).not.toHaveProperty('change');
    expect(results.map((line) => line.revision)).toEqual(results.map((_, index) => index + 1));
    expect(results[revision]).toMatchObject({
      revision: revision + 1,
      change: register(INSURER, ['insurer', 'pharmacy']),
      proposalId,
      approvedBy: ['CityHospitalMSP', 'RegulatorMSP', 'ValleyHospitalMSP'],
      transactionId: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  test('whoever loses a kind loses what goes with it at once, and gets it back with it', async () => {
    const medicines = new Medicines(world);
    await administrators.become(PHARMA, ['pharmacy']);
    await expect(medicines.registered()).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    await administrators.become(PHARMA, ['manufacturer', 'pharmacy']);
    await expect(medicines.registered()).resolves.toBeDefined();
  });

  test('who was removed has no voice, and has one again as a member', async () => {
    const remove: MembershipChange = { action: 'remove', mspId: 'PharmaMSP' };
    await administrators.decide(remove, CITY, INSURER, REGULATOR);
    const back = register(PHARMA, ['manufacturer', 'pharmacy']);
    const asked = administrators.submit(PHARMA, 'propose', { change: back });
    await expect(asked).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    // Four members are left: three are a majority of them too.
    const { status } = await administrators.decide(back, CITY, VALLEY, INSURER);
    expect(status).toBe('IN_FORCE');
  });

  test('proposals are listed with what became of them', async () => {
    const { proposalId } = await administrators.become(INSURER, ['insurer', 'pharmacy']);
    await administrators.become(INSURER, ['insurer']);
    const { results } = await administrators.evaluate(PHARMA, 'listProposals', { pageSize: 100 });
    const found = results.find((each) => each.proposalId === proposalId);
    expect(found).toMatchObject({ status: 'IN_FORCE', proposedBy: 'CityHospitalMSP' });
  });

  describe('attacks', () => {
    const change = register(INSURER, ['hospital', 'insurer']);

    test('an organisation does not make itself a hospital', async () => {
      const records = new Records(world);
      const { proposalId } = await administrators.submit(INSURER, 'propose', { change });
      const again = administrators.submit(INSURER, 'approve', { proposalId });
      await expect(again).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
      expect(await administrators.kindsOf(INSURER)).toEqual(['insurer']);
      const registration = await records.registration(records.newWallet());
      await expect(
        records.submit(INSURER_ADMINISTRATOR, 'registerPatient', { registration }),
      ).rejects.toMatchObject({
        code: 'ERR_FORBIDDEN',
        message: 'The registry does not have InsurerMSP as hospital',
      });
    });

    test('the same change is not proposed a second time beside the first', async () => {
      const asked = administrators.submit(CITY, 'propose', { change });
      await expect(asked).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
    });

    test('the order of its kinds makes no other proposal of a change', async () => {
      const reordered = register(INSURER, ['insurer', 'hospital']);
      const asked = administrators.submit(CITY, 'propose', { change: reordered });
      await expect(asked).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
    });

    test('a proposal for a registry that has changed since is overtaken', async () => {
      const { results } = await administrators.evaluate(CITY, 'listProposals', { pageSize: 100 });
      const open = results.find(({ status }) => status === 'OPEN');
      const proposalId = open?.proposalId ?? '';
      await administrators.become(PHARMA, ['manufacturer']);
      await administrators.become(PHARMA, ['manufacturer', 'pharmacy']);
      const approved = administrators.submit(CITY, 'approve', { proposalId });
      await expect(approved).rejects.toMatchObject({ code: 'ERR_CONFLICT' });
      const view = await administrators.evaluate(CITY, 'getProposal', { proposalId });
      expect(view.status).toBe('OVERTAKEN');
    });

    test.each([
      [INSURER, 'adjuster'],
      [CITY, 'registrar'],
    ])('staff of %s (%s) do not speak for it', async (organisation, user) => {
      const other = register(PHARMA, ['insurer']);
      const asked = administrators.submit(organisation, 'propose', { change: other }, user);
      await expect(asked).rejects.toMatchObject({ code: 'ERR_FORBIDDEN' });
    });

    test('nobody founds a registry that is founded', async () => {
      const members: Member[] = [{ mspId: 'InsurerMSP', kinds: ['hospital'] }];
      for (const transaction of ['approveFounding', 'found'] as const) {
        const asked = administrators.submit(INSURER, transaction, { members });
        await expect(asked).rejects.toMatchObject({ code: 'ERR_ALREADY_EXISTS' });
      }
    });

    test('one peer alone changes nothing', async () => {
      const args = [JSON.stringify({ change: register(PHARMA, ['insurer']) })];
      const endorsingOrganizations = ['InsurerMSP', 'PharmaMSP'];
      const asked = world
        .client(INSURER, 'Admin')
        .submit('membership', 'propose', { args, endorsingOrganizations });
      await expect(asked).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
    });

    test('of two approvals at once one has to be given again', async () => {
      const { proposalId } = await administrators.submit(CITY, 'propose', {
        change: register(INSURER, ['insurer', 'overseer']),
      });
      const options = { args: [JSON.stringify({ proposalId })] };
      const endorse = (organisation: string) =>
        world.client(organisation, 'Admin').endorse('membership', 'approve', options);
      const first = await endorse(VALLEY);
      const second = await endorse(REGULATOR);
      await first.commit();
      await expect(second.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
      expect(await administrators.kindsOf(INSURER)).toEqual(['insurer']);
      const view = await administrators.submit(REGULATOR, 'approve', { proposalId });
      expect(view.status).toBe('IN_FORCE');
      await administrators.become(INSURER, ['insurer']);
    });

    test('what was endorsed under a registry that has changed since is not applied', async () => {
      const medicines = new Medicines(world);
      const { gtin, lot, expiry, unit } = medicines.lot();
      const { sscc, contentsRoot, packs } = unit;
      const units = [{ sscc, contentsRoot, count: packs.length }];
      const stale = await world.client(PHARMA, 'manufacturer').endorse('drug', 'registerBatch', {
        args: [JSON.stringify({ gtin, lot, expiry, units })],
      });
      await administrators.become(PHARMA, ['pharmacy']);
      await expect(stale.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
      await administrators.become(PHARMA, ['manufacturer', 'pharmacy']);
    });
  });
}
