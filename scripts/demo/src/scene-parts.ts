import type { ActorProcess } from './actor-process.js';
import type { Role } from './cast.js';
import type { Report } from './report.js';
import type { Stage } from './stage.js';

export const VALLEY = 'ValleyHospitalMSP';
/** Categories that are granted as a whole. */
export const GRANTED = ['laboratory', 'demographics'];

/** A patient as the play knows them: a wallet, and files that a hospital has. */
export interface PatientPart {
  readonly name: string;
  readonly walletHome: string;
  readonly files: readonly string[];
  /** Whether references may lead to other servers, as those of single example resources do. */
  readonly allowExternal: boolean;
}

export interface HealthRecordParts {
  readonly stage: Stage;
  readonly report: Report;
  readonly registrar: ActorProcess;
  readonly physician: ActorProcess;
  readonly sharing: Sharing;
  readonly patients: readonly PatientPart[];
}

/** Where parts of records lie and keys are opened. */
export interface Sharing {
  /** `MSP=URL` of five organisations' stores, any three of which restore a record. */
  readonly stores: readonly string[];
  readonly needed: number;
  /** Of Valley Hospital. */
  readonly readerKeys: string;
  /** Of City Hospital, which keeps the records. */
  readonly custodianKeys: string;
  /** ID of the custodians' key for emergencies, and `MSP=URL` of their services. */
  readonly emergencyKey: string;
  readonly custodians: readonly string[];
  /** The channel's configuration, by which peers' and stores' word is checked. */
  readonly channelConfig: string;
  /** Stores that are down for the last patient. */
  readonly unreliable: readonly Role[];
}

export interface Imported {
  readonly recordId: string;
  readonly name: string;
  readonly category: string;
  readonly textHash: string;
}

/** One patient's part in it. */
export interface Reading {
  readonly patient: PatientPart;
  readonly pseudonym: string;
  readonly records: readonly Imported[];
}

/** The patient looks at what is asked, and approves it. */
export async function approveNext(stage: Stage, walletHome: string): Promise<void> {
  for (;;) {
    const requests = await stage.salus<{ id: string; status: string }[]>(walletHome, [
      'wallet',
      'requests',
    ]);
    const waiting = requests.find(({ status }) => status === 'PENDING');
    if (!waiting) continue;
    await stage.salus(walletHome, ['wallet', 'approve', waiting.id]);
    return;
  }
}

/** Something that has to be refused, with this code. */
export async function refusedWith(
  report: Report,
  code: string,
  attempt: Promise<unknown>,
): Promise<void> {
  try {
    await attempt;
  } catch (error) {
    if ((error as { code?: unknown }).code === code) return;
    throw error;
  }
  report.check(false, `a refusal with ${code}`);
}
