/** One page of a query's results. */
export interface Page<T> {
  readonly results: readonly T[];
  readonly fetchedRecordsCount: number;
  /** Where the next page begins; empty after the last one. */
  readonly bookmark: string;
}

/** Walks through all results, fetching a page when the one before is used up. */
export async function* allResults<T>(
  fetchPage: (bookmark: string) => Promise<Page<T>>,
): AsyncGenerator<T, void> {
  let bookmark = '';
  do {
    const page = await fetchPage(bookmark);
    yield* page.results;
    bookmark = page.fetchedRecordsCount === 0 ? '' : page.bookmark;
  } while (bookmark !== '');
}
