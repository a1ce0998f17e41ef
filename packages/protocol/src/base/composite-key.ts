const SEPARATOR = '\u0000';

/**
 * A composite key as Fabric forms it, `U+0000 type U+0000 attribute U+0000 …`: where a state is in a
 * transaction's read-write set.
 */
export function compositeKey(type: string, attributes: readonly string[]): string {
  return ['', type, ...attributes, ''].join(SEPARATOR);
}
