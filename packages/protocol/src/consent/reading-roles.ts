/** Those who register records. */
export const REGISTERING_ROLES: readonly string[] = ['registrar', 'physician', 'billing'];

/**
 * Those whose work takes what describes a record: staff who register, treat, dispense or settle. Services
 * and those who oversee do without.
 */
export const READING_ROLES: readonly string[] = [
  ...REGISTERING_ROLES,
  'emergency',
  'pharmacist',
  'adjuster',
];

/** Tells whether somebody has the role that is named; where none is, whether the role is one of readers. */
export function isNamedRole(
  named: string | undefined,
  { role }: { readonly role?: string | undefined },
): boolean {
  return named === undefined ? READING_ROLES.includes(role ?? '') : named === role;
}
