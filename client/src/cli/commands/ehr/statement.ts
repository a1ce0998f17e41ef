/** How commands call a file with what a patient, delegate or guardian signed. */
export const STATEMENT = 'file with the statement that the wallet signed, or -';
