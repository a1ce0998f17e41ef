/** How what a decision obliges to is done to a content: for every reader, whichever way it reads. */
import { createHmac } from 'node:crypto';
import { changesContent, deidentifyRecord } from '@salus/fhir/deid';
import { SalusError } from '@salus/protocol';
import type { Decision, RecordDetails } from '@salus/protocol/ehr';
import { keptKey } from '../home/kept-key.js';

const CHANGED = 'application/fhir+json';

/** A content as its reader may have it. */
export interface ObligedContent {
  readonly contentType: string;
  readonly pieces: AsyncIterable<Buffer>;
}

/**
 * The key that an organisation's de-identified readings derive from, in `deid.key` of a home; made when
 * there is none. Homes that have the same file show the same pseudonyms and dates.
 */
export function organisationDeidKey(home: string): Promise<Buffer> {
  return keptKey(home, 'deid.key');
}

/**
 * Carries out the obligations of a decision on content that is read. The content is de-identified under a
 * key of the grant and patient. So two readings by one grant fit together, and those by two grants do not.
 *
 * @param deidKey - the organisation's, see {@link organisationDeidKey}
 * @returns the content; reading it throws SalusError `ERR_DEID_UNSUPPORTED` before the first piece where it
 *   can't be de-identified
 * @throws SalusError `ERR_SETTINGS_MISSING` without a key, where the content is to be de-identified
 */
export function carryOut(
  decision: Decision,
  { contentType }: Pick<RecordDetails, 'contentType'>,
  pieces: AsyncIterable<Buffer>,
  deidKey: Uint8Array | undefined,
): ObligedContent {
  const { obligations, pseudonym: patient } = decision;
  if (!changesContent(obligations)) return { contentType, pieces };
  if (deidKey === undefined) throw keyMissing();
  const key = keyOf(deidKey, decision);
  const changed = async function* () {
    const bytes = await whole(pieces);
    yield Buffer.from(
      deidentifyRecord({ contentType, bytes }, { key, patient, obligations }).bytes,
    );
  };
  return { contentType: CHANGED, pieces: changed() };
}

/** All of a content. */
export async function whole(pieces: AsyncIterable<Buffer>): Promise<Buffer> {
  const read: Buffer[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}

/** HMAC-SHA-256 over grant and patient. Without a grant nothing obliges. */
function keyOf(deidKey: Uint8Array, { pseudonym, grantId = '' }: Decision): Buffer {
  return createHmac('sha256', deidKey)
    .update(JSON.stringify(['salus/deid/v1', pseudonym, grantId]))
    .digest();
}

function keyMissing(): SalusError {
  return new SalusError(
    'ERR_SETTINGS_MISSING',
    'The decision obliges to de-identify, without a key',
    {
      argument: 'deidKey',
      expected: "32 bytes, the organisation's",
      remedy: 'Pass the key as deidKey, or name a home that keeps it: all readings under it agree.',
    },
  );
}
