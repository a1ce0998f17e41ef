/** Unsigned LEB128, as protobuf and Go's `binary.PutUvarint` write it. */
export function uvarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

/** Reads one at an offset. @returns the value and where it ends */
export function readUvarint(bytes: Buffer, offset: number): { value: number; end: number } {
  let value = 0;
  let factor = 1;
  for (let at = offset; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, end: at + 1 };
    factor *= 0x80;
  }
  throw new Error('The file ends in the middle of a number');
}
