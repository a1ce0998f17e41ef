import path from 'node:path';
import { z } from 'zod';
import type { EhrClient } from '@salus/client/ehr';
import { type Rewrapped, requireNotEnded, type RewrapJob } from '@salus/client/records';
import { eventually } from '@salus/client/transaction';
import { denied, consentLedger, type ConsentLedger, type ConsentSource } from '@salus/client/trust';
import { sealTo, contentKeyContext } from '@salus/crypto/hpke';
import type { MemberSource } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { DecisionRef } from '@salus/protocol/ehr';
import {
  askersOf,
  ConsentCheck,
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
  Pins,
} from '@salus/service-kit';
import { emergencyKey, openContentKey } from './content-keys.js';
import type { Opener } from './key-ring.js';

/** What a key service asks its own peer. */
export interface KeyServiceLedger
  extends ConsentLedger, Pick<EhrClient, 'readDetails' | 'readCategoryKeys' | 'getHpkeKey'> {}

export interface KeyServiceOptions {
  /** The organisation that it opens for. */
  readonly mspId: string;
  readonly channel: string;
  /** The service's own folder. */
  readonly home: string;
  readonly keys: Opener;
  readonly members: MemberSource;
  readonly ledger: KeyServiceLedger;
  /** What is re-wrapped in the background; told to the own organisation's people. */
  readonly rewrapping?: { readonly status: readonly RewrapJob[] };
  readonly host?: string;
  readonly port?: number;
  /** Origin by which others reach it, where a proxy stands before it. */
  readonly publicUrl?: string;
  readonly tls?: ServiceTls;
  readonly clock?: () => number;
}

const MAX_BODY = 4096;
const rewrapRequest = z.strictObject({
  decision: z.strictObject({
    pseudonym: z.string().max(128),
    decidedAt: z.iso.datetime(),
    decisionId: z.string().regex(/^[0-9a-f]{64}$/),
  }),
});

/** The ledger as a key service's own peer tells it. */
export function keyServiceLedger(client: ConsentSource): KeyServiceLedger {
  const { ehr } = client;
  return {
    ...consentLedger(client),
    readDetails: (of) => eventually(() => ehr.readDetails(of)),
    readCategoryKeys: (of) => ehr.readCategoryKeys(of),
    getHpkeKey: (of) => ehr.getHpkeKey(of),
  };
}

/**
 * Runs an organisation's key service: holds the private keys that content keys and categories' keys are
 * sealed to, and no content. It seals one content key to the key that a decision names. The decision must
 * be permitted, unexpired and borne out by the patient's consent. For everybody it opens records that its
 * organisation keeps. For its own people it opens others', where it holds a grant of the whole category.
 * In an emergency it hands out what so many custodians open together, and opens nothing itself.
 */
export function startKeyService(options: KeyServiceOptions): Promise<RunningService> {
  const { mspId, keys, members, ledger, rewrapping, clock = Date.now } = options;
  const pins = new Pins(path.join(options.home, 'pins'));
  const consent = new ConsentCheck(ledger, options.channel, pins);
  const askedBy = askersOf(members, clock);

  const proven = async (request: ServiceRequest) => {
    const { asker, now } = await askedBy(request);
    const access = await consent.prove({ decision: parse(request.body), asker, now });
    return { asker, now, access };
  };

  const rewrap = async (request: ServiceRequest): Promise<Rewrapped> => {
    const { asker, now, access } = await proven(request);
    const { hpkePublicKey } = access.decision;
    await requireNotEnded(hpkePublicKey, asker, { ledger, members: await members(), now });
    const { details, contentKey } = await openContentKey(access, options);
    try {
      const { recordId } = access.record;
      const sealedKey = await sealTo(hpkePublicKey, contentKey, contentKeyContext(recordId));
      return { recordId, details, sealedKey };
    } finally {
      contentKey.fill(0);
    }
  };

  const handle = async (request: ServiceRequest) => {
    const place = `${request.method} ${request.url.pathname}`;
    if (place === 'POST /v1/rewrap') return rewrap(request);
    if (place === 'POST /v1/emergency-key') {
      return emergencyKey((await proven(request)).access, options);
    }
    const { asker } = await askedBy(request);
    if (place === 'GET /v1/key') return { mspId, publicKey: keys.current.publicKey };
    if (place === 'GET /v1/rewrapping') {
      if (asker.mspId !== mspId) throw denied("it is the organisation's own matter");
      return { jobs: rewrapping?.status ?? [] };
    }
    throw new SalusError('ERR_NOT_FOUND', 'The key service has no such place');
  };
  return startService(handle, { ...options, maxBodyBytes: MAX_BODY });
}

function parse(body: Buffer): DecisionRef {
  try {
    return rewrapRequest.parse(JSON.parse(body.toString('utf8'))).decision;
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The request names no decision', {
      argument: 'decision',
      cause,
    });
  }
}
