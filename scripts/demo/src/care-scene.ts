import type { Desk } from './record-desk.js';
import type { HealthRecordParts, Reading } from './scene-parts.js';

export const TITLE = 'Care';

/** What the scenes around one patient play with. */
export interface CareScene extends HealthRecordParts, Reading {
  readonly desk: Desk;
}
