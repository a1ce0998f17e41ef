import type { TokenVerifier } from '../auth/tokens.js';
import type { MasterIndex } from '../matching/master-index.js';
import type { DecisionsInForce } from '../oversight/decisions-in-force.js';
import type { TrailReadings } from '../oversight/trail-readings.js';
import type { Outbox } from '../outbox/outbox.js';
import type { PortalParts } from '../portal/routes.js';
import type { RecordDesks } from '../records/record-desks.js';
import type { RecordPlaces } from '../records/record-places.js';
import type { GatewaySettings } from '../settings/settings.js';
import type { StaffDirectory } from '../staff/directory.js';

/** What the gateway's routes work with. */
export interface GatewayParts {
  readonly settings: Pick<GatewaySettings, 'defaultPurpose' | 'publicUrl'>;
  readonly tokens: Pick<TokenVerifier, 'verify'>;
  readonly staff: StaffDirectory;
  readonly outbox: Outbox;
  readonly index: MasterIndex;
  readonly places: RecordPlaces;
  readonly desks: RecordDesks;
  readonly decisions: DecisionsInForce;
  readonly trailReadings: TrailReadings;
  readonly startedAt: Date;
  /** Left out where patients have no portal here. */
  readonly portal?: PortalParts;
}
