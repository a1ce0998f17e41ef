import { cast, type Role } from './cast.js';
import type { Stage } from './stage.js';

/** An institution of a hospital organisation, and its name in the records. */
export interface Institution {
  readonly name: string;
  readonly mspId: string;
  readonly role: Role;
  readonly provider: string;
  /** Officer of the other hospital organisation, who vouches for it. */
  readonly officer: Role;
  readonly voucher: Role;
}

const { cityOfficer, valleyOfficer } = cast;
const city = { mspId: 'CityHospitalMSP', officer: cityOfficer, voucher: valleyOfficer };
const valley = { mspId: 'ValleyHospitalMSP', officer: valleyOfficer, voucher: cityOfficer };
export const institutions: readonly Institution[] = [
  {
    ...city,
    name: 'city-central',
    role: cast.cityCentral,
    provider: 'NEEDHAM FAMILY PRACTICE ASSOC. P.C.',
  },
  {
    ...city,
    name: 'city-north',
    role: cast.cityNorth,
    provider: 'VHS ACQUISITION SUBSIDIARY NUMBER 9, INC.',
  },
  {
    ...city,
    name: 'city-south',
    role: cast.citySouth,
    provider: 'COMPASSIONATE HEALTH CARE GROUP LLC',
  },
  {
    ...valley,
    name: 'valley-central',
    role: cast.valleyCentral,
    provider: 'SOUTHCOAST HOSPITAL GROUP, INC',
  },
  {
    ...valley,
    name: 'valley-east',
    role: cast.valleyEast,
    provider: 'DR SOLOMON CARTER FULLER MENTAL HEALTH CENTER',
  },
  {
    ...valley,
    name: 'valley-west',
    role: cast.valleyWest,
    provider: 'SOUTH BOSTON COMMUNITY HEALTH CENTER INC',
  },
];

/** Has an institution registered and approved; those of an earlier run are there already. */
export async function register(stage: Stage, institution: Institution): Promise<void> {
  const { name, mspId, provider, officer, voucher } = institution;
  const [own, other] = [stage.desk(officer), stage.desk(voucher)];
  const find = ['statistics', 'institution', mspId, name];
  try {
    const { status } = await stage.salus<{ status: string }>(own, find);
    if (status === 'APPROVED') return;
  } catch {
    await stage.salus(own, ['statistics', 'register-institution', name, provider]);
  }
  await stage.caughtUp(other, ['statistics', 'approve-institution', mspId, name]);
}
