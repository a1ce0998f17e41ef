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
  valleyKeys: role('valley-keys', 'valley', 'keyservice'),
  valleyStore: role('valley-store', 'valley', 'store'),
  insurerStore: role('insurer-store', 'insurer', 'store'),
  pharmaStore: role('pharma-store', 'pharma', 'store'),
  regulatorStore: role('regulator-store', 'regulator', 'store'),
  cityPhysician: role('city-physician', 'city', 'physician'),
  cityCustodian: role('city-custodian', 'city', 'custodian'),
  valleyCustodian: role('valley-custodian', 'valley', 'custodian'),
  insurerCustodian: role('insurer-custodian', 'insurer', 'custodian'),
  pharmaCustodian: role('pharma-custodian', 'pharma', 'custodian'),
  regulatorCustodian: role('regulator-custodian', 'regulator', 'custodian'),
  custodianOffice: role('regulator-custodian-office', 'regulator', 'custodian'),
  reviewer: role('regulator-privacy-officer', 'regulator', 'privacy-officer'),
  valleyPhysician: role('valley-physician', 'valley', 'physician'),
  cityCommittee: role('city-committee', 'city', 'committee'),
  valleyCommittee: role('valley-committee', 'valley', 'committee'),
  insurerCommittee: role('insurer-committee', 'insurer', 'committee'),
  pharmaCommittee: role('pharma-committee', 'pharma', 'committee'),
  regulatorCommittee: role('regulator-committee', 'regulator', 'committee'),
  proposer: role('regulator-committee-office', 'regulator', 'committee'),
  adjuster: role('insurer-adjuster', 'insurer', 'adjuster'),
  auditor: role('regulator-auditor', 'regulator', 'auditor'),
  manufacturer: role('pharma-manufacturer', 'pharma', 'manufacturer'),
  cityOfficer: role('city-committee-office', 'city', 'committee'),
  valleyOfficer: role('valley-committee-office', 'valley', 'committee'),
  pharmaOfficer: role('pharma-committee-office', 'pharma', 'committee'),
  cityCentral: role('city-central-analyst', 'city', 'analyst-central'),
  cityNorth: role('city-north-analyst', 'city', 'analyst-north'),
  citySouth: role('city-south-analyst', 'city', 'analyst-south'),
  valleyCentral: role('valley-central-analyst', 'valley', 'analyst-central'),
  valleyEast: role('valley-east-analyst', 'valley', 'analyst-east'),
  valleyWest: role('valley-west-analyst', 'valley', 'analyst-west'),
  pharmaEast: role('pharma-east-analyst', 'pharma', 'analyst-east'),
  pharmaWest: role('pharma-west-analyst', 'pharma', 'analyst-west'),
  pharmacist: role('pharma-pharmacist', 'pharma', 'pharmacist'),
} as const satisfies Readonly<Record<string, Role>>;
