/** Role of those who act for a committee member. */
export const OFFICER = 'committee';

/** What lies in the mailbox, with the sender's own signed request: readers verify it themselves. */
export interface Letter {
  readonly body: string;
  readonly token: string;
  readonly path: string;
  readonly audience: string;
}
