/** Where parties of a computation leave letters for each other. A signature of a letter names its place. */

/** What letters are about: the opening of a result, or the making of a key's shares. */
export type Matter =
  | { readonly openingId: string }
  | {
      readonly keyId: string;
      /** The epoch that the ceremony leads to. */
      readonly epoch: number;
    };

/**
 * A place in the mailbox. Without `to` the sender leaves its public key there, for those who seal
 * something to it; with `to` it leaves what it sealed.
 */
export interface MailboxPlace {
  /** Whose contract `computation` the matter is on. */
  readonly chaincode: string;
  readonly matter: Matter;
  /** MSP ID. */
  readonly from: string;
  /** MSP ID. */
  readonly to?: string;
}

/** Path of a place in a store. */
export function pathOf(place: MailboxPlace): string {
  return `/v1/computations/${segmentsOf(place).map(encodeURIComponent).join('/')}`;
}

/** Names of the folders on the way to a place, and of the place. */
export function segmentsOf({ chaincode, matter, from, to }: MailboxPlace): string[] {
  const subject =
    'openingId' in matter
      ? ['openings', matter.openingId]
      : ['ceremonies', matter.keyId, String(matter.epoch)];
  return [chaincode, ...subject, ...(to === undefined ? ['keys', from] : ['letters', from, to])];
}
