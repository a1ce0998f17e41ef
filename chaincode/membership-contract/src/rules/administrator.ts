import { SalusError } from '@salus/protocol';

/** The organisational unit by which an MSP tells its administrators (NodeOUs). */
const ADMINISTRATORS = 'admin';

/**
 * Demands an organisation's administrator: its voice is not that of any of its staff.
 *
 * @param units - organisational units in the subject of the caller's certificate
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireAdministrator(units: readonly (string | undefined)[]): void {
  if (units.includes(ADMINISTRATORS)) return;
  throw new SalusError('ERR_FORBIDDEN', "Only an organisation's administrator speaks for it here", {
    argument: 'caller',
    expected: `a certificate of the organisational unit ${ADMINISTRATORS}`,
    got: 'another',
  });
}
