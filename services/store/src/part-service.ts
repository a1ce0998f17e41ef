/** The parts of records at an organisation's store: uploads, reading, erasure. */
import { joinLeaves, splitLeaves, type CompletePart } from '@salus/client/content';
import type { Identity } from '@salus/client/identity';
import { denied } from '@salus/client/trust';
import {
  confirmErasure,
  erasureRequest,
  rootsAt,
  type ErasureConfirmation,
  type ErasureRequest,
} from '@salus/proofs';
import { parseRequest, SalusError, sha256Hex } from '@salus/protocol';
import type { Asked, ServiceAnswer, ServiceRequest } from '@salus/service-kit';
import type { ObjectPartStore } from './object-part-store.js';
import { checkPartRequest, permissionOf, requireOwnPart, type PartJudge } from './part-rules.js';
import type { UploadQuota } from './upload-quota.js';

export interface PartServiceOptions {
  readonly parts: ObjectPartStore;
  readonly quota: UploadQuota;
  readonly judge: PartJudge;
  readonly channel: string;
  /** Signs confirmations of erasure. */
  readonly identity: Identity;
}

interface Upload {
  readonly mspId: string;
  readonly owner: string;
  readonly uploadId: string;
}

export class PartService {
  readonly #options: PartServiceOptions;

  constructor(options: PartServiceOptions) {
    this.#options = options;
  }

  /**
   * Answers a request whose path, after the version, is `uploads/…`, `parts/…` or `erasures`; nothing
   * for other paths.
   */
  answer(
    request: ServiceRequest,
    asked: Asked,
    [kind, ...rest]: readonly string[],
  ): Promise<ServiceAnswer> | undefined {
    const { method } = request;
    const [first = '', second, third] = rest;
    if (kind === 'uploads') return this.#upload(request, asked, rest);
    if (kind === 'parts' && method === 'GET' && rest.length > 1) {
      if (second === 'leaves' && rest.length === 2) return this.#leaves(request, asked, first);
      if (second === 'blocks' && rest.length === 3) {
        return this.#block(request, asked, [first, indexOf(third)]);
      }
    }
    if (kind === 'erasures' && method === 'POST' && rest.length === 0) {
      const record = parseRequest(erasureRequest, request.body.toString('utf8'), 'body');
      return this.#confirm(record, asked);
    }
    return undefined;
  }

  /** Members of the channel upload; each organisation goes on with its own uploads only. */
  #upload(
    { method, url, body }: ServiceRequest,
    { asker }: Asked,
    [name = '', index, ...rest]: readonly string[],
  ): Promise<ServiceAnswer> | undefined {
    if (rest.length > 0) return undefined;
    const owner = `${sha256Hex(asker.mspId).slice(0, 16)}-`;
    const uploadId = `${owner}${name}`;
    const { parts } = this.#options;
    if (method === 'PUT' && index !== undefined) {
      return this.#put(owner, uploadId, indexOf(index), body);
    }
    if (index !== undefined) return undefined;
    if (method === 'GET') return parts.held(uploadId).then((held) => [...held]);
    if (method !== 'POST') return undefined;
    const part = { root: url.searchParams.get('root') ?? '', leaves: splitLeaves(body) };
    return this.#finish({ mspId: asker.mspId, owner, uploadId }, part);
  }

  async #put(owner: string, uploadId: string, index: number, block: Buffer): Promise<undefined> {
    await this.#options.quota.take(owner, uploadId, block.length);
    await this.#options.parts.put(uploadId, index, block);
  }

  async #finish({ mspId, owner, uploadId }: Upload, part: CompletePart): Promise<undefined> {
    const { parts, quota, judge } = this.#options;
    await parts.finish(uploadId, part);
    // First come: whoever puts the same later doesn't make it its own.
    await judge.pins.matches('content', part.root, mspId);
    await quota.release(owner, uploadId);
  }

  async #leaves({ url }: ServiceRequest, asked: Asked, root: string): Promise<Buffer> {
    const { parts, judge } = this.#options;
    const permission = permissionOf(url.searchParams);
    await checkPartRequest({ ...asked, root, permission }, judge);
    return joinLeaves(await parts.leaves(root));
  }

  async #block(
    { url }: ServiceRequest,
    asked: Asked,
    [root, index]: readonly [string, number],
  ): Promise<Buffer> {
    const { parts, judge } = this.#options;
    const permission = permissionOf(url.searchParams);
    await checkPartRequest({ ...asked, root, permission }, judge);
    return parts.block(root, index);
  }

  /**
   * Deletes the parts of a record whose erasure the own peer shows.
   *
   * @returns what can be confirmed
   */
  async erase({
    pseudonym,
    recordId,
  }: ErasureRequest): Promise<Omit<ErasureConfirmation, 'goneAt'>> {
    const { parts, judge, channel } = this.#options;
    const record = await judge.ledger.getRecord({ pseudonym, recordId });
    const { erasedAt } = record;
    if (erasedAt === undefined) throw denied('the ledger records no erasure of it');
    const roots = rootsAt(record, judge.mspId);
    if (roots.length === 0) {
      throw new SalusError('ERR_NOT_FOUND', 'The record has no part at this store');
    }
    for (const root of roots) {
      await requireOwnPart(record, root, judge);
      await parts.remove(root);
    }
    return { channel, mspId: judge.mspId, pseudonym, recordId, roots, erasedAt };
  }

  /** Any member may ask: the ledger has decided. */
  async #confirm(request: ErasureRequest, { now }: Asked): Promise<object> {
    const gone = await this.erase(request);
    const goneAt = new Date(now).toISOString();
    return { confirmation: await confirmErasure(this.#options.identity, { ...gone, goneAt }) };
  }
}

function indexOf(text: string | undefined): number {
  if (text !== undefined && /^\d{1,5}$/.test(text)) return Number(text);
  throw new SalusError('ERR_INVALID_ARGUMENT', 'A block is named by its number', {
    argument: 'index',
  });
}
