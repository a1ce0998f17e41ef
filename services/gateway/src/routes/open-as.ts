import { openRecord, type OpenedRecord } from '@salus/client/records';
import type { GatewayParts } from '../parts/gateway-parts.js';
import type { StaffSession } from '../staff/directory.js';
import type { Wish } from '../records/longitudinal.js';

/** Opens a record for a practitioner, and remembers the decision while it is in force. As `openRecord`. */
export async function openAs(
  { desks, decisions }: Pick<GatewayParts, 'desks' | 'decisions'>,
  session: StaffSession,
  wish: Wish,
): Promise<OpenedRecord> {
  const opened = await openRecord(await desks.sourcesFor(session), wish);
  decisions.remember(session.practitioner, opened.decision);
  return opened;
}
