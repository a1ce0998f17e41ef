import type { Actor } from '../stage/actor.js';
import { cast, type Role } from '../stage/cast.js';
import type { Prop } from '../stage/stage.js';

/** Somebody who works with the SDK, by one of the scripts in actors/. */
const person = (script: string, role: Role): Prop<Actor> => ({
  name: role.actor,
  make: (stage) => stage.actor(script, role),
});

export const registrar = person('registrar', cast.cityRegistrar);
export const billing = person('billing', cast.cityBilling);
export const adjuster = person('adjuster', cast.adjuster);
export const auditor = person('auditor', cast.auditor);
export const manufacturer = person('medicines', cast.manufacturer);
export const pharmacy = person('medicines', cast.cityPharmacy);
export const outlet = person('medicines', cast.pharmacist);
