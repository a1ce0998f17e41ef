/**
 * What an object itself has by a name that others choose, such as an MSP ID, and never what every object
 * inherits (`constructor`, `toString`, `__proto__`).
 */
export function ownOf<T>(of: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
