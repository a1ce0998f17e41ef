import path from 'node:path';
import { z } from 'zod';
import type { PartialAsked } from '@salus/client/emergency';
import type { MemberSource } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import {
  askersOf,
  ConsentCheck,
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
  Pins,
} from '@salus/service-kit';
import { answerEmergency, type AnswererParts } from './answer.js';
import { RateLimit } from './rate-limit.js';

export interface CustodianServiceOptions extends Omit<AnswererParts, 'consent'> {
  readonly channel: string;
  readonly members: MemberSource;
  readonly report: (line: Readonly<Record<string, unknown>>) => void;
  readonly host?: string;
  readonly port?: number;
  /** Origin by which others reach it, where a proxy stands before it. */
  readonly publicUrl?: string;
  readonly tls?: ServiceTls;
  /** In milliseconds. */
  readonly clock?: () => number;
  /** Questions that one asker may put in a minute. Default 30. */
  readonly mostPerMinute?: number;
}

const MAX_BODY = 4096;
const MINUTE_MS = 60_000;
const MOST_PER_MINUTE = 30;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/);
const asked = z.strictObject({
  ref: z.strictObject({
    pseudonym: z.string().max(64),
    decidedAt: z.iso.datetime({ precision: 3 }),
    decisionId: hash,
  }),
  enc: base64url.max(128),
  proof: base64url.max(128),
});

/**
 * Runs a custodian's service: holds its share of the key for emergencies, and no content. To each
 * emergency decision that its own peer holds, it gives its partial for the decision's one record.
 */
export function startCustodian(options: CustodianServiceOptions): Promise<RunningService> {
  const { mspId, members, report, clock = Date.now } = options;
  const askedBy = askersOf(members, clock);
  const pins = new Pins(path.join(options.home.folder, 'pins'));
  const parts = { ...options, consent: new ConsentCheck(options.ledger, options.channel, pins) };
  const limit = new RateLimit({
    most: options.mostPerMinute ?? MOST_PER_MINUTE,
    windowMs: MINUTE_MS,
  });
  const handle = async (request: ServiceRequest) => {
    const { asker, now } = await askedBy(request);
    if (request.method === 'GET' && request.url.pathname === '/v1/custodian') return { mspId };
    if (request.method === 'POST' && request.url.pathname === '/v1/partials') {
      limit.take(`${asker.mspId} ${asker.id}`, now);
      const question = parse(request.body);
      const { decisionId } = question.ref;
      try {
        const given = await answerEmergency(parts, question, { asker, now });
        report({ answered: decisionId, to: asker.mspId });
        return given;
      } catch (error) {
        report({ refused: decisionId, to: asker.mspId, code: (error as { code?: string }).code });
        throw error;
      }
    }
    throw new SalusError('ERR_NOT_FOUND', 'The custodian has no such place');
  };
  return startService(handle, { ...options, maxBodyBytes: MAX_BODY });
}

function parse(body: Buffer): PartialAsked {
  try {
    return asked.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The request names no emergency decision', {
      argument: 'ref',
      cause,
    });
  }
}
