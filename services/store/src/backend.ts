import path from 'node:path';
import { SalusError } from '@salus/protocol';
import { fromEnvironment } from '@salus/service-kit';
import { FileObjects } from './file-objects.js';
import type { ObjectStore } from './object-store.js';
import { S3Objects } from './s3-objects.js';

/** Where a store keeps its parts, as the command line says. */
export interface BackendOptions {
  readonly backend: string;
  readonly s3Endpoint?: string;
  readonly s3Bucket?: string;
  readonly s3Prefix?: string;
  readonly s3Region: string;
}

/** @throws SalusError `ERR_INVALID_ARGUMENT`, `ERR_SETTINGS_MISSING` */
export function backendOf(home: string, options: BackendOptions): ObjectStore {
  const { backend, s3Endpoint, s3Bucket, s3Prefix, s3Region } = options;
  if (backend === 'file') return new FileObjects(path.join(home, 'parts'));
  if (backend !== 's3') {
    throw new SalusError('ERR_INVALID_ARGUMENT', `--backend ${backend}: expected file or s3`, {
      argument: '--backend',
      expected: 'file or s3',
      got: backend,
    });
  }
  return new S3Objects({
    endpoint: required('--s3-endpoint', s3Endpoint),
    bucket: required('--s3-bucket', s3Bucket),
    ...(s3Prefix !== undefined && { prefix: s3Prefix }),
    region: s3Region,
    accessKeyId: fromEnvironment('AWS_ACCESS_KEY_ID', 'the account at the S3 service'),
    secretAccessKey: fromEnvironment('AWS_SECRET_ACCESS_KEY', "the account's secret"),
  });
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new SalusError('ERR_SETTINGS_MISSING', `${option} is needed for --backend s3`, {
    argument: option,
  });
}
