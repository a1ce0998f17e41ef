import type { Admitted } from '../props/admitted.js';
import type { Actor } from '../stage/actor.js';
import type { Stage } from '../stage/stage.js';
import type { RecordDesk } from './record-desk.js';

export const TITLE = 'Care';

/** What the scenes around one patient play with. */
export interface CareScene extends Admitted {
  readonly stage: Stage;
  readonly desk: RecordDesk;
  readonly registrar: Actor;
  /** `MSP=URL` of the custodians, and the ID of their key. */
  readonly custodians: { readonly places: readonly string[]; readonly keyId: string };
}
