import type { ContractWorld } from '../contract-world.js';
import { accessCases } from './ehr/access.js';
import { Actors } from './ehr/actors.js';
import { attackCases } from './ehr/attacks.js';
import { breakGlassCases } from './ehr/break-glass.js';
import { categoryKeyCases, hpkeKeyCases } from './ehr/category-keys.js';
import { consentCases } from './ehr/consent.js';
import { denyCases } from './ehr/denies.js';
import { erasureCases } from './ehr/erasure.js';
import { guardianCases } from './ehr/guardians.js';
import { patientAccessCases } from './ehr/patient-access.js';
import { patientKeyCases } from './ehr/patient-keys.js';
import { recordCases } from './ehr/records.js';
import { referralCases } from './ehr/referral.js';
import { registrationCases } from './ehr/registration.js';
import { sharingCases } from './ehr/sharing.js';

/** What the ehr contract does, on whatever ledger: patients, records, consent, access. */
export function describeEhr(world: ContractWorld): void {
  describe('health records under consent', () => {
    const actors = new Actors(world);
    registrationCases(actors);
    patientKeyCases(actors);
    guardianCases(actors);
    categoryKeyCases(actors);
    hpkeKeyCases(actors);
    recordCases(actors);
    consentCases(actors);
    accessCases(actors);
    denyCases(actors);
    sharingCases(actors);
    patientAccessCases(actors);
    referralCases(actors);
    attackCases(actors);
    breakGlassCases(actors);
    erasureCases(actors);
  });
}
