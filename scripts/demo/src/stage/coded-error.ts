/** What an actor, or a command, tells of a refusal. */
export interface Refusal {
  readonly code?: string;
  readonly message: string;
}

/** A refusal, with its code, of which play and reader learn who met it. */
export class CodedError extends Error {
  readonly code: string | undefined;

  constructor(name: string, { code, message }: Refusal) {
    super(`${name}: ${message}`);
    this.name = 'CodedError';
    this.code = code;
  }
}

/** The code of the refusal that an attempt ended with; undefined if it was not refused. */
export async function codeOf(attempt: Promise<unknown>): Promise<string | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    if (error instanceof CodedError && error.code !== undefined) return error.code;
    throw error;
  }
}
