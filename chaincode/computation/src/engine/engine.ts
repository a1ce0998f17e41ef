import {
  ComputeError,
  createEngine,
  PROFILE_NAMES,
  profileOf,
  type Engine,
  type Profile,
} from '@salus/compute';
import { SalusError } from '@salus/protocol';

const engines = new Map<string, Engine>();

/** The process' one engine of a profile; an idle engine holds no process open. */
function engineOf(profile: Profile): Engine {
  const known = engines.get(profile.name);
  if (known !== undefined) return known;
  const engine = createEngine({ profile: profile.name });
  engines.set(profile.name, engine);
  return engine;
}

/**
 * @throws SalusError ERR_PROFILE_UNKNOWN
 */
export function requireProfile(name: string): Profile {
  return translating(() => profileOf(name));
}

/** Whether this release has a profile; an earlier one may have made keys of others. */
export function hasProfile(name: string): boolean {
  return (PROFILE_NAMES as readonly string[]).includes(name);
}

/**
 * Computes with the engine of a key's profile.
 * @throws SalusError the engine's error under the same code
 */
export async function compute<T>(
  profileName: string,
  operation: (engine: Engine, profile: Profile) => Promise<T>,
): Promise<T> {
  const profile = requireProfile(profileName);
  try {
    return await operation(engineOf(profile), profile);
  } catch (error) {
    throw translated(error);
  }
}

/**
 * Calls a pure function of the computing library.
 * @throws SalusError its error under the same code
 */
export function translating<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translated(error);
  }
}

function translated(error: unknown): unknown {
  if (!(error instanceof ComputeError)) return error;
  const { code, message, argument, expected, got } = error;
  return new SalusError(code, message, {
    ...(argument === undefined ? {} : { argument }),
    ...(expected === undefined ? {} : { expected }),
    ...(got === undefined ? {} : { got }),
    cause: error,
  });
}
