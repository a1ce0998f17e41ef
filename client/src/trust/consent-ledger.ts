import type { OnwardShare, SignedGrant } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import type { MembershipClient } from '../membership/membership-client.js';
import { eventually } from '../transaction/eventually.js';

/** What services ask their own organisation's peer to prove consent by. */
export interface ConsentLedger extends Pick<
  EhrClient,
  'getDecision' | 'getRecord' | 'recordVersions' | 'getPatient' | 'getStatement'
> {
  /** All of a patient's grants, deny rules and onward shares. */
  grants(pseudonym: string): Promise<readonly (SignedGrant | OnwardShare)[]>;
  /** MSP IDs of the hospitals in the membership registry. */
  hospitals(): Promise<readonly string[]>;
}

/** What a ledger is asked through: a connected client, or its façades alone. */
export interface ConsentSource {
  readonly ehr: EhrClient;
  readonly membership: Pick<MembershipClient, 'membersOf'>;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function consentLedger({ ehr, membership }: ConsentSource): ConsentLedger {
  return {
    getDecision: (ref) => eventually(() => ehr.getDecision(ref)),
    // All that a decision rests on is older than the decision.
    getRecord: (of) => ehr.getRecord(of),
    recordVersions: (of) => ehr.recordVersions(of),
    getPatient: (pseudonym) => ehr.getPatient(pseudonym),
    getStatement: (of) => ehr.getStatement(of),
    grants: async (pseudonym) => {
      const all: (SignedGrant | OnwardShare)[] = [];
      for await (const one of ehr.grants(pseudonym)) all.push(one);
      return all;
    },
    hospitals: () => membership.membersOf('hospital'),
  };
}
