import type { Page } from '@salus/protocol';

/** Which page to fetch. */
export interface PageOptions {
  /** 1 to 100; default 100. */
  readonly pageSize?: number;
  /** Of the page before; left out for the first one. */
  readonly bookmark?: string;
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
