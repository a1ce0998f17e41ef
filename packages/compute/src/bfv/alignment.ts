const WORD = 8;

/**
 * How many bytes behind the start of a word these begin. To and from shared memory, JavaScript copies word by word only
 * where both sides begin alike; else it copies byte by byte, which takes four to eight times as long.
 */
export function shiftOf({ byteOffset }: Uint8Array): number {
  return byteOffset % WORD;
}
