import { z } from 'zod';
import { identifier, pseudonym } from '@salus/protocol';

/**
 * What events tell of records. One organisation's peer with modified code can emit any other text under their
 * names: such an event is passed over.
 */
const ofPatient = z.object({ pseudonym, recordIds: z.array(identifier) });

/** Payload of `RecordsErased.v1`. */
export const recordsErased = ofPatient;
/** Payload of `RecordsRegistered.v1`. */
export const recordsRegistered = z.object({ patients: z.array(ofPatient) });
