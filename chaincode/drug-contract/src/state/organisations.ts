/** Manufacturers: only they say what is genuine. */
export const MANUFACTURERS: readonly string[] = ['PharmaMSP'];
