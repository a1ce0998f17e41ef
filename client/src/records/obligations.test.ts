import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Obligation } from '@salus/protocol';
import type { Decision } from '@salus/protocol/ehr';
import { coded } from '@salus/testing/coded';
import { carryOut, organisationDeidKey, whole } from './obligations.js';

const key = Buffer.alloc(32, 7);
const TEXT = JSON.stringify({
  resourceType: 'Patient',
  id: 'p1',
  birthDate: '1974-12-25',
  gender: 'female',
});
const contentType = 'application/json';

async function* pieces() {
  for (const half of [TEXT.slice(0, 9), TEXT.slice(9)])
    yield await Promise.resolve(Buffer.from(half));
}

const decided = (obligations: readonly Obligation[], changes: Partial<Decision> = {}) =>
  ({ obligations, pseudonym: 'p'.repeat(43), grantId: 'g1', ...changes }) as unknown as Decision;

async function idUnder(decision: Decision, deidKey = key): Promise<unknown> {
  const obliged = carryOut(decision, { contentType }, pieces(), deidKey);
  expect(obliged.contentType).toBe('application/fhir+json');
  return (JSON.parse((await whole(obliged.pieces)).toString('utf8')) as { id: unknown }).id;
}

describe('what a decision obliges to', () => {
  it('is keyed by organisation, patient and grant: the same in two readings, and in none by others', async () => {
    const first = await idUnder(decided(['DEID']));
    expect(await idUnder(decided(['DEID']))).toBe(first);
    expect(await idUnder(decided(['DEID'], { grantId: 'g2' }))).not.toBe(first);
    expect(await idUnder(decided(['DEID'], { pseudonym: 'q'.repeat(43) }))).not.toBe(first);
    expect(await idUnder(decided(['DEID']), Buffer.alloc(32, 8))).not.toBe(first);
  });

  it('leaves the content as it is where it binds the reader alone, with a key or without', async () => {
    const obliged = carryOut(decided(['NORDSCLCD']), { contentType }, pieces(), undefined);
    expect(obliged.contentType).toBe(contentType);
    expect((await whole(obliged.pieces)).toString('utf8')).toBe(TEXT);
  });

  it('is refused without a key: two readings would not agree', () => {
    expect(() => carryOut(decided(['DEID']), { contentType }, pieces(), undefined)).toThrow(
      coded('ERR_SETTINGS_MISSING', { argument: 'deidKey' }),
    );
  });

  it('is refused of a form that can not be de-identified, before the first piece', async () => {
    const pdf = carryOut(decided(['DEID']), { contentType: 'application/pdf' }, pieces(), key);
    await expect(whole(pdf.pieces)).rejects.toThrow(coded('ERR_DEID_UNSUPPORTED'));
  });
});

describe("an organisation's key for de-identified readings", () => {
  it('is made once for a home, for its owner to read', async () => {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-deid-'));
    const made = await organisationDeidKey(home);
    expect(made).toHaveLength(32);
    expect(await organisationDeidKey(home)).toEqual(made);
    expect((await stat(path.join(home, 'deid.key'))).mode & 0o777).toBe(0o600);
    await rm(home, { recursive: true });
  });
});
