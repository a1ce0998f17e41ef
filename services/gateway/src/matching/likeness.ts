/** Letters and digits alone, without case and accents; ß is ss. */
export function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss');
}

/**
 * Jaro–Winkler similarity from 0 to 1 (W. E. Winkler, "String Comparator Metrics and Enhanced Decision
 * Rules in the Fellegi–Sunter Model of Record Linkage", 1990).
 */
export function jaroWinkler(left: string, right: string): number {
  const jaro = jaroSimilarity(left, right);
  let prefix = 0;
  while (prefix < 4 && prefix < left.length && left[prefix] === right[prefix]) prefix += 1;
  return jaro + prefix * 0.1 * (1 - jaro);
}

function jaroSimilarity(left: string, right: string): number {
  if (left === right) return left === '' ? 0 : 1;
  const reach = Math.max(0, Math.floor(Math.max(left.length, right.length) / 2) - 1);
  const taken = new Set<number>();
  const shared: string[] = [];
  for (let at = 0; at < left.length; at += 1) {
    const end = Math.min(right.length, at + reach + 1);
    for (let other = Math.max(0, at - reach); other < end; other += 1) {
      if (taken.has(other) || left[at] !== right[other]) continue;
      taken.add(other);
      shared.push(left.charAt(at));
      break;
    }
  }
  const count = shared.length;
  if (count === 0) return 0;
  const inRight = [...taken].sort((a, b) => a - b).map((at) => right.charAt(at));
  const transposed = shared.filter((letter, at) => letter !== inRight[at]).length / 2;
  return (count / left.length + count / right.length + (count - transposed) / count) / 3;
}
