import { SalusError } from '@salus/protocol';

/** Named bytes in one: a JSON header with names and lengths, after its own length, then the bytes. */
export type Frames = Readonly<Record<string, Uint8Array>>;

const LENGTH_BYTES = 4;

export function joinFrames(frames: Frames): Buffer {
  const lengths = Object.entries(frames).map(([name, { length }]) => [name, length]);
  const header = Buffer.from(JSON.stringify(lengths));
  const size = Buffer.alloc(LENGTH_BYTES);
  size.writeUInt32BE(header.length);
  return Buffer.concat([size, header, ...Object.values(frames)]);
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` for anything that {@link joinFrames} does not make */
export function splitFrames(bytes: Uint8Array): Map<string, Uint8Array> {
  const buffer = Buffer.from(bytes);
  try {
    let at = LENGTH_BYTES + buffer.readUInt32BE(0);
    const lengths = JSON.parse(buffer.toString('utf8', LENGTH_BYTES, at)) as [string, number][];
    const frames = new Map<string, Uint8Array>();
    for (const [name, length] of lengths) {
      if (typeof name !== 'string' || !Number.isSafeInteger(length) || length < 0)
        throw malformed();
      // A copy: what is in it may be wiped.
      frames.set(name, Uint8Array.from(buffer.subarray(at, at + length)));
      at += length;
    }
    if (at === buffer.length) return frames;
  } catch (cause) {
    throw malformed(cause);
  }
  throw malformed();
}

function malformed(cause?: unknown): SalusError {
  return new SalusError('ERR_INVALID_ARGUMENT', 'The content of a letter or file is malformed', {
    ...(cause !== undefined && { cause }),
  });
}
