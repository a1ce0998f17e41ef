import { execFileSync } from 'node:child_process';
import { cpSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build, stop as stopBundler } from 'esbuild';
import type { ConnectOptions } from '@salus/client';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import { readStatement } from '@salus/protocol';
import { makeTestCa } from '@salus/testing/certificates';
import { connectAs } from '@salus/testing/running-network';
import { repository } from './deployment.js';
import { CareServices, type PatientAtHome } from './support/care-services.js';
import { InstalledSdk, type ProgramEnd } from './support/installed-sdk.js';
import { networkCommand, testNetworkHome } from './support/test-network.js';

/** What an installation may weigh: 25 MiB, without optional packages. */
const MOST_BYTES = 25 * 1024 * 1024;

const BUNDLE = path.join(repository, 'node_modules/hl7.fhir.r4.examples/Observation-f001.json');

let sdk: InstalledSdk;
let services: CareServices;

beforeAll(async () => {
  const made = await Promise.allSettled([
    InstalledSdk.install().then((installed) => (sdk = installed)),
    CareServices.start().then((started) => (services = started)),
  ]);
  for (const one of made) if (one.status === 'rejected') throw one.reason;
});

// Each by itself: what was made is removed although the other could not be.
afterAll(() => stopBundler());
afterAll(() => services.stop());
afterAll(() => sdk.remove());

/** What a program prints as its only line. */
// The type is the caller's knowledge of the program.
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
function printed<T>({ exitCode, stdout, stderr }: ProgramEnd): T {
  if (exitCode !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as T;
}

/** The README's quickstart, with the places of this network in it. */
function quickstart(settings: string, invitation: string): string {
  const readme = readFileSync(path.join(repository, 'client', 'README.md'), 'utf8');
  const [, sample = ''] = /```js\n([^]*?)```/.exec(readme) ?? [];
  const own = JSON.parse(readFileSync(settings, 'utf8')) as ConnectOptions;
  const replaced = (text: string, [from, to]: readonly [RegExp, string]) => {
    if (!from.test(text)) throw new Error(`The quickstart has nothing like ${String(from)}`);
    return text.replace(from, () => to);
  };
  const program = (
    [
      [/'connection-cityhospital.json'/, JSON.stringify(own.profile)],
      [/\{ mspDir: .* \}/, JSON.stringify(own.identity)],
      [/stores: \{[^}]*\}/, `stores: ${JSON.stringify(own.records?.stores)}`],
      [/keyServices: \{[^}]*\}/, `keyServices: ${JSON.stringify(own.records?.keyServices)}`],
      [/'\/var\/lib\/salus\/desk'/, JSON.stringify(own.records?.home)],
      [/'finding.pdf'/, JSON.stringify(BUNDLE)],
    ] as const
  ).reduce(replaced, sample);
  const told = 'console.log(JSON.stringify({ pseudonym, recordId, bytes: content.length }));';
  return `import { readFileSync } from 'node:fs';
const invitation = JSON.parse(readFileSync(${JSON.stringify(invitation)}, 'utf8'));
${program}${told}\n`;
}

/** The same program for CommonJS. */
function inCommonJs(program: string): string {
  const required = program.replaceAll(/import (\{.*\}) from ('.*');/g, 'const $1 = require($2);');
  return `async function main() {\n${required}\n}\nmain();\n`;
}

interface Started {
  readonly pseudonym: string;
  readonly recordId: string;
  readonly bytes: number;
}

const PACKAGES = ['client', 'protocol', 'crypto', 'compute', 'content', 'fhir', 'wallet', 'proofs'];

/** What a program can import of the installed packages. */
function entriesOfSdk(): string[] {
  return PACKAGES.flatMap((name) => {
    const file = path.join(sdk.folder, 'node_modules', '@salus', name, 'package.json');
    const { exports } = JSON.parse(readFileSync(file, 'utf8')) as { exports: object };
    const subpaths = Object.keys(exports).filter((one) => one !== './package.json');
    return subpaths.map((subpath) => `@salus/${name}${subpath.slice(1)}`);
  });
}

/**
 * What the compiler says of files, and of our packages' declarations that they import. Declarations of
 * other packages are checked too, but not ours to mend: `@hyperledger/fabric-protos` names types of
 * `google-protobuf` that it does not install.
 */
async function faultsOfTypes(files: readonly string[]): Promise<readonly string[]> {
  const tsc = path.join(repository, 'node_modules', 'typescript', 'bin', 'tsc');
  const strictly = ['--strict', '--exactOptionalPropertyTypes', '--noEmit', '--pretty', 'false'];
  const modern = ['--module', 'nodenext', '--target', 'es2023'];
  const lib = ['--lib', 'es2023,esnext.disposable'];
  const { stdout } = await sdk.run([tsc, ...strictly, ...modern, ...lib, ...files]);
  const faults = stdout.split('\n').filter((line) => /^\S.*error TS/.test(line));
  return faults.filter((line) => !/^node_modules\/(?!@salus\/)/.test(line));
}

describe('the packed SDK', () => {
  it('has a licence, a README and no source map, and needs no encryption engine', () => {
    expect(sdk.packages()).not.toContain('node_modules/node-seal');
    for (const name of PACKAGES) {
      const folder = path.join(sdk.folder, 'node_modules', '@salus', name);
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md', 'package.json']));
      expect(files.filter((file) => /\.map$|\.test\.|test-support/.test(file))).toEqual([]);
    }
  });

  it('weighs little', () => {
    expect(sdk.size()).toBeLessThanOrEqual(MOST_BYTES);
  });

  it('is one implementation for ES modules and CommonJS, under every subpath', async () => {
    const file = sdk.write(
      'subpaths.mjs',
      `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const names = ${JSON.stringify(entriesOfSdk())};
      for (const name of names) {
        const [esm, cjs] = [await import(name), require(name)];
        for (const one of Object.keys(cjs)) if (esm[one] !== cjs[one]) throw new Error(name + ' ' + one);
      }
      console.log(JSON.stringify(names));`,
    );
    const names = printed<string[]>(await sdk.run([file]));
    expect(names).toEqual(expect.arrayContaining(['@salus/client', '@salus/client/records']));
  });

  it('compiles under strict types for both kinds of importers, its own declarations checked', async () => {
    const sample = `import { connect, SalusError, type ConnectOptions, type SalusClient } from '@salus/client';
      import { RecordsClient } from '@salus/client/records';
      export const read = async (options: ConnectOptions): Promise<number> => {
        const client: SalusClient = await connect(options);
        const records: RecordsClient = client.records;
        const { content } = await records.read({ pseudonym: 'p', recordId: 'r', purpose: 'TREAT' });
        return content.length;
      };
      export const isOurs = (error: unknown): boolean => error instanceof SalusError;\n`;
    const everything = entriesOfSdk().map(
      (entry, at) => `import * as entry${at} from '${entry}'; export { entry${at} };\n`,
    );
    const text = [sample, ...everything].join('');
    const files = [sdk.write('types.mts', text), sdk.write('types.cts', text)];
    expect(await faultsOfTypes(files)).toEqual([]);
    const broken = 'node_modules/@salus/client/dist/records/records-client.d.ts';
    const declared = readFileSync(path.join(sdk.folder, broken), 'utf8');
    sdk.write(broken, `${declared}\nexport declare const planted: Missing;\n`);
    expect(await faultsOfTypes(files)).toEqual([expect.stringContaining("'Missing'")]);
    sdk.write(broken, declared);
  });

  it.each(['es module', 'commonjs', 'bundled'] as const)(
    'runs the quickstart of the README: %s',
    async (kind) => {
      const settings = services.settings('CityHospital', 'registrar');
      const patient = await services.patient(`patient-${kind.replace(' ', '-')}`);
      const program = quickstart(settings, await patient.invite('City'));
      let file = sdk.write(`${kind.replace(' ', '-')}.mjs`, program);
      if (kind === 'commonjs') file = sdk.write('quickstart.cjs', inCommonJs(program));
      if (kind === 'bundled') {
        const entry = sdk.write('entry.cjs', inCommonJs(program));
        file = path.join(sdk.folder, 'bundle', 'app.cjs');
        const external = ['node-seal', 'pkcs11js'];
        const kinds = { bundle: true, platform: 'node', format: 'cjs', target: 'node22' } as const;
        const conditions = ['import'];
        await build({ entryPoints: [entry], outfile: file, external, conditions, ...kinds });
      }
      const run = sdk.run([file], kind === 'bundled' ? { cwd: path.dirname(file) } : {});
      const { pseudonym, recordId, bytes } = printed<Started>(await patient.agreeUntil(run));
      expect(pseudonym).toHaveLength(43);
      expect(recordId).toMatch(/^[0-9a-f]{64}$/);
      expect(bytes).toBe(readFileSync(BUNDLE).length);
    },
  );
});

describe('examples', () => {
  let patient: PatientAtHome;
  let city: string;
  let shared: { pseudonym: string; records: string[] };
  const app = (example: string, file: string) => path.join(example, file);

  beforeAll(async () => {
    patient = await services.patient('patient-of-examples');
    city = services.settings('CityHospital', 'registrar');
  });

  const share = async (to: string, purpose: string, owner: PatientAtHome) => {
    const hospital = app(sdk.example('hospital'), 'hospital.mjs');
    const invitation = await owner.invite('City');
    const sharing = sdk.run([hospital, 'share', city, invitation, BUNDLE, to, purpose]);
    return printed<typeof shared>(await owner.agreeUntil(sharing));
  };

  it('a hospital admits, imports and shares; another reads; the audit shows it', async () => {
    const hospital = app(sdk.example('hospital'), 'hospital.mjs');
    shared = await share('ValleyHospitalMSP', 'TREAT', patient);
    const { pseudonym, records } = shared;
    const valley = services.settings('ValleyHospital', 'physician');
    const [recordId = ''] = records;
    const read = await sdk.run([hospital, 'read', valley, pseudonym, recordId, 'TREAT']);
    expect(printed(read)).toMatchObject({ reason: expect.any(String) as string });
    const audit = printed<{ actions: string[] }>(
      await sdk.run([hospital, 'audit', city, pseudonym]),
    );
    expect(audit.actions.length).toBeGreaterThanOrEqual(3);
  });

  it('an insurer creates a policy, and reads what is shared for a claim', async () => {
    const owner = await services.patient('patient-of-insurer');
    const { pseudonym, records } = await share('InsurerMSP', 'CLMATTCH', owner);
    const insurer = app(sdk.example('insurer'), 'insurer.mjs');
    const settings = services.settings('Insurer', 'adjuster');
    const invitation = await owner.invite('Insurer', 'insurer');
    const policyId = `p-${process.pid}-${Date.now()}`;
    const creating = sdk.run([insurer, 'policy', settings, invitation, policyId, 'RegulatorMSP']);
    const policy = printed(await owner.agreeUntil(creating));
    expect(policy).toEqual({ policyId, insurer: 'InsurerMSP' });
    const [recordId = ''] = records;
    const attached = await sdk.run([insurer, 'attachment', settings, pseudonym, recordId]);
    expect(printed(attached)).toMatchObject({ bytes: expect.any(Number) as number });
  });

  it('a wallet signs in a page, without a module of Node.js', async () => {
    const example = sdk.example('wallet-page');
    const { outputFiles, metafile } = await build({
      absWorkingDir: example,
      entryPoints: ['page.js'],
      bundle: true,
      write: false,
      metafile: true,
      platform: 'browser',
      format: 'iife',
      globalName: 'salus',
      target: 'es2022',
      external: ['crypto'],
      conditions: ['import'],
    });
    const reached = Object.values(metafile.inputs).flatMap(({ imports }) => imports);
    expect(reached.filter(({ path: one }) => one.startsWith('node:'))).toEqual([]);
    const page = createContext({
      crypto,
      TextEncoder,
      TextDecoder,
      btoa,
      atob,
      structuredClone,
      URL,
    });
    runInContext(outputFiles[0]?.text ?? '', page);
    const { publicKey } = await generateHpkeKeyPair();
    const made = runInContext(
      `(async (key) => salus.register(await salus.createWallet('AB 123 456', 'edge-east', async () => {}), key))`,
      page,
    ) as (key: string) => Promise<{ statement: string; pseudonym: string }>;
    const { statement, pseudonym } = await made(publicKey);
    expect(readStatement(statement).payload).toMatchObject({ pseudonym, channel: 'edge-east' });
  });

  it("an operator's own contract stands beside ours", async () => {
    const contract = path.join(repository, 'examples', 'own-contract', 'contract');
    await networkCommand(testNetworkHome(), 'deployCC', '-ccn', 'beds', '-ccp', contract);
    const beds = app(sdk.example('own-contract'), 'beds.mjs');
    const told = printed(await sdk.run([beds, city, '12']));
    expect(told).toMatchObject({ hospital: 'CityHospitalMSP', free: 12 });
    const { stderr } = await sdk.run([beds, city, 'many']);
    expect(stderr).toContain('ERR_INVALID_ARGUMENT');
  });
});

describe('bad input', () => {
  interface Refusal {
    readonly code?: string;
    readonly remedy?: string;
  }

  const TELL = `.then(() => console.log('{}'), (error) => console.log(JSON.stringify({ code: error.code, remedy: error.remedy })));`;

  const connecting = (options: object) =>
    sdk.write('bad.cjs', `require('@salus/client').connect(${JSON.stringify(options)})${TELL}`);

  const refusal = async (args: readonly string[], node?: string): Promise<Refusal> =>
    printed<Refusal>(await sdk.run(args, node === undefined ? {} : { node }));

  const expectCode = ({ code, remedy }: Refusal, wanted: string) => {
    expect(code).toBe(wanted);
    expect(remedy?.length).toBeGreaterThan(10);
  };

  it('a profile of another network is told by its certificates', async () => {
    const options = connectAs('CityHospital', 'physician');
    const profile = JSON.parse(readFileSync(options.profile as string, 'utf8')) as {
      peers: Record<string, { tlsCACerts: object }>;
    };
    const { certificate } = await makeTestCa('Another network');
    for (const peer of Object.values(profile.peers)) peer.tlsCACerts = { pem: certificate };
    const file = sdk.write('another.json', JSON.stringify(profile));
    expectCode(await refusal([connecting({ ...options, profile: file })]), 'ERR_TLS_UNTRUSTED');
  });

  it('a missing MSP folder is told', async () => {
    const options = connectAs('CityHospital', 'physician');
    const identity = { mspDir: path.join(sdk.folder, 'nowhere') };
    expectCode(await refusal([connecting({ ...options, identity })]), 'ERR_IDENTITY_MISSING');
  });

  it('an expired certificate is told before anything is sent', async () => {
    const options = connectAs('CityHospital', 'physician');
    const expired = await (await makeTestCa()).issue({ to: new Date(Date.now() - 1_000) });
    const identity = { mspId: 'CityHospitalMSP', ...expired };
    expectCode(await refusal([connecting({ ...options, identity })]), 'ERR_IDENTITY_EXPIRED');
  });

  it.each(['@salus/client', '@salus/client/records'])(
    'a Node that is too old is told by %s, as ES module too',
    async (entry) => {
      const preload = sdk.write(
        'old.cjs',
        `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });`,
      );
      const program = sdk.write('old.mjs', `import(${JSON.stringify(entry)})${TELL}`);
      expectCode(await refusal(['--require', preload, program]), 'ERR_NODE_UNSUPPORTED');
    },
  );

  it('every older Node on this machine is told so too', async () => {
    const program = sdk.write(
      'older.cjs',
      `new Promise((resolve) => resolve(require('@salus/client')))${TELL}`,
    );
    for (const node of olderNodes()) {
      expectCode(await refusal([program], node), 'ERR_NODE_UNSUPPORTED');
    }
  });

  it("a store that isn't there is told", async () => {
    const patient = await services.patient('patient-of-no-store');
    const invitation = await patient.invite('City');
    const settings = services.settings('CityHospital', 'registrar');
    const program = sdk.write(
      'no-store.mjs',
      `import { readFileSync } from 'node:fs';
      import { connect } from '@salus/client';
      const json = (file) => JSON.parse(readFileSync(file, 'utf8'));
      const client = await connect(json(${JSON.stringify(settings)}));
      const patient = await client.records.admit(json(${JSON.stringify(invitation)}), { isNew: true });
      const away = client.records.using({ stores: { CityHospitalMSP: 'https://localhost:9' } });
      const content = Buffer.from('text');
      await away.register(patient, { content, name: 'a note', contentType: 'text/plain' })${TELL}
      client.close();`,
    );
    expectCode(
      printed<Refusal>(await patient.agreeUntil(sdk.run([program]))),
      'ERR_SERVICE_UNREACHABLE',
    );
  });

  it('two versions of @salus/protocol in one tree are told', async () => {
    const modules = path.join(sdk.folder, 'node_modules', '@salus');
    const other = path.join(sdk.folder, 'other', 'node_modules', '@salus', 'protocol');
    cpSync(path.join(modules, 'protocol'), other, { recursive: true });
    const version = path.join(other, 'dist', 'base', 'one-version.js');
    writeFileSync(version, readFileSync(version, 'utf8').replaceAll("'0.2.0'", "'0.1.9'"));
    const program = path.join(sdk.folder, 'other', 'app.mjs');
    writeFileSync(program, `await import('@salus/protocol');\nimport('@salus/client')${TELL}\n`);
    expectCode(await refusal([program]), 'ERR_VERSION_MISMATCH');
  });
});

/** Other Node.js on PATH that the SDK does not support. */
function olderNodes(): string[] {
  const folders = [...new Set((process.env['PATH'] ?? '').split(path.delimiter))];
  const found = folders.flatMap((folder) => {
    try {
      const node = path.join(folder, 'node');
      const [major = 0] = execFileSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' })
        .split('.')
        .map(Number);
      return major >= 18 && major < 22 ? [node] : [];
    } catch {
      return [];
    }
  });
  return [...new Set(found)];
}
