import { createHash } from 'node:crypto';
import { AwsClient } from 'aws4fetch';
import { SalusError } from '@salus/protocol';
import type { ObjectStore, StoredObject } from './object-store.js';

/** Where the objects lie, and under which account. */
export interface S3Options {
  /** Of the service, such as `https://s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  readonly bucket: string;
  /** What all names begin with, where the bucket holds other things too. */
  readonly prefix?: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const DEADLINE_MS = 30_000;
const RETRIES = 3;
/** Larger than any object that is put. */
const MAX_OBJECT_BYTES = 16 * 1024 * 1024;
const MAX_LISTING_BYTES = 4 * 1024 * 1024;

/**
 * Objects in a bucket of any service that speaks S3. AWS Signature Version 4 signs the bytes, so that the
 * service refuses what was changed on the way.
 */
export class S3Objects implements ObjectStore {
  readonly #aws: AwsClient;
  readonly #bucket: string;
  readonly #prefix: string;

  constructor(options: S3Options) {
    const { endpoint, bucket, prefix = '', region, accessKeyId, secretAccessKey } = options;
    this.#aws = new AwsClient({
      accessKeyId,
      secretAccessKey,
      region,
      service: 's3',
      retries: RETRIES,
    });
    this.#bucket = `${endpoint.replace(/\/$/, '')}/${encodeURIComponent(bucket)}`;
    this.#prefix = prefix === '' ? '' : `${prefix.replace(/\/$/, '')}/`;
  }

  async put(name: string, bytes: Uint8Array): Promise<void> {
    await this.#call('PUT', this.#urlOf(name), { body: bytes });
  }

  async get(name: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    return this.#call('GET', this.#urlOf(name), { ...(signal && { signal }) });
  }

  async *list(prefix: string): AsyncGenerator<StoredObject, void> {
    let token = '';
    do {
      const query = new URLSearchParams({ 'list-type': '2', prefix: `${this.#prefix}${prefix}` });
      if (token !== '') query.set('continuation-token', token);
      // A plus would be signed as itself, and read as a blank.
      const text = query.toString().replaceAll('+', '%20');
      const page = await this.#call('GET', `${this.#bucket}?${text}`, { limit: MAX_LISTING_BYTES });
      if (!page) throw failed('the bucket is not there');
      const xml = page.toString('utf8');
      yield* this.#objectsIn(xml);
      token = unescape(textOf(xml, 'NextContinuationToken'));
    } while (token !== '');
  }

  async remove(name: string): Promise<void> {
    await this.#call('DELETE', this.#urlOf(name), {});
  }

  /** Names hold nothing that XML would have to escape. */
  *#objectsIn(xml: string): Generator<StoredObject, void> {
    for (const [, object = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      yield {
        name: textOf(object, 'Key').slice(this.#prefix.length),
        modifiedAt: Date.parse(textOf(object, 'LastModified')),
        bytes: Number(textOf(object, 'Size')),
      };
    }
  }

  #urlOf(name: string): string {
    return `${this.#bucket}/${this.#prefix}${name}`;
  }

  /** @returns nothing where the object is not there */
  async #call(
    method: string,
    url: string,
    { body = new Uint8Array(), limit = MAX_OBJECT_BYTES, signal }: CallOptions,
  ): Promise<Buffer | undefined> {
    const deadline = AbortSignal.timeout(DEADLINE_MS);
    const hash = createHash('sha256').update(body).digest('hex');
    try {
      const response = await this.#aws.fetch(url, {
        method,
        headers: { 'x-amz-content-sha256': hash },
        signal: signal ? AbortSignal.any([signal, deadline]) : deadline,
        ...(method === 'PUT' && { body: Buffer.from(body) }),
      });
      const bytes = await readBounded(response, limit);
      if (response.ok) return bytes;
      if (response.status === 404 && method !== 'PUT') return undefined;
      throw failed(`it answered ${response.status} ${textOf(bytes.toString('utf8'), 'Code')}`);
    } catch (cause) {
      signal?.throwIfAborted();
      if (cause instanceof SalusError) throw cause;
      throw failed('it does not answer', cause);
    }
  }
}

interface CallOptions {
  readonly body?: Uint8Array;
  readonly limit?: number;
  readonly signal?: AbortSignal;
}

async function readBounded(response: Response, limit: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > limit) throw failed('it sends more than was ever put');
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function textOf(xml: string, element: string): string {
  return new RegExp(`<${element}>([^<]*)</${element}>`).exec(xml)?.[1] ?? '';
}

function unescape(text: string): string {
  const entities = new Map([
    ['amp', '&'],
    ['lt', '<'],
    ['gt', '>'],
    ['quot', '"'],
    ['apos', "'"],
  ]);
  return text.replace(/&(\w+);/g, (whole, name: string) => entities.get(name) ?? whole);
}

function failed(why: string, cause?: unknown): SalusError {
  return new SalusError('ERR_SERVICE_UNREACHABLE', `The S3 service failed: ${why}`, {
    remedy: 'Check the address, the bucket and the account of the S3 service.',
    ...(cause !== undefined && { cause }),
  });
}
