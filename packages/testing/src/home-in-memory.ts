/** As a schema of zod is. */
interface Form<T> {
  optional(): { parse(value: unknown): T | undefined };
}

/** A member's home that keeps records in memory, and no shares. */
export function homeInMemory() {
  const records = new Map<string, unknown>();
  return {
    readRecord: <T>(name: string, form: Form<T>) =>
      Promise.resolve(form.optional().parse(records.get(name))),
    writeRecord: (name: string, value: unknown) => {
      records.set(name, value);
      return Promise.resolve();
    },
    recordFile: (name: string) => name,
    heldEpochs: () => Promise.resolve(new Map<string, readonly number[]>()),
  };
}
