import type { Profile } from './profiles.js';

/** What is made once for a profile, at its first use: tables that take long. */
export function perProfile<T>(make: (profile: Profile) => T): (profile: Profile) => T {
  const known = new Map<string, T>();
  return (profile) => {
    const made = known.get(profile.name) ?? make(profile);
    known.set(profile.name, made);
    return made;
  };
}
