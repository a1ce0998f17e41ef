import { unwrap } from '@salus/client/errors';
import { sha256Hex, SalusError } from '@salus/protocol';
import type { Patient } from '@salus/protocol/ehr';
import { verifyPortalRequest } from '@salus/service-kit';
import { Refusal } from '../errors/refusal.js';

/** So long the IDs of requests are kept, which are good for two minutes and a minute of skew. */
const REMEMBERED_MS = 300_000;

/** The request as it came. */
export interface PortalTarget {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly body: string;
}

export interface PortalJudge {
  readonly channel: string;
  /** The portal's own origin, so that no other one can use the request. */
  readonly audience: () => string;
  readonly patient: (pseudonym: string) => Promise<Patient>;
  readonly clock: () => number;
}

/** One answer to all that isn't a known patient's good request: nobody learns who is known here. */
export function unauthorised(cause?: unknown): Refusal {
  return new Refusal('ERR_REQUEST_REFUSED', "The request is not a patient's of this portal", {
    headers: { 'www-authenticate': 'Salus' },
    cause,
  });
}

/** Tells whose a request of a wallet is; each is taken once. */
export class PatientRequests {
  readonly #judge: PortalJudge;
  /** Times of requests that were taken, by their ID. */
  readonly #taken = new Map<string, number>();

  constructor(judge: PortalJudge) {
    this.#judge = judge;
  }

  /**
   * @param authorization - `Salus <statement>`
   * @returns the pseudonym
   * @throws SalusError `ERR_REQUEST_REFUSED`, the same whatever is wrong; the ledger's own when it is away
   */
  async patientOf(authorization: string | undefined, target: PortalTarget): Promise<string> {
    const [scheme, jws = ''] = (authorization ?? '').split(' ');
    if (scheme !== 'Salus') throw unauthorised();
    const { channel, audience, clock } = this.#judge;
    const { method, path, body } = target;
    const now = clock();
    const away: Error[] = [];
    try {
      const { pseudonym } = await verifyPortalRequest(
        jws,
        { method, path, bodyHash: sha256Hex(body) },
        {
          channel,
          audience: audience(),
          now,
          isNew: (jti) => this.#isNew(jti, now),
          patient: (one) =>
            this.#judge.patient(one).then(withUsableKeys, (error: unknown) => {
              if (!isUnknown(error)) away.push(unwrap(error));
              return undefined;
            }),
        },
      );
      return pseudonym;
    } catch (error) {
      throw away[0] ?? unauthorised(error);
    }
  }

  #isNew(jti: string, now: number): boolean {
    for (const [id, at] of this.#taken) {
      if (now - at <= REMEMBERED_MS) break;
      this.#taken.delete(id);
    }
    if (this.#taken.has(jti)) return false;
    this.#taken.set(jti, now);
    return true;
  }
}

/** A key that may only sign for other keys doesn't ask for what is known of the patient. */
function withUsableKeys(patient: Patient): Patient {
  const mayAsk = ({ purposes }: Patient['keys'][number]) =>
    purposes.includes('access') || purposes.includes('consent');
  return { ...patient, keys: patient.keys.filter(mayAsk) };
}

function isUnknown(error: unknown): boolean {
  const codes: readonly string[] = ['ERR_NOT_FOUND', 'ERR_INVALID_ARGUMENT'];
  return error instanceof SalusError && codes.includes(error.code);
}
