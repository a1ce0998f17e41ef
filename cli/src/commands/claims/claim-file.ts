import path from 'node:path';
import { z } from 'zod';
import type { ClaimWithAmounts } from '@salus/client/claims';
import { SalusError } from '@salus/protocol';
import { readBytes, readJson } from '../../command-line/input.js';

const line = z.strictObject({
  category: z.string().min(1).optional(),
  slot: z.int().min(0).optional(),
  amount: z.number(),
  /** A file, relative to the claim's. */
  evidence: z.string().min(1),
});

const claimFile = z.strictObject({
  claimId: z.string().min(1),
  policyId: z.string().min(1),
  keyId: z.string().min(1),
  serviceDate: z.iso.date(),
  lines: z.array(
    line.refine(({ category, slot }) => (category === undefined) !== (slot === undefined), {
      error: 'expected either a category or a slot',
    }),
  ),
});

/**
 * Reads a claim with plain amounts, and the files that prove its lines. Nothing but the encrypted claim
 * leaves this process.
 *
 * @throws SalusError `ERR_INVALID_ARGUMENT` naming the place at fault, never its value; as `readJson`
 */
export async function readClaim(file: string): Promise<ClaimWithAmounts> {
  const { data, error } = claimFile.safeParse(await readJson<unknown>(file));
  if (error) {
    const [issue] = error.issues;
    const place = issue?.path.map(String).join('.') ?? '';
    throw new SalusError('ERR_INVALID_ARGUMENT', `${file} is not a claim`, {
      argument: place === '' ? file : place,
      expected:
        issue?.message ??
        'claimId, policyId, keyId, serviceDate and lines of benefit, amount, evidence',
    });
  }
  const folder = file === '-' ? '.' : path.dirname(file);
  const lines: ClaimWithAmounts['lines'][number][] = [];
  for (const { amount, evidence: name, category, slot = 0 } of data.lines) {
    const evidence = await readBytes(path.resolve(folder, name));
    lines.push({ amount, evidence, ...(category === undefined ? { slot } : { category }) });
  }
  return { ...data, lines };
}
