import { createHash } from 'node:crypto';

/** Bytes that betray a text, and how they say it. */
export interface Needle {
  readonly text: string;
  /** `plain`, `base64`, `hex`, `sha256 hex`, ... */
  readonly form: string;
  readonly bytes: Buffer;
}

/** A shorter piece of bytes turns up by chance. */
export const SHORTEST_NEEDLE = 6;

const DIGESTS = ['sha256', 'sha1', 'sha512', 'md5'] as const;

/**
 * Every form in which a text could stand in what isn't to hold it. It may stand as it is, escaped for JSON
 * or a URL, or as a hash without a salt. It may stand in hex, or in base64 wherever it begins in what was
 * encoded.
 */
export function needlesOf(text: string): Needle[] {
  const bytes = Buffer.from(text, 'utf8');
  const forms: [string, Buffer][] = [
    ['plain', bytes],
    ['in JSON', Buffer.from(JSON.stringify(text).slice(1, -1))],
    ['in a URL', Buffer.from(encodeURIComponent(text))],
    ['in UTF-16', Buffer.from(text, 'utf16le')],
    ...hexForms('hex', bytes),
    ...[0, 1, 2].flatMap((skipped) => base64Forms(bytes, skipped)),
    ...spellings(text).flatMap((spelling) =>
      DIGESTS.flatMap((name) => digestForms(name, spelling)),
    ),
  ];
  const distinct = new Map<string, { form: string; each: Buffer }>();
  for (const [form, each] of forms) {
    const id = each.toString('latin1');
    if (!distinct.has(id)) distinct.set(id, { form, each });
  }
  return [...distinct.values()]
    .filter(({ each }) => each.length >= SHORTEST_NEEDLE)
    .map(({ form, each }) => ({ text, form, bytes: each }));
}

/** What someone would try who guesses: as it is, and without case, space or punctuation. */
function spellings(text: string): string[] {
  const lower = text.toLowerCase().trim();
  return [...new Set([text, lower, text.toUpperCase(), lower.replaceAll(/[^\p{L}\p{N}]/gu, '')])];
}

function digestForms(name: string, text: string): [string, Buffer][] {
  const digest = createHash(name).update(text, 'utf8').digest();
  return [
    [name, digest],
    ...hexForms(`${name} hex`, digest),
    [`${name} base64`, Buffer.from(digest.toString('base64').replaceAll('=', ''))],
    [`${name} base64url`, Buffer.from(digest.toString('base64url'))],
  ];
}

function hexForms(form: string, bytes: Buffer): [string, Buffer][] {
  const hex = bytes.toString('hex');
  return [
    [form, Buffer.from(hex)],
    [form, Buffer.from(hex.toUpperCase())],
  ];
}

/** The part of an encoding that the bytes around don't alter, with some of them before. */
function base64Forms(bytes: Buffer, before: number): [string, Buffer][] {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  const first = Math.ceil((before * 4) / 3);
  const whole = Math.floor(((before + bytes.length) * 4) / 3);
  const sure = encoded.slice(first, whole);
  const url = sure.replaceAll('+', '-').replaceAll('/', '_');
  return [
    ['base64', Buffer.from(sure)],
    ['base64url', Buffer.from(url)],
  ];
}
