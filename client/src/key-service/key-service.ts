import path from 'node:path';
import type { RecordDetails } from '@salus/ehr-contract';
import { SalusError } from '@salus/chaincode-common';
import { z } from 'zod';
import { openSealed, sealTo, type HpkeKeyPair, type SealedBox } from '../crypto/hpke.js';
import {
  contentKeyContext,
  custodianContext,
  type CustodianBinding,
} from '../crypto/seal-contexts.js';
import { denied } from '../service/access-check.js';
import { askersOf } from '../service/askers.js';
import {
  ConsentCheck,
  unproven,
  type ConsentLedger,
  type ProvenAccess,
} from '../service/consent-check.js';
import {
  startService,
  type RunningService,
  type ServiceRequest,
  type ServiceTls,
} from '../service/http-server.js';
import type { MemberSource } from '../service/members.js';
import { Pins } from '../service/pins.js';

/** What a key service asks its own peer. */
export interface CustodianLedger extends ConsentLedger {
  readDetails(recordId: string): Promise<RecordDetails>;
}

export interface KeyServiceOptions {
  /** The custodian's organisation. */
  readonly mspId: string;
  readonly channel: string;
  /** The service's own folder. */
  readonly home: string;
  readonly keys: HpkeKeyPair;
  readonly members: MemberSource;
  readonly ledger: CustodianLedger;
  readonly host?: string;
  readonly port?: number;
  readonly tls?: ServiceTls;
  readonly clock?: () => number;
}

/** One content key, sealed to who asked; category and label come along, which the ledger hides. */
export interface Rewrapped {
  readonly recordId: string;
  readonly category: string;
  readonly label: string;
  readonly sealedKey: SealedBox;
}

const MAX_BODY = 4096;
const rewrapRequest = z.strictObject({ decision: z.string().regex(/^[0-9a-f]{64}$/) });

/**
 * Runs a custodian's key service: holds the private key that content keys are sealed to, and no
 * content. It seals the one content key of a permitted, unexpired decision that the patient's consent
 * bears out to the key that the decision names.
 */
export function startKeyService(options: KeyServiceOptions): Promise<RunningService> {
  const { keys, members, ledger, clock = Date.now } = options;
  const pins = new Pins(path.join(options.home, 'pins'));
  const consent = new ConsentCheck(ledger, options.channel, pins);
  const askedBy = askersOf(members, clock);
  const handle = async (request: ServiceRequest) => {
    const { asker, now } = await askedBy(request);
    if (request.method === 'GET' && request.url.pathname === '/v1/key') {
      return { mspId: options.mspId, publicKey: keys.publicKey };
    }
    if (request.method === 'POST' && request.url.pathname === '/v1/rewrap') {
      const decisionId = parse(request.body);
      return rewrap(await consent.prove({ decisionId, asker, now }), options);
    }
    throw new SalusError('ERR_NOT_FOUND', 'The key service has no such place');
  };
  return startService(handle, { ...options, maxBodyBytes: MAX_BODY });
}

async function rewrap(
  { decision, record, kid }: ProvenAccess,
  { mspId, keys, ledger }: KeyServiceOptions,
): Promise<Rewrapped> {
  if (record.custodian !== mspId) throw denied('another organisation keeps the record');
  const { recordId } = record;
  const { category, label, sealedKeys } = await ledger.readDetails(recordId);
  const patientKid = sealedKeys.find((one) => one.kind === 'patient')?.recipient;
  const own = sealedKeys.find((one) => one.kind === 'custodian' && one.recipient === mspId);
  if (!own || patientKid === undefined) {
    throw new SalusError(
      'ERR_NOT_FOUND',
      'The content key was not sealed to patient and custodian',
    );
  }
  const contentKey = await open(own, { ...record, kid: kid ?? patientKid }, keys);
  try {
    const context = contentKeyContext(recordId);
    const sealedKey = await sealTo(decision.hpkePublicKey, contentKey, context);
    return { recordId, category, label, sealedKey };
  } finally {
    contentKey.fill(0);
  }
}

async function open(own: SealedBox, bound: CustodianBinding, keys: HpkeKeyPair) {
  try {
    return await openSealed(keys.privateKey, own, custodianContext(bound));
  } catch (cause) {
    throw unproven("the content key was sealed for another anchor or patient's key", cause);
  }
}

function parse(body: Buffer): string {
  try {
    return rewrapRequest.parse(JSON.parse(body.toString('utf8'))).decision;
  } catch (cause) {
    throw new SalusError('ERR_INVALID_ARGUMENT', 'The request names no decision', {
      argument: 'decision',
      cause,
    });
  }
}
