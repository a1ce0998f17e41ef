import type { ContractWorld, WorldClient } from '../contract-world.js';
import { Actors } from './drug/actors.js';
import { describePrivateData } from './private-data.js';

const CONTRACT = 'semantics';

/** What a peer does for a contract. The ledger in memory has to do the same. */
export function describeLedgerSemantics(world: ContractWorld): void {
  describe('the ledger under a contract', () => {
    const city = () => world.client('CityHospital', 'registrar');
    valueCases(world, city);
    conflictCases(world, city);
    rangeCases(world, city);
    endorsementCases(world, city);
    eventCases(world, city);
    callCases(world, city);
    describePrivateData(world);
  });
}

type Client = () => WorldClient;

async function put(client: WorldClient, key: string, value: string) {
  await client.submit(CONTRACT, 'put', { args: [key, value] });
}

async function get(client: WorldClient, key: string): Promise<string> {
  return (await client.evaluate(CONTRACT, 'get', { args: [key] })).toString();
}

async function query(client: WorldClient, transaction: string, ...args: string[]) {
  return JSON.parse((await client.evaluate(CONTRACT, transaction, { args })).toString()) as unknown;
}

function valueCases(world: ContractWorld, city: Client): void {
  test('a transaction does not see what it has written itself', async () => {
    const key = world.uniqueId('own');
    const { result } = await city().submit(CONTRACT, 'putThenGet', { args: [key, 'new'] });
    expect(result.toString()).toBe('');
    expect(await get(city(), key)).toBe('new');
  });

  test('every organisation reads what was committed', async () => {
    const key = world.uniqueId('shared');
    await put(city(), key, 'value');
    expect(await get(world.client('Pharma', 'manufacturer'), key)).toBe('value');
  });

  test('writing an empty value deletes', async () => {
    const key = world.uniqueId('empty');
    await put(city(), key, 'value');
    await put(city(), key, '');
    expect(await get(city(), key)).toBe('');
    const changes = await query(city(), 'history', key);
    expect(changes).toMatchObject([
      ['', true, expect.any(String)],
      ['value', false, expect.any(String)],
    ]);
  });

  test('history tells the newest change first, with its transaction', async () => {
    const key = world.uniqueId('history');
    const args = (value: string) => ({ args: [key, value] });
    const first = await city().submit(CONTRACT, 'put', args('a'));
    const second = await city().submit(CONTRACT, 'put', args('b'));
    expect(await query(city(), 'history', key)).toEqual([
      ['b', false, second.transactionId],
      ['a', false, first.transactionId],
    ]);
  });

  test('a transaction that fails leaves nothing, and its message arrives', async () => {
    const key = world.uniqueId('fail');
    await expect(city().submit(CONTRACT, 'fail', { args: [key] })).rejects.toMatchObject({
      code: 'ERR_CONFLICT',
      message: 'as asked',
    });
    expect(await get(city(), key)).toBe('');
  });

  test('a contract learns caller, channel and the time that the client gave', async () => {
    const before = Math.floor(Date.now() / 1000);
    const [mspId, channel, transactionId, seconds] = (await query(city(), 'whoAmI')) as [
      string,
      string,
      string,
      number,
    ];
    expect([mspId, channel]).toEqual(['CityHospitalMSP', world.channel]);
    expect(transactionId).toMatch(/^[0-9a-f]{64}$/);
    expect(seconds).toBeGreaterThanOrEqual(before);
    expect(seconds).toBeLessThanOrEqual(Date.now() / 1000);
  });

  test.each([
    ['too few arguments', 'put', 'ERR_ARGUMENT_COUNT', 'Expected 2 parameters, but 1 have been'],
    ['an unknown name', 'nothing', 'ERR_UNKNOWN_TRANSACTION', 'does not exist: nothing'],
    ['an unknown contract', 'nowhere:put', 'ERR_UNKNOWN_CONTRACT', 'is not known: nowhere'],
  ])('a transaction with %s is refused before it runs', async (_, transaction, code, message) => {
    await expect(city().submit(CONTRACT, transaction, { args: ['one'] })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
  });
}

function conflictCases(world: ContractWorld, city: Client): void {
  test('one of two transactions that read the same version is applied', async () => {
    const key = world.uniqueId('counter');
    const options = { args: [key] };
    const first = await city().endorse(CONTRACT, 'increment', options);
    const second = await city().endorse(CONTRACT, 'increment', options);
    await first.commit();
    await expect(second.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
    expect(await get(city(), key)).toBe('1');
  });

  test('blind writes of the same key do not conflict', async () => {
    const key = world.uniqueId('blind');
    const first = await city().endorse(CONTRACT, 'put', { args: [key, '1'] });
    const second = await city().endorse(CONTRACT, 'put', { args: [key, '2'] });
    await second.commit();
    await first.commit();
    expect(await get(city(), key)).toBe('1');
  });

  test('a key that appears in a range that was read is a conflict', async () => {
    const group = world.uniqueId('phantom');
    const into = world.uniqueId('count');
    const counted = await city().endorse(CONTRACT, 'countItems', {
      args: [JSON.stringify([group]), into],
    });
    await city().submit(CONTRACT, 'putItem', { args: [JSON.stringify([group, 'a']), 'A'] });
    await expect(counted.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
  });
}

function rangeCases(world: ContractWorld, city: Client): void {
  const putItems = async (group: string, names: readonly string[]) => {
    for (const name of names) {
      await city().submit(CONTRACT, 'putItem', { args: [JSON.stringify([group, name]), name] });
    }
  };

  test('composite keys split into their parts', async () => {
    expect(await query(city(), 'splitItem', JSON.stringify(['a', 'b']))).toEqual([
      '\u0000item\u0000a\u0000b\u0000',
      { objectType: 'item', attributes: ['a', 'b'] },
    ]);
  });

  test('a part of a composite key may not be empty', async () => {
    await expect(query(city(), 'splitItem', JSON.stringify(['a', '']))).rejects.toMatchObject({
      message: expect.stringContaining('not a non-zero length string') as string,
    });
  });

  test('a composite range is ordered by the UTF-8 of its keys and keeps to whole parts', async () => {
    const group = world.uniqueId('range');
    // U+FF5E sorts before U+1F600 in UTF-8 and after it in UTF-16.
    await putItems(group, ['b', 'a', '\u{1F600}', '\uFF5E']);
    await putItems(`${group}x`, ['other']);
    const found = await query(city(), 'listItems', JSON.stringify([group]));
    expect(found).toEqual(['a', 'b', '\uFF5E', '\u{1F600}']);
  });

  test('a plain range includes its start and excludes its end', async () => {
    const prefix = world.uniqueId('plain');
    for (const name of ['a', 'b', 'c']) await put(city(), `${prefix}/${name}`, name);
    const found = await query(city(), 'range', `${prefix}/a`, `${prefix}/c`);
    expect(found).toEqual([`${prefix}/a`, `${prefix}/b`]);
  });

  test('pages follow one another by bookmark until it is empty', async () => {
    const group = world.uniqueId('pages');
    await putItems(group, ['a', 'b', 'c']);
    const prefix = JSON.stringify([group]);
    const first = (await query(city(), 'pageItems', prefix, '2', '')) as Page;
    expect(first).toMatchObject({ values: ['a', 'b'], metadata: { fetchedRecordsCount: 2 } });
    expect(first.metadata.bookmark).toContain('c');
    const second = await query(city(), 'pageItems', prefix, '2', first.metadata.bookmark);
    expect(second).toEqual({ values: ['c'], metadata: { fetchedRecordsCount: 1, bookmark: '' } });
  });

  test('a page on which nothing was found comes without metadata', async () => {
    const group = world.uniqueId('pages');
    const prefix = JSON.stringify([group]);
    expect(await query(city(), 'pageItems', prefix, '2', '')).toEqual({ values: [] });
    await putItems(group, ['a']);
    expect(await query(city(), 'pageItems', prefix, '2', '')).toMatchObject({
      metadata: { fetchedRecordsCount: 1, bookmark: '' },
    });
  });

  test.each(['pageThenPut', 'putThenPage'])(
    '%s: pages and writes exclude each other',
    async (name) => {
      const args = [JSON.stringify([world.uniqueId('pages')]), world.uniqueId('key')];
      await expect(city().submit(CONTRACT, name, { args })).rejects.toMatchObject({
        message: expect.stringContaining('unsuppored transaction') as string,
      });
    },
  );
}

interface Page {
  readonly metadata: { readonly bookmark: string };
}

function endorsementCases(world: ContractWorld, city: Client): void {
  test('too few endorsements make a transaction invalid', async () => {
    const args = [world.uniqueId('alone'), 'value'];
    const endorsingOrganizations = ['CityHospitalMSP'];
    await expect(
      city().submit(CONTRACT, 'put', { args, endorsingOrganizations }),
    ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
  });

  test('a result that differs from peer to peer is not endorsed', async () => {
    const args = [world.uniqueId('name')];
    await expect(city().submit(CONTRACT, 'putOwnName', { args })).rejects.toMatchObject({
      code: 'ERR_ENDORSEMENT_MISMATCH',
    });
  });

  test('a key-level policy replaces the one of the contract', async () => {
    const key = world.uniqueId('protected');
    const owners = ['InsurerMSP', 'RegulatorMSP'];
    await put(city(), key, 'first');
    await city().submit(CONTRACT, 'protect', { args: [key, JSON.stringify(owners)] });
    expect(await query(city(), 'protectors', key)).toEqual(owners);
    const options = (endorsingOrganizations: string[]) => ({
      args: [key, 'second'],
      endorsingOrganizations,
    });
    await expect(
      city().submit(CONTRACT, 'put', options(['CityHospitalMSP', 'ValleyHospitalMSP'])),
    ).rejects.toMatchObject({ code: 'ERR_ENDORSEMENT_POLICY' });
    await city().submit(CONTRACT, 'put', options(owners));
    expect(await get(city(), key)).toBe('second');
  });

  test('without names, the gateway finds the organisations that a key-level policy asks for', async () => {
    const key = world.uniqueId('chosen');
    await put(city(), key, 'first');
    await city().submit(CONTRACT, 'protect', { args: [key, JSON.stringify(['RegulatorMSP'])] });
    await put(city(), key, 'second');
    expect(await get(city(), key)).toBe('second');
  });
}

function eventCases(world: ContractWorld, city: Client): void {
  test('a transaction carries the last event that was set', async () => {
    const args = [world.uniqueId('event')];
    const client = city();
    const { transactionId } = await client.submit(CONTRACT, 'emitTwice', { args });
    const events = await client.eventsOf(CONTRACT, transactionId);
    expect(events.map(({ name, payload }) => [name, payload.toString()])).toEqual([
      ['Second.v1', '2'],
    ]);
  });
}

/** A chaincode that calls another one in its own transaction, here the one for medicines. */
function callCases(world: ContractWorld, city: Client): void {
  const medicines = new Actors(world);
  const getBatch = (gtin: string, lot: string) =>
    JSON.stringify(['getBatch', JSON.stringify({ gtin, lot })]);
  const call = (args: string, channel = '') => query(city(), 'call', 'drug', channel, args);

  test.each(['', world.channel])(
    'a chaincode answers another one on the channel %j',
    async (channel) => {
      const { gtin, lot } = await medicines.registered();
      const [status, message, payload] = (await call(getBatch(gtin, lot), channel)) as string[];
      expect([status, message]).toEqual([200, '']);
      expect(JSON.parse(payload ?? '')).toMatchObject({ gtin, lot });
    },
  );

  test('what a called chaincode throws is an answer with its message', async () => {
    const { gtin, lot } = medicines.lot();
    expect(await call(getBatch(gtin, lot))).toEqual([
      500,
      'ERR_NOT_FOUND: There is no such batch',
      '',
    ]);
  });

  test('a call of a chaincode that is not deployed fails', async () => {
    const args = ['nowhere', '', JSON.stringify(['get'])];
    await expect(city().evaluate(CONTRACT, 'call', { args })).rejects.toMatchObject({
      code: 'ERR_ENDORSEMENT_FAILED',
      message: expect.stringContaining('nowhere') as string,
    });
  });

  test('what a called chaincode read and others change meanwhile is a conflict', async () => {
    const lot = medicines.lot();
    const key = world.uniqueId('called');
    const args = ['drug', getBatch(lot.gtin, lot.lot), key];
    const early = await city().endorse(CONTRACT, 'callThenPut', { args });
    await medicines.register(lot);
    await expect(early.commit()).rejects.toMatchObject({ code: 'ERR_MVCC_CONFLICT' });
    await city().submit(CONTRACT, 'callThenPut', { args });
    expect(await get(city(), key)).toBe('200');
  });

  test("a called chaincode's endorsement policy counts only where it writes", async () => {
    // The registry asks for a majority, the caller for two organisations.
    const args = ['membership', JSON.stringify(['getRegistry', '{}']), world.uniqueId('called')];
    const endorsingOrganizations = ['CityHospitalMSP', 'InsurerMSP'];
    const options = { args, endorsingOrganizations };
    await expect(city().submit(CONTRACT, 'callThenPut', options)).resolves.toBeDefined();
  });

  test('a called chaincode writes under its own name', async () => {
    const lot = medicines.lot();
    const { sscc, contentsRoot, packs } = lot.unit;
    const units = [{ sscc, contentsRoot, count: packs.length }];
    const batch = { gtin: lot.gtin, lot: lot.lot, expiry: lot.expiry, units };
    const key = world.uniqueId('called');
    const manufacturer = world.client('Pharma', 'manufacturer');
    const args = ['drug', JSON.stringify(['registerBatch', JSON.stringify(batch)]), key];
    await manufacturer.submit(CONTRACT, 'callThenPut', { args });
    expect(await call(getBatch(lot.gtin, lot.lot))).toMatchObject([200, '', expect.any(String)]);
  });
}
