import type { Contract } from '../transaction/contract.js';
import { accessCalls, type AccessCalls } from './access.js';
import { breakGlassCalls, type BreakGlassCalls } from './break-glass.js';
import { ehrCalls } from './calls.js';
import { categoryKeyCalls, type CategoryKeyCalls } from './category-keys.js';
import { consentCalls, type ConsentCalls } from './consent.js';
import { erasureCalls, type ErasureCalls } from './erasure.js';
import { hpkeKeyCalls, type HpkeKeyCalls } from './hpke-keys.js';
import { patientCalls, type PatientCalls } from './patients.js';
import { recordCalls, type RecordCalls } from './records.js';
import { referralCalls, type ReferralCalls } from './referrals.js';
import { trailCalls, type TrailCalls } from './trails.js';

/**
 * The ehr contract: every transaction by its own name, by topic in the files beside. A request of one
 * member is given as that member.
 *
 * Every method throws the SalusErrors of {@link Contract.submit} and {@link Contract.evaluate}. The
 * contract adds `ERR_INVALID_ARGUMENT`, `ERR_FORBIDDEN`, `ERR_NOT_FOUND`, `ERR_ALREADY_EXISTS`,
 * `ERR_CONFLICT`. For statements it adds `ERR_STATEMENT_INVALID`, `ERR_STATEMENT_EXPIRED` and
 * `ERR_STATEMENT_REPLAYED`.
 */
export interface EhrClient
  extends
    PatientCalls,
    CategoryKeyCalls,
    HpkeKeyCalls,
    RecordCalls,
    ConsentCalls,
    AccessCalls,
    BreakGlassCalls,
    ReferralCalls,
    ErasureCalls,
    TrailCalls {}

/** @param home - MSP ID of the own organisation */
export function ehrClient(contract: Contract, home: string): EhrClient {
  const calls = ehrCalls(contract, home);
  return {
    ...patientCalls(calls),
    ...categoryKeyCalls(calls),
    ...hpkeKeyCalls(calls),
    ...recordCalls(calls),
    ...consentCalls(calls),
    ...accessCalls(calls),
    ...breakGlassCalls(calls),
    ...referralCalls(calls),
    ...erasureCalls(calls),
    ...trailCalls(calls),
  };
}
