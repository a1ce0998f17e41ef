import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { collect, partStoreCases } from '@salus/testing/part-store-cases';
import { startS3, type TestS3 } from '@salus/testing/s3-server';
import { S3Objects } from './s3-objects.js';

describe('parts in S3', () => {
  let folder: string;
  let s3: TestS3;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-s3-'));
    s3 = await startS3(folder);
  });

  afterAll(async () => {
    await s3.close();
    await rm(folder, { recursive: true });
  });

  let tests = 0;
  partStoreCases(() => {
    tests += 1;
    const objects = new S3Objects({ ...s3.options, prefix: `test-${tests}` });
    return Promise.resolve({ objects, close: () => Promise.resolve() });
  });

  it('are listed beyond a page of the service', async () => {
    const objects = new S3Objects(s3.options);
    for (let index = 0; index < 1005; index += 1)
      await objects.put(`blocks/u/${index}`, Buffer.of(1));
    expect(await collect(objects.list('blocks/u/'))).toHaveLength(1005);
    expect(await collect(objects.list('blocks/u/100'))).toHaveLength(6);
  });

  it('need the account that the bucket belongs to', async () => {
    const stranger = new S3Objects({ ...s3.options, secretAccessKey: 'another' });
    await expect(stranger.put('blocks/u/1', Buffer.of(1))).rejects.toThrow(
      coded('ERR_SERVICE_UNREACHABLE'),
    );
    await expect(stranger.get('blocks/u/1')).rejects.toThrow('SignatureDoesNotMatch');
    const elsewhere = new S3Objects({ ...s3.options, bucket: 'none' });
    await expect(elsewhere.put('blocks/u/1', Buffer.of(1))).rejects.toThrow('NoSuchBucket');
  });

  it('are told to be out of reach when the service is down', async () => {
    const other = await startS3(await mkdtemp(path.join(folder, 'down-')));
    const objects = new S3Objects(other.options);
    await other.close();
    await expect(objects.get('blocks/u/1')).rejects.toThrow(coded('ERR_SERVICE_UNREACHABLE'));
  });
});
