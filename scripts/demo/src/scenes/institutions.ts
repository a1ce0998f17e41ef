import { cast, type Role } from '../stage/cast.js';
import { codeOf } from '../stage/coded-error.js';
import type { Shell } from '../stage/shell.js';
import type { Stage } from '../stage/stage.js';

/** An institution of an organisation, and its name in the records. */
export interface Institution {
  readonly name: string;
  readonly mspId: string;
  readonly role: Role;
  readonly provider: string;
  /** Its organisation's officer, and that of another organisation, who vouches for it. */
  readonly officer: Role;
  readonly voucher: Role;
}

const { cityOfficer, valleyOfficer, pharmaOfficer } = cast;
const city = { mspId: 'CityHospitalMSP', officer: cityOfficer, voucher: valleyOfficer };
const valley = { mspId: 'ValleyHospitalMSP', officer: valleyOfficer, voucher: cityOfficer };
const pharma = { mspId: 'PharmaMSP', officer: pharmaOfficer, voucher: cityOfficer };
/** Whichever organisation pools its own, five of others are left. */
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
  {
    ...pharma,
    name: 'pharma-east',
    role: cast.pharmaEast,
    provider: 'APPLE MEDICAL CLINIC MA INC',
  },
  {
    ...pharma,
    name: 'pharma-west',
    role: cast.pharmaWest,
    provider: 'ENCOMPASS HEALTH BRAINTREE HOSPITAL OF BRAINTREE',
  },
];

/** Has an institution registered and approved; those of an earlier run are there already. */
export async function register(stage: Stage, institution: Institution): Promise<void> {
  const { name, mspId, provider, role, officer, voucher } = institution;
  const status = await statusOf(stage.shell(role), institution);
  if (status === 'APPROVED') return;
  if (status === undefined) {
    await stage.shell(officer).salus('statistics', 'register-institution', name, provider);
  }
  await stage.shell(voucher).caughtUp(['statistics', 'approve-institution', mspId, name]);
}

/** What the ledger says of an institution; undefined if it says nothing. */
async function statusOf(analyst: Shell, { mspId, name }: Institution): Promise<string | undefined> {
  const find = ['statistics', 'institution', mspId, name];
  const found = analyst.salus<{ status: string }>(...find);
  if ((await codeOf(found)) === 'ERR_NOT_FOUND') return undefined;
  return (await found).status;
}
