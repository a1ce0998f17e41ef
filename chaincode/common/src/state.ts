import type { Context } from 'fabric-contract-api';
import {
  type Page,
  type PageRequest,
  canonicalJson,
  invalidArgument,
  notFound,
  SalusError,
} from '@salus/protocol';
import { ledgerKey, type CompositeKey } from './keys.js';

/** Reads a value; undefined where there is none. It does not see what this transaction has written. */
export async function getState<T>(ctx: Context, key: CompositeKey): Promise<T | undefined> {
  return decode(await ctx.stub.getState(ledgerKey(ctx, key))) as T | undefined;
}

/**
 * Reads a value that has to be there.
 *
 * @param what names it in the error, e.g. `record`
 * @throws SalusError ERR_NOT_FOUND
 */
export async function requireState<T>(ctx: Context, key: CompositeKey, what: string): Promise<T> {
  const value = await getState<T>(ctx, key);
  if (value === undefined) throw notFound(what);
  return value;
}

/**
 * Demands that a key is free.
 *
 * @throws SalusError ERR_ALREADY_EXISTS
 */
export async function requireAbsent(ctx: Context, key: CompositeKey, what: string): Promise<void> {
  if (await stateExists(ctx, key)) throw alreadyExists(what);
}

/** The error of something that is to be new and isn't. */
export function alreadyExists(what: string): SalusError {
  return new SalusError('ERR_ALREADY_EXISTS', `There is such a ${what} already`, {
    argument: what,
  });
}

/**
 * The last attributes of the keys under a prefix, where there are few. To look for many keys there, one
 * range costs less than a read of each.
 *
 * @param atMost - undefined is answered where there are more
 */
export async function namesUnder(
  ctx: Context,
  prefix: CompositeKey,
  atMost: number,
): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  const found = ctx.stub.getStateByPartialCompositeKey(prefix.type, [...prefix.attributes]);
  for await (const { key } of found) {
    names.add(ctx.stub.splitCompositeKey(key).attributes.at(-1) ?? '');
    if (names.size > atMost) return undefined;
  }
  return names;
}

/** Tells whether a key has a value. */
export async function stateExists(ctx: Context, key: CompositeKey): Promise<boolean> {
  return (await ctx.stub.getState(ledgerKey(ctx, key))).length > 0;
}

/** Writes a value in canonical JSON. */
export async function putState(ctx: Context, key: CompositeKey, value: unknown): Promise<void> {
  await ctx.stub.putState(ledgerKey(ctx, key), encode(value));
}

/** Deletes a value. */
export async function deleteState(ctx: Context, key: CompositeKey): Promise<void> {
  await ctx.stub.deleteState(ledgerKey(ctx, key));
}

/**
 * All values under a key prefix, in key order; for ranges that are known to be short.
 *
 * @param limit - no more than these, the first ones
 */
export async function listState<T>(
  ctx: Context,
  prefix: CompositeKey,
  limit = Number.POSITIVE_INFINITY,
): Promise<T[]> {
  const values: T[] = [];
  const found = ctx.stub.getStateByPartialCompositeKey(prefix.type, [...prefix.attributes]);
  for await (const { value } of found) {
    values.push(parse(value) as T);
    if (values.length >= limit) break;
  }
  return values;
}

/**
 * One page of the values under a key prefix, in key order. A query: such a transaction may not write.
 *
 * @throws SalusError ERR_INVALID_ARGUMENT for a bookmark of another list: the peer would begin there
 */
export async function pageState<T>(
  ctx: Context,
  prefix: CompositeKey,
  { pageSize, bookmark = '' }: PageRequest,
): Promise<Page<T>> {
  if (bookmark !== '' && !bookmark.startsWith(ledgerKey(ctx, prefix))) {
    throw invalidArgument('bookmark', 'a bookmark of this list', 'another');
  }
  const { iterator, metadata } = (await ctx.stub.getStateByPartialCompositeKeyWithPagination(
    prefix.type,
    [...prefix.attributes],
    pageSize,
    bookmark,
  )) as QueryAnswer;
  const results: T[] = [];
  for (let next = await iterator.next(); !next.done; next = await iterator.next()) {
    results.push(parse(next.value.value) as T);
  }
  await iterator.close();
  return {
    results,
    fetchedRecordsCount: metadata?.fetchedRecordsCount ?? 0,
    bookmark: metadata?.bookmark ?? '',
  };
}

type Answer = Awaited<ReturnType<Context['stub']['getStateByPartialCompositeKeyWithPagination']>>;

/** The shim leaves the metadata out where nothing was found, whatever its types say. */
type QueryAnswer = Omit<Answer, 'metadata'> & Partial<Pick<Answer, 'metadata'>>;

/** What the peer says where a chaincode's definition has no such collection. */
const NO_COLLECTION = /collection (\S+ could not be found|\[\S+\] not defined in)/;

/** What a read of a private data collection gives; undefined where the chaincode's definition has none. */
export async function whereDefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (NO_COLLECTION.test(String(error))) return undefined;
    throw error;
  }
}

/** What the peer says where `memberOnlyRead` of a collection keeps the caller out. */
const NO_READ_ACCESS = /does not have read access permission on privatedata/;

/**
 * Reads a value of a private data collection; undefined where there is none.
 *
 * @throws SalusError `ERR_FORBIDDEN` where the caller's organisation is no member of the collection
 */
export async function getPrivate<T>(
  ctx: Context,
  collection: string,
  key: CompositeKey,
): Promise<T | undefined> {
  try {
    return decode(await ctx.stub.getPrivateData(collection, ledgerKey(ctx, key))) as T | undefined;
  } catch (cause) {
    if (!NO_READ_ACCESS.test(String(cause))) throw cause;
    const message = `Only members of the private data collection ${collection} read it`;
    throw new SalusError('ERR_FORBIDDEN', message, { cause });
  }
}

/** Writes a value of a private data collection in canonical JSON. */
export async function putPrivate(
  ctx: Context,
  collection: string,
  key: CompositeKey,
  value: unknown,
): Promise<void> {
  await ctx.stub.putPrivateData(collection, ledgerKey(ctx, key), encode(value));
}

/** Removes a value of a private data collection from every peer, with all that it ever was (Fabric 2.5). */
export async function purgePrivate(
  ctx: Context,
  collection: string,
  key: CompositeKey,
): Promise<void> {
  await ctx.stub.purgePrivateData(collection, ledgerKey(ctx, key));
}

/** SHA-256 of a private value in hex, which every peer knows; undefined where there is none. */
export async function privateHash(
  ctx: Context,
  collection: string,
  key: CompositeKey,
): Promise<string | undefined> {
  const hash = await ctx.stub.getPrivateDataHash(collection, ledgerKey(ctx, key));
  return hash.length === 0 ? undefined : Buffer.from(hash).toString('hex');
}

function encode(value: unknown): Buffer {
  return Buffer.from(canonicalJson(value), 'utf8');
}

function decode(bytes: Uint8Array): unknown {
  return bytes.length === 0 ? undefined : parse(bytes);
}

function parse(bytes: Uint8Array): unknown {
  return JSON.parse(Buffer.from(bytes).toString('utf8'));
}
