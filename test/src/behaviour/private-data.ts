import { createHash } from 'node:crypto';
import { eventually } from '@salus/testing/eventually';
import type { ContractWorld, WorldClient } from '../contract-world.js';

const CONTRACT = 'semantics';
const SHARED = 'shared';

/** What peers do with private data: values for the members, hashes for all. */
export function describePrivateData(world: ContractWorld): void {
  const city = () => world.client('CityHospital', 'registrar');
  const valley = () => world.client('ValleyHospital', 'registrar');
  const insurer = () => world.client('Insurer', 'adjuster');

  const store = async (key: string, value: string) => {
    await city().submit(CONTRACT, 'putPrivate', { args: [SHARED, key], transient: { value } });
  };
  const read = async (client: WorldClient, key: string): Promise<string> =>
    (await client.evaluate(CONTRACT, 'getPrivate', { args: [SHARED, key] })).toString();
  const hashOf = async (client: WorldClient, key: string): Promise<string> =>
    (await client.evaluate(CONTRACT, 'getPrivateHash', { args: [SHARED, key] })).toString();

  test('members of a collection read a private value', async () => {
    const key = world.uniqueId('private');
    await store(key, 'secret');
    expect(await read(city(), key)).toBe('secret');
    // Private values reach the other members' peers a little after the block does.
    await eventually(async () => expect(await read(valley(), key)).toBe('secret'));
  });

  test('whoever is not a member may not read', async () => {
    const key = world.uniqueId('private');
    await store(key, 'secret');
    await expect(read(insurer(), key)).rejects.toMatchObject({
      message: expect.stringContaining('does not have read access permission') as string,
    });
  });

  test('every organisation sees the SHA-256 of a private value', async () => {
    const key = world.uniqueId('private');
    await store(key, 'secret');
    const expected = createHash('sha256').update('secret').digest('hex');
    expect(await hashOf(insurer(), key)).toBe(expected);
    expect(await hashOf(city(), key)).toBe(expected);
  });

  test("the collection's endorsement policy replaces the contract's", async () => {
    const key = world.uniqueId('private');
    const args = [SHARED, key];
    const transient = { value: 'secret' };
    await city().submit(CONTRACT, 'putPrivate', {
      args,
      transient,
      endorsingOrganizations: ['ValleyHospitalMSP'],
    });
    await expect(
      city().submit(CONTRACT, 'putPrivate', {
        args,
        transient,
        endorsingOrganizations: ['InsurerMSP', 'RegulatorMSP'],
      }),
    ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
  });

  test.each(['removePrivate', 'purgePrivate'])('%s takes value and hash away', async (name) => {
    const key = world.uniqueId('private');
    await store(key, 'secret');
    await city().submit(CONTRACT, name, { args: [SHARED, key] });
    expect(await read(city(), key)).toBe('');
    expect(await hashOf(insurer(), key)).toBe('');
  });

  test('a transaction that queried a private range may not write', async () => {
    const args = [SHARED, world.uniqueId('key')];
    await expect(city().submit(CONTRACT, 'rangePrivateThenPut', { args })).rejects.toMatchObject({
      message: expect.stringContaining('unsuppored transaction') as string,
    });
  });

  test('a collection that is not defined is an error', async () => {
    await expect(
      city().evaluate(CONTRACT, 'getPrivate', { args: ['nowhere', 'key'] }),
    ).rejects.toMatchObject({ message: expect.stringContaining('could not be found') as string });
  });
}
