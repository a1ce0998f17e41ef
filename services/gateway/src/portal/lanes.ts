import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Refusal } from '../errors/refusal.js';

/**
 * How fast requests may come to the portal. Whoever proves to be a patient is counted as the patient, so that
 * patients behind one address don't stand in each other's way. All else is counted by address. What ends a right
 * has lanes of its own: nothing that others send, and no other request of the patient, keeps it waiting.
 */
export interface Lanes {
  /** Before it is known who asks: bounds what proofs cost, far above what one patient may send. */
  arrive(request: FastifyRequest, urgent?: boolean): Promise<void>;
  /** Of whoever proved to be a patient, or a holder of a patient's key. */
  proven(request: FastifyRequest, who: string, urgent?: boolean): Promise<void>;
  /** Of whoever proved nothing. */
  unproven(request: FastifyRequest, urgent?: boolean): Promise<void>;
}

/** So many times the limit may come from one address while it is not known who asks. */
const ARRIVALS = 10;
/** Patients and addresses that are counted at a time. */
export const COUNTED = 50_000;

/**
 * Opens the lanes, each with a limit of its own.
 *
 * @param app - with the plugin for rate limits, which tells addresses apart (IPv6 by network)
 */
export function openLanes(app: FastifyInstance, requestsPerMinute: number): Lanes {
  const people = new WeakMap<FastifyRequest, string>();
  const lane = (max: number, keyGenerator?: (request: FastifyRequest) => string) => {
    const count = app.createRateLimit({
      max,
      timeWindow: '1 minute',
      ...(keyGenerator && { keyGenerator }),
    });
    return async (request: FastifyRequest) => {
      const counted = await count(request);
      if (counted.isAllowed || !counted.isExceeded) return;
      throw new Refusal('ERR_TOO_MANY_REQUESTS', 'Requests come too fast', {
        headers: { 'retry-after': String(counted.ttlInSeconds) },
      });
    };
  };
  const lanes = () => ({
    arrive: lane(ARRIVALS * requestsPerMinute),
    unproven: lane(requestsPerMinute),
    proven: lane(requestsPerMinute, (request) => people.get(request) ?? ''),
  });
  const [ordinary, urgent] = [lanes(), lanes()];
  const of = (isUrgent = false) => (isUrgent ? urgent : ordinary);
  return {
    arrive: (request, isUrgent) => of(isUrgent).arrive(request),
    unproven: (request, isUrgent) => of(isUrgent).unproven(request),
    proven: (request, who, isUrgent) => {
      people.set(request, who);
      return of(isUrgent).proven(request);
    },
  };
}
