import type { Command } from 'commander';
import { registerEmergencyCommands } from '../break-glass/emergency.js';
import { registerAccessCommands } from './access.js';
import { registerAdmissionCommands } from './admission.js';
import { registerConsentCommands } from './consent.js';
import { registerErasureCommands } from './erasure.js';
import { registerHpkeKeyCommands } from './hpke-keys.js';
import { registerPatientCommands } from './patients.js';
import { registerReadCommands } from './read.js';
import { registerRecordCommands } from './records.js';
import { registerReferralCommands } from './referrals.js';
import { registerTrailCommands } from './trails.js';

/** `salus ehr …`: what hospital IT does with patients, records, consent and access. */
export function defineEhr(ehr: Command): void {
  registerAdmissionCommands(ehr);
  registerPatientCommands(ehr);
  registerRecordCommands(ehr);
  registerReadCommands(ehr);
  registerConsentCommands(ehr);
  registerAccessCommands(ehr);
  registerEmergencyCommands(ehr);
  registerReferralCommands(ehr);
  registerErasureCommands(ehr);
  registerHpkeKeyCommands(ehr);
  registerTrailCommands(ehr);
}
