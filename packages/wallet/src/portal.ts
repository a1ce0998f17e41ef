import type { RequestOf } from './requests.js';
import type { WalletSession } from './session.js';
import { signPortably } from './sign.js';
import type { InstitutionKind } from './state.js';

/** `type` of a statement by which a patient asks a portal. */
export const PORTAL_REQUEST = 'PortalRequest.v1';

/** A portal's request is answered at once, or not at all. */
const PORTAL_SECONDS = 120;

/** Signs a request to a portal: for this portal, path and body, and for once. */
export async function portalRequest(
  session: WalletSession,
  kind: InstitutionKind,
  { origin, method, path, bodyHash }: RequestOf<'portal'>,
) {
  const pseudonym = await session.pseudonym(kind);
  const statement = await signPortably(
    session.keyFor(kind, 'access'),
    {
      type: PORTAL_REQUEST,
      channel: session.channel,
      contract: 'ehr',
      audience: origin,
      lifetimeSeconds: PORTAL_SECONDS,
    },
    { pseudonym, method, path, bodyHash },
    session.now,
  );
  return { pseudonym, statement };
}
