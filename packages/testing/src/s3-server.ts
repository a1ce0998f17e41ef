import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { AwsClient } from 'aws4fetch';
import type { S3Options } from '@salus/store-service';

/** Versity's S3 gateway (Apache-2.0): a server of the protocol, signatures and all, over a folder. */
const MODULE = 'github.com/versity/versitygw/cmd/versitygw';
const VERSION = 'v1.8.0';
const BUCKET = 'salus';

/** An S3 service on loopback. */
export interface TestS3 {
  readonly options: S3Options;
  close(): Promise<void>;
}

/** Starts an S3 server with one bucket, in a folder. The first time it is built, which takes a minute. */
export async function startS3(folder: string): Promise<TestS3> {
  const program = await builtServer();
  const port = await freePort();
  const account = { accessKeyId: 'salus', secretAccessKey: 'a secret of the tests' };
  const data = path.join(folder, 's3');
  await mkdir(data, { recursive: true });
  const child = spawn(program, ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', data], {
    env: { ROOT_ACCESS_KEY: account.accessKeyId, ROOT_SECRET_KEY: account.secretAccessKey },
    stdio: 'ignore',
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const region = 'us-east-1';
  const close = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill();
    await ended;
  };
  try {
    await makeBucket(new AwsClient({ ...account, region, service: 's3' }), `${endpoint}/${BUCKET}`);
  } catch (error) {
    await close();
    throw error;
  }
  return { options: { ...account, endpoint, region, bucket: BUCKET }, close };
}

async function builtServer(): Promise<string> {
  const cache = process.env['XDG_CACHE_HOME'] ?? path.join(os.homedir(), '.cache');
  const folder = path.join(cache, 'salus', `versitygw-${VERSION}`);
  const program = path.join(folder, 'versitygw');
  if (await stat(program).catch(() => undefined)) return program;
  await mkdir(path.dirname(folder), { recursive: true });
  const draft = await mkdtemp(`${folder}.building-`);
  try {
    const env = { ...process.env, GOBIN: draft };
    await promisify(execFile)('go', ['install', `${MODULE}@${VERSION}`], { env, cwd: draft });
    await rename(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return program;
}

async function makeBucket(client: AwsClient, url: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const response = await client.fetch(url, { method: 'PUT' }).catch(() => undefined);
    if (response?.ok === true) return;
    if (tries >= 100)
      throw new Error(`The S3 server made no bucket: ${response?.status ?? 'away'}`);
    await sleep(100);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
