import { Context, Contract } from 'fabric-contract-api';
import { caller, placeOf, SalusContract } from '@salus/chaincode-common';
import { SalusError } from '@salus/protocol';
import { makeIdentity } from './identity.js';
import { MemoryLedger } from './memory-ledger.js';
import { Recorder, replay } from './recording.js';

const organisations = ['AMSP', 'BMSP', 'CMSP'];
const attributes = { 'salus.role': 'physician', 'salus.practitioner': 'p-1' };
const alice = makeIdentity({ mspId: 'AMSP', name: 'alice', attributes });

class Notes extends Contract {
  runs = 0;

  constructor() {
    super('notes');
  }

  async put(ctx: Context, key: string, value: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from(value));
  }

  async get(ctx: Context, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getState(key)).toString();
  }

  async count(ctx: Context, key: string): Promise<void> {
    this.runs += 1;
    await ctx.stub.putState(key, Buffer.from(String(this.runs)));
  }

  /** Reads the first of many: the peer has looked at 101 by then. */
  async peek(ctx: Context, into: string): Promise<void> {
    const iterator = await ctx.stub.getStateByRange('n', 'o');
    await iterator.next();
    await iterator.close();
    await ctx.stub.putState(into, Buffer.from('x'));
  }

  async putPrivate(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putPrivateData('short', key, Buffer.from('x'));
  }

  async getPrivate(ctx: Context, key: string): Promise<string> {
    return Buffer.from(await ctx.stub.getPrivateData('short', key)).toString();
  }

  async call(ctx: Context, contract: string, key: string): Promise<string> {
    const { status, payload } = await ctx.stub.invokeChaincode(contract, ['get', key], '');
    return `${status} ${Buffer.from(payload ?? []).toString()}`;
  }

  /** The chaincode that the proposal names. */
  proposed(ctx: Context): Promise<string> {
    return Promise.resolve(placeOf(ctx).chaincode);
  }

  async random(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from(String(Math.random())));
  }
}

class Strict extends SalusContract {
  constructor() {
    super('strict');
  }

  who(ctx: Context): Promise<string> {
    return Promise.resolve(JSON.stringify(caller(ctx)));
  }

  refuse(): Promise<void> {
    return Promise.reject(new SalusError('ERR_FORBIDDEN', 'not today'));
  }

  crash(): Promise<void> {
    return Promise.reject(new SyntaxError('Unexpected token in "secret"'));
  }
}

function makeLedger(observer = {}): MemoryLedger {
  const ledger = new MemoryLedger({ channel: 'test', organisations, observer });
  const policy = "OR('AMSP.member', 'BMSP.member')";
  const collections = [{ name: 'short', policy, blockToLive: 1 }];
  ledger.deploy('notes', Notes, { collections });
  ledger.deploy('others', Notes, {});
  ledger.deploy('strict', Strict, {});
  return ledger;
}

describe('the ledger in memory', () => {
  const read = async (ledger: MemoryLedger, key: string) =>
    (await ledger.as(alice).evaluate('notes', 'get', { args: [key] })).toString();

  test('gives every organisation its own instance of a contract', async () => {
    const client = makeLedger().as(alice);
    const two = { args: ['k'], endorsingOrganizations: ['AMSP', 'BMSP'] };
    await client.submit('notes', 'count', two);
    await client.evaluate('notes', 'count', { args: ['k'] });
    await expect(client.submit('notes', 'count', two)).rejects.toMatchObject({
      code: 'ERR_ENDORSEMENT_MISMATCH',
    });
  });

  test('applies the transactions of one block in their order', async () => {
    const ledger = makeLedger();
    const client = ledger.as(alice);
    const first = await client.endorse('notes', 'put', { args: ['k', '1'] });
    const second = await client.endorse('notes', 'put', { args: ['k', '2'] });
    const reader = await client.endorse('notes', 'get', { args: ['k'] });
    expect(ledger.commit(first, second, reader)).toEqual(['VALID', 'VALID', 'MVCC_READ_CONFLICT']);
    expect(ledger.height).toBe(1);
    expect(await read(ledger, 'k')).toBe('2');
  });

  test('finds a phantom only where the peer has looked', async () => {
    const ledger = makeLedger();
    const client = ledger.as(alice);
    const name = (i: number) => `n${String(i).padStart(3, '0')}`;
    for (let i = 0; i < 150; i += 1) {
      await client.submit('notes', 'put', { args: [name(i), 'x'] });
    }
    const beyond = await client.endorse('notes', 'peek', { args: ['into'] });
    await client.submit('notes', 'put', { args: ['n149b', 'x'] });
    expect(ledger.commit(beyond)).toEqual(['VALID']);
    const within = await client.endorse('notes', 'peek', { args: ['into'] });
    await client.submit('notes', 'put', { args: ['n050b', 'x'] });
    expect(ledger.commit(within)).toEqual(['PHANTOM_READ_CONFLICT']);
  });

  test('forgets private data after its blocks to live', async () => {
    const client = makeLedger().as(alice);
    await client.submit('notes', 'putPrivate', { args: ['k'] });
    await client.submit('notes', 'put', { args: ['a', '1'] });
    expect((await client.evaluate('notes', 'getPrivate', { args: ['k'] })).toString()).toBe('x');
    await client.submit('notes', 'put', { args: ['a', '2'] });
    expect((await client.evaluate('notes', 'getPrivate', { args: ['k'] })).toString()).toBe('');
  });

  test("tells a peer outside a collection that it hasn't the value, rather than nothing", async () => {
    const client = makeLedger().as(alice);
    await client.submit('notes', 'putPrivate', { args: ['k'] });
    const elsewhere = { args: ['k'], endorsingOrganizations: ['CMSP'] };
    await expect(client.evaluate('notes', 'getPrivate', elsewhere)).rejects.toThrow(
      'private data matching public hash version is not available',
    );
  });

  test('lets a contract call another in the same transaction', async () => {
    const client = makeLedger().as(alice);
    await client.submit('others', 'put', { args: ['k', 'other'] });
    const found = await client.evaluate('notes', 'call', { args: ['others', 'k'] });
    expect(found.toString()).toBe('200 other');
  });

  test.each(['notes', 'others'])('names the chaincode %s in the proposal', async (name) => {
    const named = await makeLedger().as(alice).evaluate(name, 'proposed');
    expect(named.toString()).toBe(name);
  });

  test('refuses who belongs to no organisation of the channel', async () => {
    const stranger = makeIdentity({ mspId: 'XMSP', name: 'x' });
    await expect(makeLedger().as(stranger).evaluate('notes', 'get')).rejects.toMatchObject({
      code: 'ERR_IDENTITY_REFUSED',
    });
  });

  test('does not know a contract that is not deployed', async () => {
    await expect(makeLedger().as(alice).evaluate('nothing', 'get')).rejects.toMatchObject({
      code: 'ERR_CHAINCODE_UNAVAILABLE',
    });
  });

  test('shows a contract the attributes of a certificate', async () => {
    const who = await makeLedger().as(alice).evaluate('strict', 'who');
    expect(JSON.parse(who.toString())).toEqual({
      mspId: 'AMSP',
      id: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      commonName: 'alice',
      role: 'physician',
      practitioner: 'p-1',
    });
  });

  test.each([
    ['refuse', 'ERR_FORBIDDEN', 'not today'],
    ['crash', 'ERR_INTERNAL', 'The transaction failed'],
    ['missing', 'ERR_UNKNOWN_TRANSACTION', 'The contract strict has no transaction missing'],
  ])('brings the error of %s to the client', async (transaction, code, message) => {
    const client = makeLedger().as(alice);
    await expect(client.submit('strict', transaction)).rejects.toMatchObject({ code, message });
  });
});

describe('a recording', () => {
  test('run again comes to the same', async () => {
    const recorder = new Recorder();
    const client = makeLedger(recorder).as(alice);
    for (const value of ['1', '2']) await client.submit('notes', 'put', { args: ['k', value] });
    await client.submit('notes', 'get', { args: ['k'] });
    expect(await replay(makeLedger(), recorder.recording.steps)).toEqual(
      recorder.recording.outcomes,
    );
  });

  test('run again gives chance away', async () => {
    const recorder = new Recorder();
    const client = makeLedger(recorder).as(alice);
    await client.endorse('notes', 'random', { args: ['k'], endorsingOrganizations: ['AMSP'] });
    expect(await replay(makeLedger(), recorder.recording.steps)).not.toEqual(
      recorder.recording.outcomes,
    );
  });
});
