import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeOfflineHome } from '@salus/testing/offline-home';

const salus = path.join(__dirname, '..', 'bin', 'salus.js');

/** Runs `salus` as its command does, and tells which files were loaded once it ends. */
const teller = `
process.on('exit', () => process.stderr.write(JSON.stringify(Object.keys(require.cache))));
process.argv.splice(1, 0, ${JSON.stringify(salus)});
require(${JSON.stringify(salus)});`;

function loadedBy(...args: readonly string[]): readonly string[] {
  const { status, files } = loadedUntilEnd(...args);
  expect(status).toBe(0);
  return files;
}

/** The same of a command that may fail: what it says comes before the list. */
function loadedUntilEnd(...args: readonly string[]) {
  const { status, stderr } = spawnSync(process.execPath, ['-e', teller, '--', ...args], {
    encoding: 'utf8',
  });
  return { status, files: JSON.parse(stderr.slice(stderr.lastIndexOf('\n') + 1)) as string[] };
}

/** What only a command that does something needs. */
const WORK =
  /@grpc|fabric-gateway|fabric-protos|@peculiar|node-seal|node_modules\/jose|cli-progress|services\//;

describe('salus loads', () => {
  let home: string;
  beforeAll(async () => {
    home = await makeOfflineHome();
  });
  afterAll(() => rm(home, { recursive: true }));

  it('its own few files and the parser of command lines for --help', () => {
    const files = loadedBy('--help');
    expect(files.length).toBeLessThan(20);
    expect(files.filter((file) => /node_modules\/(?!commander\/)|zod/.test(file))).toEqual([]);
  });

  it.each([['ehr'], ['wallet'], ['claims'], ['store'], ['custodian'], ['committee'], ['keys']])(
    'nothing of what %s does for its help',
    (group) => {
      const files = loadedBy(group, '--help');
      expect(files.filter((file) => WORK.test(file))).toEqual([]);
    },
  );

  it('neither service, portal nor certificates for what the owner of a wallet asks', () => {
    const { status, files } = loadedUntilEnd('--home', home, 'wallet', 'requests');
    expect(status).toBe(1); // no wallet runs there
    const others = /@peculiar|services\/kit|portal-client|wallet-service/;
    expect(files.filter((file) => /services\/wallet\/dist\/wallet-home/.test(file))).toHaveLength(
      1,
    );
    expect(files.filter((file) => others.test(file))).toEqual([]);
  });

  it('no connection for whoami', () => {
    const files = loadedBy('--home', home, 'whoami');
    expect(files.filter((file) => WORK.test(file))).toEqual([]);
    expect(files.length).toBeLessThan(200);
  });
});
