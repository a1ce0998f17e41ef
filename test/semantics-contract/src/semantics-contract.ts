import { Context, Contract, Returns, Transaction } from 'fabric-contract-api';
import { KeyEndorsementPolicy } from 'fabric-shim';

const TYPE = 'item';

/** Does one thing to the ledger at a time, so that tests can see what a peer makes of it. */
export class SemanticsContract extends Contract {
  constructor() {
    super('semantics');
  }

  @Transaction()
  async put(ctx: Context, key: string, value: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from(value));
  }

  @Transaction()
  async remove(ctx: Context, key: string): Promise<void> {
    await ctx.stub.deleteState(key);
  }

  @Transaction(false)
  @Returns('string')
  async get(ctx: Context, key: string): Promise<string> {
    return text(await ctx.stub.getState(key));
  }

  /** Writes, then tells what a read in the same transaction sees. */
  @Transaction()
  @Returns('string')
  async putThenGet(ctx: Context, key: string, value: string): Promise<string> {
    await ctx.stub.putState(key, Buffer.from(value));
    return text(await ctx.stub.getState(key));
  }

  /** Reads a number and writes the next: two of these conflict. */
  @Transaction()
  @Returns('string')
  async increment(ctx: Context, key: string): Promise<string> {
    const next = String(Number(text(await ctx.stub.getState(key))) + 1);
    await ctx.stub.putState(key, Buffer.from(next));
    return next;
  }

  @Transaction()
  async putItem(ctx: Context, attributes: string, value: string): Promise<void> {
    await ctx.stub.putState(itemKey(ctx, attributes), Buffer.from(value));
  }

  /** Tells the composite key of some attributes (a JSON array), and what it splits into. */
  @Transaction(false)
  @Returns('string')
  splitItem(ctx: Context, attributes: string): Promise<string> {
    const key = itemKey(ctx, attributes);
    return Promise.resolve(JSON.stringify([key, ctx.stub.splitCompositeKey(key)]));
  }

  @Transaction(false)
  @Returns('string')
  async listItems(ctx: Context, attributes: string): Promise<string> {
    return JSON.stringify(await items(ctx, attributes));
  }

  /** Counts a range into a key: a phantom in the range spoils it. */
  @Transaction()
  async countItems(ctx: Context, attributes: string, into: string): Promise<void> {
    const found = await items(ctx, attributes);
    await ctx.stub.putState(into, Buffer.from(String(found.length)));
  }

  @Transaction(false)
  @Returns('string')
  async range(ctx: Context, start: string, end: string): Promise<string> {
    const keys: string[] = [];
    for await (const { key } of ctx.stub.getStateByRange(start, end)) keys.push(key);
    return JSON.stringify(keys);
  }

  @Transaction(false)
  @Returns('string')
  async pageItems(
    ctx: Context,
    attributes: string,
    size: string,
    bookmark: string,
  ): Promise<string> {
    return JSON.stringify(await page(ctx, attributes, Number(size), bookmark));
  }

  @Transaction()
  async pageThenPut(ctx: Context, attributes: string, key: string): Promise<void> {
    await page(ctx, attributes, 2, '');
    await ctx.stub.putState(key, Buffer.from('x'));
  }

  @Transaction()
  async putThenPage(ctx: Context, attributes: string, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from('x'));
    await page(ctx, attributes, 2, '');
  }

  /** The value comes as transient data `value`. */
  @Transaction()
  async putPrivate(ctx: Context, collection: string, key: string): Promise<void> {
    const value = ctx.stub.getTransient().get('value') ?? Buffer.alloc(0);
    await ctx.stub.putPrivateData(collection, key, Buffer.from(value));
  }

  @Transaction(false)
  @Returns('string')
  async getPrivate(ctx: Context, collection: string, key: string): Promise<string> {
    return text(await ctx.stub.getPrivateData(collection, key));
  }

  @Transaction(false)
  @Returns('string')
  async getPrivateHash(ctx: Context, collection: string, key: string): Promise<string> {
    const hash = await ctx.stub.getPrivateDataHash(collection, key);
    return Buffer.from(hash).toString('hex');
  }

  @Transaction()
  async removePrivate(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.deletePrivateData(collection, key);
  }

  @Transaction()
  async purgePrivate(ctx: Context, collection: string, key: string): Promise<void> {
    await ctx.stub.purgePrivateData(collection, key);
  }

  @Transaction()
  async rangePrivateThenPut(ctx: Context, collection: string, key: string): Promise<void> {
    const found = await ctx.stub.getPrivateDataByRange(collection, 'a', 'b');
    const { iterator } = found as unknown as { iterator: typeof found };
    await iterator.close();
    await ctx.stub.putState(key, Buffer.from('x'));
  }

  /** Has further changes of a key endorsed by all these organisations (a JSON array of MSP IDs). */
  @Transaction()
  async protect(ctx: Context, key: string, organisations: string): Promise<void> {
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('PEER', ...(JSON.parse(organisations) as string[]));
    await ctx.stub.setStateValidationParameter(key, policy.getPolicy());
  }

  @Transaction(false)
  @Returns('string')
  async protectors(ctx: Context, key: string): Promise<string> {
    const found = (await ctx.stub.getStateValidationParameter(key)) as Uint8Array | undefined;
    return JSON.stringify(found ? new KeyEndorsementPolicy(Buffer.from(found)).listOrgs() : []);
  }

  @Transaction(false)
  @Returns('string')
  async history(ctx: Context, key: string): Promise<string> {
    const changes: unknown[] = [];
    for await (const { value, isDelete, txId } of ctx.stub.getHistoryForKey(key)) {
      changes.push([text(value), isDelete, txId]);
    }
    return JSON.stringify(changes);
  }

  /** Emits two events; one transaction carries one. */
  @Transaction()
  async emitTwice(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from('x'));
    ctx.stub.setEvent('First.v1', Buffer.from('1'));
    ctx.stub.setEvent('Second.v1', Buffer.from('2'));
  }

  /** Writes what differs from peer to peer. */
  @Transaction()
  async putOwnName(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from(ctx.stub.getMspID()));
  }

  /** Calls another chaincode (arguments are a JSON array) and tells what it answered. */
  @Transaction(false)
  @Returns('string')
  async call(ctx: Context, chaincode: string, channel: string, args: string): Promise<string> {
    return JSON.stringify(await called(ctx, chaincode, channel, args));
  }

  /** Calls another chaincode, then writes the status that it answered. */
  @Transaction()
  async callThenPut(ctx: Context, chaincode: string, args: string, key: string): Promise<void> {
    const [status] = await called(ctx, chaincode, '', args);
    await ctx.stub.putState(key, Buffer.from(String(status)));
  }

  @Transaction()
  async fail(ctx: Context, key: string): Promise<void> {
    await ctx.stub.putState(key, Buffer.from('x'));
    throw new Error('ERR_CONFLICT: as asked');
  }

  @Transaction(false)
  @Returns('string')
  whoAmI(ctx: Context): Promise<string> {
    const { clientIdentity: id, stub } = ctx;
    const { seconds } = stub.getTxTimestamp();
    return Promise.resolve(
      JSON.stringify([id.getMSPID(), stub.getChannelID(), stub.getTxID(), Number(seconds)]),
    );
  }
}

async function called(ctx: Context, chaincode: string, channel: string, args: string) {
  const values = JSON.parse(args) as string[];
  const { status, message, payload } = await ctx.stub.invokeChaincode(chaincode, values, channel);
  return [status, message, text(payload ?? new Uint8Array())] as const;
}

function itemKey(ctx: Context, attributes: string): string {
  return ctx.stub.createCompositeKey(TYPE, JSON.parse(attributes) as string[]);
}

async function items(ctx: Context, attributes: string): Promise<string[]> {
  const values: string[] = [];
  const prefix = JSON.parse(attributes) as string[];
  for await (const { value } of ctx.stub.getStateByPartialCompositeKey(TYPE, prefix)) {
    values.push(text(value));
  }
  return values;
}

async function page(ctx: Context, attributes: string, size: number, bookmark: string) {
  const { iterator, metadata } = await ctx.stub.getStateByPartialCompositeKeyWithPagination(
    TYPE,
    JSON.parse(attributes) as string[],
    size,
    bookmark,
  );
  const values: string[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    values.push(text(next.value.value));
  }
  await iterator.close();
  return { values, metadata };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
