/** Reading a record's content in an emergency, through the stores that hold its parts. */
import { readContent, type PartReader } from '@salus/content';
import { wipe } from '@salus/crypto/threshold-kem';
import { refOf } from '../ehr/decision-ref.js';
import {
  breakGlass,
  type BreakGlassSources,
  type BrokenGlass,
  type EmergencyRequest,
} from './break-glass.js';

export interface EmergencySources extends BreakGlassSources {
  /** By MSP ID of the organisation. */
  readonly stores: ReadonlyMap<string, PartReader>;
}

/** A record that was read in an emergency. */
export type EmergencyReading = Omit<BrokenGlass, 'contentKey'> & { readonly content: Buffer };

/**
 * Breaks the glass, and reads the record by the content key that the custodians opened. The key is wiped
 * in the end.
 *
 * @throws SalusError as `breakGlass` and {@link readContent}
 */
export async function readInEmergency(
  { stores, ...sources }: EmergencySources,
  request: EmergencyRequest,
): Promise<EmergencyReading> {
  const { contentKey, ...opened } = await breakGlass(sources, request);
  try {
    const content = await readContent(opened.record, {
      key: contentKey,
      context: opened.record.recordId,
      stores,
      permission: { decision: refOf(opened.decision) },
    });
    return { ...opened, content };
  } finally {
    wipe(contentKey);
  }
}
