import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkCollectionsFile } from './collections.js';
import { collectionsHash } from './definition.js';

describe('a collections file', () => {
  let folder: string;
  const file = (content: unknown) => {
    const target = path.join(folder, 'collections_config.json');
    writeFileSync(target, typeof content === 'string' ? content : JSON.stringify(content));
    return target;
  };
  const care = {
    name: 'care',
    policy: "OR('A.member')",
    requiredPeerCount: 0,
    maxPeerCount: 1,
    blockToLive: 0,
    memberOnlyRead: true,
    endorsementPolicy: { signaturePolicy: "OR('A.peer')" },
  };

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'collections-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  it('is accepted as Fabric writes it', () => {
    expect(() => checkCollectionsFile(file([care]))).not.toThrow();
  });

  it.each([
    ['no JSON', '[', 'are not valid'],
    ['a collection twice', [care, care], 'the collection care occurs twice'],
    ['too few peers', [{ ...care, requiredPeerCount: 2 }], 'care requires more peers'],
    ['an unknown key', [{ ...care, memberOnlyread: true }], 'memberOnlyread'],
  ])('is refused with the reason: %s', (_, content, reason) => {
    expect(() => checkCollectionsFile(file(content))).toThrow(reason);
  });

  it('is the same whatever its layout', () => {
    const one = collectionsHash(file([care]));
    const reversed = Object.fromEntries(Object.entries(care).reverse());
    expect(collectionsHash(file(JSON.stringify([reversed], null, 4)))).toBe(one);
    expect(collectionsHash(file([{ ...care, blockToLive: 9 }]))).not.toBe(one);
    expect(collectionsHash(undefined)).toBeUndefined();
  });
});
