/** Thrown where a permit can't be taken without becoming wider than it was written. */
export class NotTaken extends Error {}
