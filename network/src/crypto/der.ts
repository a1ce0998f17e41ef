// The few pieces of DER (X.690) that a certificate request and an ECDSA signature need.

function tagged(tag: number, ...content: Buffer[]): Buffer {
  const body = Buffer.concat(content);
  if (body.length < 0x80) return Buffer.concat([Buffer.from([tag, body.length]), body]);
  const hex = body.length.toString(16);
  const length = Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, body]);
}

export const sequence = (...content: Buffer[]) => tagged(0x30, ...content);
export const set = (...content: Buffer[]) => tagged(0x31, ...content);
export const utf8String = (text: string) => tagged(0x0c, Buffer.from(text));
export const emptyAttributes = () => tagged(0xa0);
export const bitString = (content: Buffer) => tagged(0x03, Buffer.from([0]), content);

/** An object identifier from its already encoded content. */
export const objectIdentifier = (hex: string) => tagged(0x06, Buffer.from(hex, 'hex'));

export function integer(value: bigint): Buffer {
  let hex = value.toString(16);
  if (hex.length % 2) hex = `0${hex}`;
  const bytes = Buffer.from(hex, 'hex');
  return (bytes[0] ?? 0) & 0x80 ? tagged(0x02, Buffer.from([0]), bytes) : tagged(0x02, bytes);
}
