import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { NetworkError } from '../instance/errors.js';

/** core/common/privdata: what `peer` reads from --collections-config. */
const collectionsSchema = z
  .array(
    z.strictObject({
      name: z.string().regex(/^[A-Za-z0-9-]+([A-Za-z0-9_-]+)*$/),
      policy: z.string().min(1),
      requiredPeerCount: z.int().min(0),
      maxPeerCount: z.int().min(0),
      blockToLive: z.int().min(0).default(0),
      memberOnlyRead: z.boolean().default(false),
      memberOnlyWrite: z.boolean().default(false),
      endorsementPolicy: z
        .strictObject({
          signaturePolicy: z.string().optional(),
          channelConfigPolicy: z.string().optional(),
        })
        .optional(),
    }),
  )
  .superRefine((collections, context) => {
    const names = collections.map(({ name }) => name);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) context.addIssue(`the collection ${twice} occurs twice`);
    for (const { name, requiredPeerCount, maxPeerCount } of collections) {
      if (requiredPeerCount > maxPeerCount) {
        context.addIssue(`${name} requires more peers than its maxPeerCount`);
      }
    }
  });

/**
 * Checks a collections file before any organization approves it; the peers would refuse it only at
 * commit.
 *
 * @throws NetworkError ERR_CHAINCODE naming what is wrong.
 */
export function checkCollectionsFile(file: string): void {
  const fail = (reason: string, cause?: unknown) =>
    new NetworkError(
      'ERR_CHAINCODE',
      `The collections in ${file} are not valid: ${reason}`,
      'Correct the file, or give another with -cccg.',
      { cause },
    );
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (cause) {
    throw fail((cause as Error).message, cause);
  }
  const { error } = collectionsSchema.safeParse(value);
  if (error) {
    throw fail(
      error.issues
        .map((issue) => [issue.path.join('.'), issue.message].filter(Boolean).join(': '))
        .join('; '),
    );
  }
}
