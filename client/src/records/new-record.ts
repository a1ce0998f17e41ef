import type { UploadJournal } from '@salus/content';
import type { ByteSource } from '@salus/crypto/content';
import type { RecordDetails } from '@salus/protocol/ehr';

/** What is to become a record: content of any kind, and what the ledger's hospitals are to know of it. */
export interface NewRecord extends Omit<RecordDetails, 'salt'> {
  /** Asked for anew when an upload goes on. */
  readonly content: Uint8Array | (() => ByteSource);
  /** The record that this one is the next version of. */
  readonly amends?: { readonly recordId: string; readonly version: number };
  /** Other organisations that may register the next version. */
  readonly amendableBy?: readonly string[];
  /** FHIR resources in it. */
  readonly resourceCount?: number;
  /** For an upload that may be cut off and is to go on. */
  readonly upload?: { readonly key: Uint8Array; readonly journal: UploadJournal };
}

/** The patient whose records are registered, as the hospital knows them from the wallet. */
export interface ImportPatient {
  readonly pseudonym: string;
  /** Thumbprint of the key that the patient was registered with. */
  readonly kid: string;
  readonly tagKey: string;
}
