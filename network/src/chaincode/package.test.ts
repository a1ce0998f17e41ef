import { cpSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { deterministicTarGz, gzipStored } from './archive.js';
import { readContractFolder } from './contract-folder.js';
import { packageChaincode } from './package.js';

const bare = path.join(__dirname, '..', '..', '..', 'bench', 'bare-contract');

async function entriesOf(archive: Buffer): Promise<Record<string, Buffer>> {
  const entries: Record<string, Buffer> = {};
  const reader = extract();
  reader.end(gunzipSync(archive));
  for await (const entry of reader) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    entries[entry.header.name] = Buffer.concat(chunks);
  }
  return entries;
}

describe('gzip without compression', () => {
  it.each([0, 1, 0xffff, 0x10000, 200_000])('is read back by any gunzip: %i bytes', (length) => {
    const content = Buffer.alloc(length, 'salus');
    expect(gunzipSync(gzipStored(content)).equals(content)).toBe(true);
  });
});

describe('a chaincode package', () => {
  let copy: string;

  beforeEach(() => {
    copy = path.join(mkdtempSync(path.join(os.tmpdir(), 'package-')), 'contract');
    cpSync(bare, copy, { recursive: true });
  });

  afterEach(() => rmSync(path.dirname(copy), { recursive: true }));

  const packageOf = (folder: string, version = '1.0') =>
    packageChaincode('bare', version, readContractFolder(folder));

  it('has the same bytes from another folder, at another time', async () => {
    utimesSync(path.join(copy, 'lib', 'index.js'), 1, 1);
    const [one, two] = [await packageOf(bare), await packageOf(copy)];
    expect(two.bytes.equals(one.bytes)).toBe(true);
    expect(two.packageId).toBe(one.packageId);
  });

  it('keeps its ID from release to release, so that old networks go on', async () => {
    const { packageId } = await packageChaincode('bare', '1.0', {
      contentHash: '0a'.repeat(32),
      metaInf: [],
    });
    expect(packageId).toMatchInlineSnapshot(
      `"bare_1.0:9c3b00b226d39e42509bac6197f94357116c97c3b8b499ec5da2e4f412a4f9a4"`,
    );
  });

  it('gets another ID when the code changes', async () => {
    const before = await packageOf(copy);
    writeFileSync(path.join(copy, 'lib', 'rules.js'), 'exports.limit = 1;\n');
    const after = await packageOf(copy);
    expect(after.label).toBe('bare_1.0');
    expect(after.packageId).not.toBe(before.packageId);
  });

  it('does not depend on installed modules', async () => {
    const before = await packageOf(copy);
    cpSync(path.join(copy, 'lib'), path.join(copy, 'node_modules', 'x'), { recursive: true });
    expect((await packageOf(copy)).packageId).toBe(before.packageId);
  });

  it('holds metadata and a connection without anything of one organization', async () => {
    const entries = await entriesOf((await packageOf(bare)).bytes);
    expect(Object.keys(entries)).toEqual(['code.tar.gz', 'metadata.json']);
    expect(JSON.parse(String(entries['metadata.json']))).toMatchObject({
      type: 'ccaas',
      label: 'bare_1.0',
    });
    const code = await entriesOf(entries['code.tar.gz'] ?? Buffer.alloc(0));
    expect(JSON.parse(String(code['connection.json']))).toEqual({
      address: expect.stringMatching(
        /^\{\{\.peername\}\}_bare-1\.0-[0-9a-f]{12}_ccaas:9999$/,
      ) as unknown,
      dial_timeout: '10s',
      tls_required: true,
      client_auth_required: true,
      client_key: '{{.client_key}}',
      client_cert: '{{.client_cert}}',
      root_cert: '{{.root_cert}}',
    });
  });

  it('refuses a name that is no label', async () => {
    await expect(packageOf(bare, '1/0')).rejects.toThrow('is no package label');
  });

  it('says when a contract is not built', () => {
    rmSync(path.join(copy, 'lib', 'index.js'));
    expect(() => readContractFolder(copy)).toThrow("isn't built: lib/index.js is missing");
  });
});

describe('an archive', () => {
  it('does not depend on the order of its entries', async () => {
    const a = { name: 'a', content: Buffer.from('1') };
    const b = { name: 'b/c', content: Buffer.from('2') };
    expect((await deterministicTarGz([b, a])).equals(await deterministicTarGz([a, b]))).toBe(true);
  });
});
