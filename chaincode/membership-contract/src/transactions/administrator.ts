import { X509Certificate } from 'node:crypto';
import type { Context } from 'fabric-contract-api';
import { requireAdministrator } from '../rules/administrator.js';

/** MSP ID of the organisation whose administrator submits. @throws SalusError ERR_FORBIDDEN */
export function administratorsOrganisation({ clientIdentity }: Context): string {
  // Not from getID(): its text escapes the first slash of a name only, so a name could look like a unit.
  const { subject } = new X509Certificate(clientIdentity.getIDBytes()).toLegacyObject();
  requireAdministrator([subject.OU].flat());
  return clientIdentity.getMSPID();
}
