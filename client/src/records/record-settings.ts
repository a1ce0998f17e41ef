import { invalidArgument, SalusError, ownOf } from '@salus/protocol';
import type { ImportJournal } from './journal.js';

/** Where records lie, and what opens them: named once, in the options of `connect`. */
export interface RecordSettings {
  /**
   * Organisations' stores, one for each part of a content: addresses by MSP ID, or texts of the form
   * `CityHospitalMSP=https://localhost:8443`.
   */
  readonly stores?: Readonly<Record<string, string>> | readonly string[];
  /**
   * Key services: addresses by MSP ID, or addresses in the order in which they are asked. The own
   * organisation's key service is asked first.
   */
  readonly keyServices?: Readonly<Record<string, string>> | readonly string[];
  /** Parts that restore a content. Default: more than half of the stores. */
  readonly needed?: number;
  /**
   * ID of the custodians' key that content keys are sealed to for emergencies. Default: none, and no
   * record opens in an emergency.
   */
  readonly emergencyKey?: string;
  /** Folder of the organisation's own secrets and of its journal; only its owner may read it. */
  readonly home?: string;
  /** What an application keeps elsewhere than in `home`. */
  readonly keeping?: RecordKeeping;
}

/** What has to outlive the process that registers and reads records. */
export interface RecordKeeping {
  /** 32 bytes that record IDs derive from. */
  readonly idSecret?: Uint8Array;
  /** 32 bytes by which de-identified readings belong together. */
  readonly deidKey?: Uint8Array;
  /** 32 bytes that the salts of claims and payments derive from. */
  readonly claimSecret?: Uint8Array;
  readonly journal?: ImportJournal;
}

/** The stores as `MSP=URL`. @throws SalusError `ERR_SETTINGS_MISSING` where none is named */
export function storesOf({ stores = [] }: RecordSettings): readonly string[] {
  const named = isList(stores)
    ? stores
    : Object.entries(stores).map(([mspId, url]) => `${mspId}=${url}`);
  if (named.length > 0) return named;
  throw missing('stores', "name the organisations' stores");
}

/** Addresses of key services, the own organisation's first. */
export function keyServicesOf(
  { keyServices = [] }: RecordSettings,
  mspId: string,
): readonly string[] {
  if (isList(keyServices)) return keyServices;
  const own = ownOf(keyServices, mspId);
  const others = Object.entries(keyServices).filter(([of]) => of !== mspId);
  return [...(own === undefined ? [] : [own]), ...others.map(([, url]) => url)];
}

/** The own organisation's key service, where the settings name it. */
export function ownKeyServiceOf(
  { keyServices = [] }: RecordSettings,
  mspId: string,
): string | undefined {
  return isList(keyServices) ? keyServices[0] : ownOf(keyServices, mspId);
}

/** @throws SalusError `ERR_SETTINGS_MISSING` */
export function homeOf({ home }: RecordSettings): string {
  if (home !== undefined) return home;
  throw missing('home', "name a folder that keeps the organisation's secrets and its journal");
}

/** @throws SalusError `ERR_INVALID_ARGUMENT` */
export function neededOf({ needed }: RecordSettings, stores: number): number | undefined {
  if (needed === undefined || (Number.isInteger(needed) && needed >= 1 && needed <= stores)) {
    return needed;
  }
  throw invalidArgument('needed', `a whole number from 1 to ${stores}`, String(needed));
}

function isList(named: object): named is readonly string[] {
  return Array.isArray(named);
}

function missing(argument: string, what: string): SalusError {
  return new SalusError('ERR_SETTINGS_MISSING', `The setting ${argument} of records is missing`, {
    argument,
    remedy: `In the options of connect, ${what} as records.${argument}.`,
  });
}
