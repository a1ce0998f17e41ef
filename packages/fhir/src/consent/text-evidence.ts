import { createHash } from 'node:crypto';
import { SalusError, sha256Hex, type AccessGrant } from '@salus/protocol';
import { SALUS } from '../systems.js';
import { asArray, asObject, asText } from '../values.js';
import type { Losses } from './losses.js';

type ConsentText = NonNullable<AccessGrant['text']>;

/**
 * The text that the patient was shown, as an Attachment. FHIR's own `hash` is SHA-1, and only there where
 * the text itself is at hand. The SHA-256 that the patient signed and the version travel in an extension.
 *
 * @throws SalusError `ERR_HASH_MISMATCH` where the text isn't the one that was signed
 */
export function attachmentOf(text: ConsentText, shown?: string): Record<string, unknown> {
  if (shown !== undefined && sha256Hex(Buffer.from(shown)) !== text.hash) throw mismatch('text');
  const bytes = shown === undefined ? undefined : Buffer.from(shown);
  return {
    extension: [
      {
        url: SALUS.text,
        extension: [
          { url: 'sha256', valueString: text.hash },
          { url: 'version', valueString: text.version },
        ],
      },
    ],
    contentType: 'text/plain; charset=utf-8',
    language: text.language,
    ...(bytes && {
      data: bytes.toString('base64'),
      size: bytes.length,
      hash: createHash('sha1').update(bytes).digest('base64'),
    }),
  };
}

/**
 * Reads the evidence back.
 *
 * @throws SalusError `ERR_HASH_MISMATCH` where a hash and the text beside it differ
 */
export function textOf(
  attachment: Readonly<Record<string, unknown>>,
  losses: Losses,
): ConsentText | undefined {
  const path = 'sourceAttachment';
  const own = asObject(
    asArray(attachment['extension']).find((one) => asObject(one)?.['url'] === SALUS.text),
  );
  const part = (name: string) =>
    asText(
      asObject(asArray(own?.['extension']).find((one) => asObject(one)?.['url'] === name))?.[
        'valueString'
      ],
    );
  const data = asText(attachment['data']);
  const bytes = data === undefined ? undefined : Buffer.from(data, 'base64');
  const sha1 = asText(attachment['hash']);
  if (bytes && sha1 !== undefined && sha1 !== createHash('sha1').update(bytes).digest('base64')) {
    throw mismatch(`${path}.hash`);
  }
  const stated = part('sha256');
  const hash = bytes ? sha256Hex(bytes) : stated;
  if (stated !== undefined && stated !== hash) throw mismatch(`${path}.data`);
  if (hash === undefined) {
    losses.add(path, 'neither the text nor its SHA-256 is there: no evidence of the text is kept');
    return undefined;
  }
  const version = part('version');
  const language = asText(attachment['language']);
  if (version === undefined) losses.add(path, 'the text has no version: it is called unversioned');
  if (language === undefined)
    losses.add(path, 'the text has no language: it is undetermined (und)');
  return { hash, language: language ?? 'und', version: version ?? 'unversioned' };
}

function mismatch(argument: string): SalusError {
  return new SalusError('ERR_HASH_MISMATCH', 'The text shown and its hash differ', { argument });
}
