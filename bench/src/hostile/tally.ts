/** A hostile input that was judged. */
export interface Answered {
  readonly tag: number;
  readonly target: string;
  readonly kind: string;
  /** The code of a refusal, or `RIGHT`. */
  answer: string;
}

interface Counts {
  readonly inputs: number;
  readonly reachedSeal: number;
}

/** Counts by operation, by kind and by answer. */
export function tallied(
  answered: readonly Answered[],
  of: {
    readonly loadsOf: (tag: number) => number;
    readonly refusalsOf: (tag: number) => number;
    /** By operation, what SEAL loads before it comes to the hostile argument. */
    readonly ownLoads: ReadonlyMap<string, number>;
  },
) {
  const reached = answered.filter(
    ({ tag, target }) => of.loadsOf(tag) > (of.ownLoads.get(target) ?? 0),
  );
  const tags = new Set(reached.map(({ tag }) => tag));
  const by = (name: 'target' | 'kind'): Record<string, Counts> => {
    const groups = grouped(answered, (one) => one[name]);
    const counts = [...groups].map(([group, all]) => [
      group,
      { inputs: all.length, reachedSeal: all.filter(({ tag }) => tags.has(tag)).length },
    ]);
    return Object.fromEntries(counts) as Record<string, Counts>;
  };
  const answers = [...grouped(answered, ({ answer }) => answer)];
  return {
    reachedSeal: reached.length,
    refusedBySeal: answered.filter(({ tag }) => of.refusalsOf(tag) > 0).length,
    answers: Object.fromEntries(answers.map(([answer, all]) => [answer, all.length])),
    byTarget: by('target'),
    byKind: by('kind'),
  };
}

function grouped(
  answered: readonly Answered[],
  nameOf: (one: Answered) => string,
): Map<string, Answered[]> {
  const groups = new Map<string, Answered[]>();
  for (const one of answered) {
    const name = nameOf(one);
    const group = groups.get(name) ?? [];
    group.push(one);
    groups.set(name, group);
  }
  return groups;
}
