import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import koffi from 'koffi';

const run = promisify(execFile);
const source = path.join(__dirname, '..', 'token-module');
const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'salus');

export interface TestToken {
  /** Path of a PKCS#11 module. */
  readonly module: string;
  readonly token: string;
  readonly pin: string;
}

/**
 * A token without keys, for this process and those it starts. It belongs to the module of
 * `packages/testing/token-module`, or to SoftHSM where `SALUS_TEST_SOFTHSM` names its module.
 */
export async function makeToken(folder: string): Promise<TestToken> {
  const made = { token: 'salus test', pin: '87654321' };
  const softHsm = process.env['SALUS_TEST_SOFTHSM'];
  if (softHsm !== undefined) {
    await makeSoftHsmToken(folder, made);
    return { ...made, module: softHsm };
  }
  const file = path.join(folder, 'token.json');
  const content = { Label: made.token, PIN: made.pin, Wrong: 0, Objects: [] };
  await writeFile(file, JSON.stringify(content));
  setVariable('SALUS_TEST_TOKEN', file);
  return { ...made, module: await builtModule() };
}

async function makeSoftHsmToken(
  folder: string,
  { token, pin }: { readonly token: string; readonly pin: string },
): Promise<void> {
  const tokens = path.join(folder, 'tokens');
  await mkdir(tokens);
  const file = path.join(folder, 'softhsm2.conf');
  await writeFile(file, `directories.tokendir = ${tokens}\nobjectstore.backend = file\n`);
  setVariable('SOFTHSM2_CONF', file);
  const options = ['--label', token, '--so-pin', '12345678', '--pin', pin];
  const env = { ...process.env, SOFTHSM2_CONF: file };
  await run('softhsm2-util', ['--init-token', '--free', ...options], { env });
}

/** For native code of this process and for those it starts: jest's `process.env` is a copy. */
function setVariable(name: string, value: string): void {
  process.env[name] = value;
  koffi.load('libc.so.6').func('int setenv(const char *, const char *, int)')(name, value, 1);
}

/** Builds the module once for each state of its source, with Go and a C compiler. */
async function builtModule(): Promise<string> {
  const hash = createHash('sha256');
  for (const name of (await readdir(source)).sort()) {
    hash.update(await readFile(path.join(source, name)));
  }
  const file = path.join(cache, `token-module-${hash.digest('hex').slice(0, 16)}.so`);
  if (await stat(file).catch(() => undefined)) return file;
  await mkdir(cache, { recursive: true });
  const draft = `${file}.${randomUUID()}`;
  const env = { ...process.env, CGO_ENABLED: '1' };
  const build = ['build', '-buildmode=c-shared', '-trimpath', '-o', draft, '.'];
  await run('go', build, { cwd: source, env });
  await rename(draft, file);
  return file;
}
