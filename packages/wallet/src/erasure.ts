import type { ErasureOrder } from '@salus/protocol';

/** The body of an order of erasure. Whoever means one version alone says so. */
export function orderOf({
  records,
  versions,
}: {
  readonly records: readonly string[];
  readonly versions?: 'NAMED' | undefined;
}): Pick<ErasureOrder, 'records' | 'versions'> {
  return { records: [...records], ...(versions === undefined && { versions: 'ALL' as const }) };
}
