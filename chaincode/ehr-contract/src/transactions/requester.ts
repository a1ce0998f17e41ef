import type { Context } from 'fabric-contract-api';
import { caller } from '@salus/chaincode-common';
import type { Requester } from '@salus/protocol/ehr';

/** The submitter as the ledger shows it: no name. */
export function requesterOf(ctx: Context): Requester {
  const { mspId, id, role, practitioner } = caller(ctx);
  return {
    mspId,
    id,
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
}
