/** Runs acts of one name one after the other, and those of different names side by side. */
export function oneAtATime(): <T>(name: string, act: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return async (name, act) => {
    const before = last.get(name);
    // What came before ends well here: its failure is its own caller's.
    const running = (before ?? Promise.resolve()).then(act);
    const ended = running.catch(() => undefined);
    last.set(name, ended);
    try {
      return await running;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}
