/** Who plays: every actor is a process with a home of its own. Organisation and user give its identity. */
export interface Role {
  readonly actor: string;
  readonly organisation: string;
  readonly domain: string;
  readonly user: string;
}

const organisations = {
  city: { organisation: 'CityHospital', domain: 'cityhospital.salus.example' },
  valley: { organisation: 'ValleyHospital', domain: 'valleyhospital.salus.example' },
  insurer: { organisation: 'Insurer', domain: 'insurer.salus.example' },
  pharma: { organisation: 'Pharma', domain: 'pharma.salus.example' },
  regulator: { organisation: 'Regulator', domain: 'regulator.salus.example' },
} as const;

const role = (actor: string, of: keyof typeof organisations, user: string): Role => ({
  actor,
  user,
  ...organisations[of],
});

export const cast = {
  cityRegistrar: role('city-registrar', 'city', 'registrar'),
  cityBilling: role('city-billing', 'city', 'billing'),
  cityPharmacy: role('city-pharmacy', 'city', 'physician'),
  cityStore: role('city-store', 'city', 'store'),
  cityKeys: role('city-keys', 'city', 'keyservice'),
  valleyPhysician: role('valley-physician', 'valley', 'physician'),
  valleyCommittee: role('valley-committee', 'valley', 'committee'),
  insurerCommittee: role('insurer-committee', 'insurer', 'committee'),
  regulatorCommittee: role('regulator-committee', 'regulator', 'committee'),
  proposer: role('regulator-committee-office', 'regulator', 'committee'),
  adjuster: role('insurer-adjuster', 'insurer', 'adjuster'),
  auditor: role('regulator-auditor', 'regulator', 'auditor'),
  manufacturer: role('pharma-manufacturer', 'pharma', 'manufacturer'),
  pharmacist: role('pharma-pharmacist', 'pharma', 'pharmacist'),
} as const satisfies Readonly<Record<string, Role>>;
