import { KeyRing } from '@salus/key-service';
import { coded } from '@salus/testing/coded';
import { CITY, RecordWorld, VALLEY } from '@salus/testing/record-world';
import { readRecord } from './read-record.js';
import { registerRecords } from './register-records.js';
import { keepRegistered, organisationKey, ownKey } from './registered-keys.js';

const DAY = 86_400_000;

describe("an organisation's registered key", () => {
  let world: RecordWorld;

  beforeEach(async () => {
    world = await RecordWorld.open();
  });

  afterEach(() => world.close());

  const keep = async (mspId: string, now = Date.now()) => {
    const { identity } = await world.member(mspId, 'keyservice');
    const ehr = await world.ehr(mspId, 'keyservice');
    return keepRegistered(world.ring(mspId), { ehr, identity, days: 1, now });
  };

  const view = async (now = Date.now()) => {
    const ledger = await world.ehr(CITY, 'registrar');
    return { ledger, members: await world.members(), now };
  };

  it('stays while it is good, and is replaced before it ends or when it was revoked', async () => {
    const first = world.ring(CITY).current.publicKey;
    expect(await keep(CITY)).toMatchObject({ publicKey: first });
    const renewed = await keep(CITY, Date.now() + 0.9 * DAY);
    expect(renewed.publicKey).not.toBe(first);
    const ehr = await world.ehr(CITY, 'keyservice');
    await ehr.revokeHpkeKey({ id: 'organisation' });
    const third = await keep(CITY);
    expect([first, renewed.publicKey]).not.toContain(third.publicKey);
    expect(third.publicKey).toBe(world.ring(CITY).current.publicKey);
  });

  it('is sealed to only while it is in force', async () => {
    expect(await organisationKey(CITY, await view())).toMatchObject({ mspId: CITY });
    const late = await view(Date.now() + 2 * DAY);
    await expect(organisationKey(CITY, late)).rejects.toThrow(coded('ERR_KEY_ENDED'));
    await world.revoke(VALLEY, 'keyservice');
    await expect(organisationKey(VALLEY, await view())).rejects.toThrow(coded('ERR_KEY_ENDED'));
    const ehr = await world.ehr(CITY, 'keyservice');
    await ehr.revokeHpkeKey({ id: 'organisation' });
    await expect(organisationKey(CITY, await view())).rejects.toThrow(coded('ERR_KEY_ENDED'));
  });

  it('is sealed to by its own desk only where the own key service holds it', async () => {
    const { keyServices } = await world.reader(CITY, { role: 'registrar', keys: [CITY] });
    const held = world.ring(CITY).current.publicKey;
    expect(await ownKey(CITY, await view(), keyServices[0])).toBe(held);
    expect(await ownKey(CITY, await view())).toBe(held);
    const { ledger, ...rest } = await view();
    const { publicKey } = world.ring(VALLEY).current;
    const forged = async (of: Parameters<typeof ledger.getHpkeKey>[0]) => ({
      ...(await ledger.getHpkeKey(of)),
      publicKey,
    });
    const lying = { ...rest, ledger: { getHpkeKey: forged } };
    await expect(ownKey(CITY, lying, keyServices[0])).rejects.toThrow(coded('ERR_KEY_MISMATCH'));
  });

  it('opens what was sealed before it was replaced, also after a restart', async () => {
    const wallet = await world.patient();
    const record = {
      recordId: 'r1',
      category: 'laboratory',
      labels: [],
      name: 'r1',
      links: [],
      contentType: 'text/plain',
      content: Buffer.from('before'),
    };
    await registerRecords([record], wallet.known, await world.desk());
    await world.ring(CITY).rotate();
    const { pseudonym } = wallet;
    const reader = await world.reader(CITY, { keys: [CITY] });
    const read = await readRecord(reader, { pseudonym, recordId: 'r1', purpose: 'TREAT' });
    expect(read.content.toString()).toBe('before');
    const again = await KeyRing.open(`${world.home}/${CITY}/keys`, 'passphrase of a test');
    expect(again.current).toMatchObject({ publicKey: world.ring(CITY).current.publicKey });
    await expect(KeyRing.open(`${world.home}/${CITY}/keys`, 'another passphrase')).rejects.toThrow(
      coded('ERR_PASSPHRASE_WRONG'),
    );
  });
});
