import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { coded } from '@salus/testing/coded';
import { readClaim } from './claim-file.js';

const claim = {
  claimId: 'claim-1',
  policyId: 'policy-1',
  keyId: 'claims-2026',
  serviceDate: '2026-03-14',
  lines: [
    { category: 'medical', amount: 129_50, evidence: 'invoice.txt' },
    { slot: 1, amount: 20_00, evidence: 'invoice.txt' },
  ],
};

describe('the file of a claim', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'salus-claim-'));
    writeFileSync(path.join(folder, 'invoice.txt'), 'invoice 17');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const written = (value: object) => {
    const file = path.join(folder, 'claim.json');
    writeFileSync(file, JSON.stringify(value));
    return file;
  };

  it('names benefits by category or slot, and files of evidence beside it', async () => {
    const { lines, ...rest } = await readClaim(written(claim));
    expect(rest).toEqual({
      claimId: 'claim-1',
      policyId: 'policy-1',
      keyId: 'claims-2026',
      serviceDate: '2026-03-14',
    });
    const evidence = Buffer.from('invoice 17');
    expect(lines).toEqual([
      { category: 'medical', amount: 129_50, evidence },
      { slot: 1, amount: 20_00, evidence },
    ]);
  });

  const [line] = claim.lines;

  it.each<[string, object, string]>([
    ['without a date', { ...claim, serviceDate: undefined }, 'serviceDate'],
    ['with a date that is none', { ...claim, serviceDate: '14.3.2026' }, 'serviceDate'],
    ['with an amount as text', { ...claim, lines: [{ ...line, amount: '7' }] }, 'lines.0.amount'],
    ['with two benefits of a line', { ...claim, lines: [{ ...line, slot: 1 }] }, 'lines.0'],
    ['with a line of no benefit', { ...claim, lines: [{ amount: 1, evidence: 'e' }] }, 'lines.0'],
  ])('is refused %s, at the place at fault', async (_, value, argument) => {
    const file = written(value);
    await expect(readClaim(file)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT', { argument }));
  });

  it('is refused for a name that it must not have, and for evidence that is not there', async () => {
    const named = written({ ...claim, patient: 'Jane Doe' });
    const refused = await readClaim(named).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'ERR_INVALID_ARGUMENT' });
    expect(JSON.stringify(refused)).not.toContain('Jane');
    const missing = written({ ...claim, lines: [{ ...line, evidence: 'nowhere' }] });
    const argument = path.join(folder, 'nowhere');
    await expect(readClaim(missing)).rejects.toThrow(coded('ERR_INVALID_ARGUMENT', { argument }));
  });
});
