import { z } from 'zod';
import type { SalusClient } from '@salus/client';
import { resolveIdentity, type Identity } from '@salus/client/identity';
import { describeMember } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { forbidden } from '../errors/refusal.js';

/** A practitioner and the identity in whose name the gateway acts for it. */
export const practitionerSetting = z.strictObject({
  /** As the token's `fhirUser` has it, without `Practitioner/`. */
  id: z.string().regex(/^[A-Za-z0-9.-]{1,64}$/),
  /** MSP folder of the practitioner's own enrolment. */
  mspDir: z.string().min(1),
});
export type PractitionerSetting = z.output<typeof practitionerSetting>;

/**
 * Loads every practitioner's identity, so that a mistake shows at the start.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING` where two have one ID; as `resolveIdentity`
 */
export async function staffIdentities(
  settings: readonly PractitionerSetting[],
  mspId: string,
): Promise<Readonly<Record<string, Identity>>> {
  const staff = new Map<string, Identity>();
  for (const { id, mspDir } of settings) {
    if (staff.has(id)) throw wrong(id, 'is named twice');
    staff.set(id, await resolveIdentity({ mspDir, mspId }));
  }
  return Object.fromEntries(staff);
}

/** Someone of the hospital, connected under its own certificate. */
export interface StaffSession {
  readonly practitioner: string;
  readonly role: string | undefined;
  readonly identity: Identity;
  readonly client: SalusClient;
}

/** Connects under an identity. */
export type Connector = (identity: Identity) => Promise<SalusClient>;

interface Known {
  readonly identity: Identity;
  readonly role: string | undefined;
  session?: Promise<StaffSession>;
}

/**
 * The practitioners for whom the gateway may act. Each has an identity of its own, so that the ledger's
 * decisions name who asked and not the gateway; somebody who isn't here is refused.
 */
export class StaffDirectory {
  readonly #known = new Map<string, Known>();
  readonly #connect: Connector;

  private constructor(connect: Connector) {
    this.#connect = connect;
  }

  /**
   * @param staff - identities by the ID in their tokens
   * @throws SalusError `ERR_SETTINGS_MISSING` where a certificate is another practitioner's
   */
  static of(connect: Connector, staff: Readonly<Record<string, Identity>>): StaffDirectory {
    const directory = new StaffDirectory(connect);
    for (const [id, identity] of Object.entries(staff)) directory.#add(id, identity);
    return directory;
  }

  #add(id: string, identity: Identity): void {
    const { role, practitioner } = describeMember(identity.mspId, identity.certificate);
    if (practitioner !== undefined && practitioner !== id) {
      throw wrong(id, `has the certificate of ${practitioner}`);
    }
    this.#known.set(id, { identity, role });
  }

  /**
   * The connection of a practitioner, opened when it is first needed.
   *
   * @throws SalusError `ERR_FORBIDDEN` for somebody who isn't here
   */
  async session(practitioner: string): Promise<StaffSession> {
    const known = this.#known.get(practitioner);
    if (!known) throw forbidden('The practitioner has no identity at this gateway');
    const { identity, role } = known;
    known.session ??= this.#connect(identity).then((client) => ({
      practitioner,
      role,
      identity,
      client,
    }));
    try {
      return await known.session;
    } catch (error) {
      delete known.session;
      throw error;
    }
  }

  /** Hangs up. */
  async close(): Promise<void> {
    for (const { session } of this.#known.values()) {
      const opened = await session?.catch(() => undefined);
      opened?.client.close();
    }
  }
}

function wrong(id: string, why: string): SalusError {
  return new SalusError('ERR_SETTINGS_MISSING', `The practitioner ${id} ${why}`, {
    argument: 'practitioners',
    expected: 'an enrolment of its own for each practitioner',
  });
}
