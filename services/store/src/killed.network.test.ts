import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readContent, putContent, type PutOptions, FileUploadJournal } from '@salus/client/content';
import { newKeySigner } from '@salus/client/identity';
import { HttpPartStore } from '@salus/client/stores';
import { builtScript } from '@salus/testing/built-script';
import { makeTestCa } from '@salus/testing/certificates';
import { coded } from '@salus/testing/coded';
import type { ServeStore } from '@salus/testing/serve-store';
import { FileObjects } from './file-objects.js';
import { ObjectPartStore } from './object-part-store.js';

const script = builtScript('serve-store');
const key = Buffer.alloc(32, 7);

describe('a store that is killed', () => {
  let folder: string;
  let child: ChildProcess;
  let settings: ServeStore;

  const start = async (): Promise<string> => {
    const file = path.join(folder, 'store.json');
    await writeFile(file, JSON.stringify(settings));
    child = spawn(process.execPath, [script, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [url] = (await once(child.stdout ?? child, 'data')) as [Buffer];
    return url.toString('utf8').trim();
  };
  const kill = async () => {
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  };

  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'salus-killed-'));
  });

  afterEach(async () => {
    child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  it('keeps what it had taken, and the upload goes on', async () => {
    const ca = await makeTestCa('ca CityMSP');
    const issued = await ca.issue({ name: 'store', attributes: { 'salus.role': 'store' } });
    settings = {
      home: path.join(folder, 'home'),
      port: 0,
      mspId: 'CityMSP',
      ...issued,
      authorities: { CityMSP: ca.certificate },
    };
    const { certificate, privateKeyPem } = issued;
    const identity = { mspId: 'CityMSP', certificate, signer: newKeySigner(privateKeyPem) };
    const content = randomBytes(300_000);
    const resume = new FileUploadJournal(path.join(folder, 'journal'));
    const putTo = (url: string, more: Partial<PutOptions> = {}) =>
      putContent(content, {
        key,
        context: 'r1',
        k: 1,
        blockSize: 4096,
        resume,
        ...more,
        stores: [{ mspId: 'CityMSP', store: new HttpPartStore(url, identity) }],
      });

    let killing: Promise<void> | undefined;
    const onProgress = ({ stored }: { stored: number }) => {
      if (stored > 100_000) killing ??= kill();
    };
    await expect(putTo(await start(), { onProgress })).rejects.toThrow(
      coded('ERR_SERVICE_UNREACHABLE'),
    );
    await killing;

    const url = await start();
    const { id } = (await resume.read()) ?? { id: '' };
    const held = await new HttpPartStore(url, identity).held(`${id}-0`);
    expect(held.length).toBeGreaterThan(24);
    expect(held.length).toBeLessThan(74);
    const anchor = await putTo(url);
    const parts = new ObjectPartStore(new FileObjects(path.join(settings.home, 'parts')));
    const stores = new Map([['CityMSP', parts]]);
    expect(await readContent(anchor, { key, context: 'r1', stores })).toEqual(content);
  });
});
