import { z } from 'zod';
import type { WalletSession } from './session.js';
import { delegationTerms } from './state.js';

/** A delegation's terms, without its secret. */
const heldTerms = delegationTerms.extend({ delegateId: z.uuid(), pseudonym: z.string() }).strip();

/** What the wallet holds, without a secret. */
export function overview({ state }: WalletSession): object {
  const { registered, epochs, grants, organisations, guardians, delegates } = state;
  return {
    recovering: state.roots.length === 0,
    registered,
    epochs,
    grants,
    organisations,
    // Where shares are not current, guardians have to be set again.
    guardians: guardians ? { ...guardians, current: guardians.roots === state.roots.length } : null,
    wards: state.wards.map((one) => ({ name: one.name, holdsShare: one.package !== undefined })),
    delegates,
    delegations: state.delegations.map(({ name, given }) => ({
      name,
      ...(given && heldTerms.parse(given)),
    })),
  };
}
