/** What a mapping could not carry over. */
export interface Loss {
  /** Where in what was mapped, e.g. `provision.provision[0].class[1]` or `scope.categoryTags[0]`. */
  readonly path: string;
  /** What was lost, and what the result says instead. It quotes no value. */
  readonly reason: string;
}

/** Collects losses while a mapping goes on. */
export class Losses {
  readonly #losses: Loss[] = [];

  add(path: string, reason: string): void {
    this.#losses.push({ path, reason });
  }

  get list(): readonly Loss[] {
    return this.#losses;
  }

  /** Every member that nobody takes is a loss of its own. */
  addUntaken(path: string, object: object, taken: readonly string[], reason: string): void {
    for (const name of Object.keys(object)) {
      if (!taken.includes(name)) this.add(path === '' ? name : `${path}.${name}`, reason);
    }
  }
}
