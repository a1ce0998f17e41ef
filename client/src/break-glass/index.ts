export {
  emergencyContext,
  sealForEmergency,
  type EmergencyBinding,
  type EmergencyKey,
  type EmergencySealed,
} from './seal.js';
