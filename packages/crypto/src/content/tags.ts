import { createHmac } from 'node:crypto';

/** A security label of HL7's: confidentiality, sensitivity (FHIR R4, 6.1.1). */
export interface SecurityLabel {
  readonly system: string;
  readonly code: string;
}

/**
 * The tag that stands for a category on the ledger: HMAC-SHA-256 under the patient's tag key. Nobody else
 * can tell which category it is, nor that two patients have records of the same one.
 */
export function categoryTag(tagKey: string, category: string): string {
  return tagOf(tagKey, `category:${category}`);
}

/** The tag that stands for a security label on the ledger, as {@link categoryTag}. */
export function labelTag(tagKey: string, { system, code }: SecurityLabel): string {
  return tagOf(tagKey, `label:${system}|${code}`);
}

/**
 * Stands for an episode of care in a record's details. It is the same at every hospital that has the
 * patient's tag key and names the episode alike. No hospital's own number of a visit shows.
 */
export function episodeTag(tagKey: string, episode: string): string {
  return Buffer.from(tagOf(tagKey, `episode:${episode}`), 'base64url').toString('hex');
}

function tagOf(tagKey: string, text: string): string {
  return createHmac('sha256', Buffer.from(tagKey, 'base64url')).update(text).digest('base64url');
}
