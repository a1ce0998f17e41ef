import { keyOf } from '@salus/chaincode-common';

/** Every state key of the contract. */
const registry = keyOf('registry');
/** The members in force: one key, so that whoever reads it conflicts with whoever changes it. */
export const registryKey = registry('members');

/** hash of a first list, organisation: each approves under a key of its own, so that none waits */
export const foundingKey = keyOf('founding');

/** proposal */
export const proposalKey = keyOf('proposal');
/** proposal, organisation */
export const approvalKey = keyOf('approval');

const revision = keyOf('revision');
/** All lines of the history. */
export const revisionsKey = revision();

/** Revision: they sort by their numbers. */
export function revisionKey(number: number) {
  return revision(String(number).padStart(8, '0'));
}
