/**
 * Reads numbered things, a few ahead of the one that is taken, and gives them out in their order. Whoever
 * takes no more stops those under way.
 */
export async function* inOrder<T>(
  count: number,
  read: (index: number, signal: AbortSignal) => Promise<T>,
  ahead: number,
  signal?: AbortSignal,
): AsyncGenerator<T, void> {
  const ending = new AbortController();
  const stop = AbortSignal.any([ending.signal, ...(signal ? [signal] : [])]);
  const reading: Promise<T>[] = [];
  const start = (index: number) => {
    if (index >= count) return;
    const one = read(index, stop);
    // It is awaited in its turn; until then a failure must not pass as one that nobody handles.
    one.catch(() => undefined);
    reading.push(one);
  };
  try {
    for (let index = 0; index < ahead; index += 1) start(index);
    for (let index = 0; index < count; index += 1) {
      const one = await reading.shift();
      start(index + ahead);
      yield one as T;
    }
  } finally {
    ending.abort();
  }
}
