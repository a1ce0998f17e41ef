/** The most results that one page holds. */
export const MAX_PAGE_SIZE = 100;

/** A page of a list. An empty bookmark says that nothing follows. */
export interface Page<T> {
  readonly results: readonly T[];
  readonly fetchedRecordsCount: number;
  readonly bookmark: string;
}

/** Which page of a list is asked for. */
export interface PageRequest {
  readonly pageSize: number;
  readonly bookmark?: string | undefined;
}
