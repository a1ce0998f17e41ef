import type { OnwardShare, SignedGrant } from '@salus/protocol/ehr';
import type { EhrClient } from '../ehr/ehr-client.js';
import { eventually } from '../transaction/eventually.js';

/** What services ask their own organisation's peer to prove consent by. */
export interface ConsentLedger extends Pick<
  EhrClient,
  'getDecision' | 'getRecord' | 'getPatient' | 'getStatement'
> {
  /** All of a patient's grants, deny rules and onward shares. */
  grants(pseudonym: string): Promise<readonly (SignedGrant | OnwardShare)[]>;
}

/** The ledger as the client's own peer tells it, once it has caught up with the asker's. */
export function consentLedger({ ehr }: { readonly ehr: EhrClient }): ConsentLedger {
  return {
    getDecision: (ref) => eventually(() => ehr.getDecision(ref)),
    // All that a decision rests on is older than the decision.
    getRecord: (of) => ehr.getRecord(of),
    getPatient: (pseudonym) => ehr.getPatient(pseudonym),
    getStatement: (of) => ehr.getStatement(of),
    grants: async (pseudonym) => {
      const all: (SignedGrant | OnwardShare)[] = [];
      for await (const one of ehr.grants(pseudonym)) all.push(one);
      return all;
    },
  };
}
