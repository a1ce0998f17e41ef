import rateLimit from '@fastify/rate-limit';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { SalusClient } from '@salus/client';
import { unwrap } from '@salus/client/errors';
import { collectReceipt, collectSignedAnswers, collectTrailPage } from '@salus/client/proofs';
import { guardJson } from '@salus/fhir';
import { writeReceipt } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import { textOf } from '../body/body.js';
import { isTransient } from '../errors/outcome.js';
import { invalid } from '../errors/refusal.js';
import type { EventLog } from './event-log.js';
import { COUNTED, openLanes, type Lanes } from './lanes.js';
import { unauthorised, type PatientRequests } from './patient-request.js';
import { recoveryRequest, relayRecovery, relayRequest, relayStatement } from './relay-statement.js';
import type { StatementSigners } from './statement-signer.js';

/** What the portal works with. */
export interface PortalParts {
  /** Of the gateway's own identity: the portal acts in nobody's name. */
  readonly client: SalusClient;
  readonly requests: PatientRequests;
  readonly signers: StatementSigners;
  readonly events: EventLog;
  readonly requestsPerMinute: number;
}

const MAX_WAIT_SECONDS = 30;
/** Of the longest that is relayed: fifteen approvals and a possession, or 200 sealed keys. */
const bodyLimit = 512 * 1024;
const text = { type: 'string' } as const;
const tags = ['portal'];
const security = [{ patient: [] }];

/** The portal of patients' wallets, under `/portal/v1`. No Fabric identity is needed. */
export async function addPortalRoutes(app: FastifyInstance, parts: PortalParts): Promise<void> {
  const { client, events } = parts;
  await app.register(rateLimit, { global: false, cache: COUNTED });
  const lanes = openLanes(app, parts.requestsPerMinute);
  const asker = (request: FastifyRequest) => askerOf(request, parts, lanes);

  app.post(
    '/statements',
    { bodyLimit, schema: { tags, summary: "Relays a patient's statement, which proves itself" } },
    async (request) => {
      await countStatement(request, parts, lanes);
      return relayStatement(client.ehr, read(request, relayRequest));
    },
  );
  app.post(
    '/recoveries',
    { bodyLimit, schema: { tags, summary: 'Relays what guardians signed for a new key' } },
    async (request) => {
      await lanes.unproven(request);
      return relayRecovery(client.ehr, read(request, recoveryRequest));
    },
  );
  app.get(
    '/patient',
    { schema: { tags, security, summary: "The patient's keys, delegates and category keys" } },
    async (request) => signed(client, 'getPatient', { pseudonym: await asker(request) }),
  );
  app.get(
    '/hpke-keys/:mspId',
    {
      schema: {
        tags,
        security,
        summary: 'The HPKE key that an organisation has registered',
        params: { type: 'object', properties: { mspId: text } },
      },
    },
    async (request) => {
      await asker(request);
      const { mspId } = request.params as { mspId: string };
      return signed(client, 'getHpkeKey', { mspId });
    },
  );
  app.get(
    '/audit',
    {
      schema: {
        tags,
        security,
        summary: 'A page of the audit trail, with the signatures of peers',
        querystring: { type: 'object', properties: { pageSize: text, bookmark: text } },
      },
    },
    async (request) => {
      const pseudonym = await asker(request);
      const { pageSize = '100', bookmark = '' } = request.query as Record<string, string>;
      return collectTrailPage(client, {
        pseudonym,
        pageSize: numberIn(pageSize, 1, 100),
        bookmark,
      });
    },
  );
  app.get(
    '/notifications',
    {
      schema: {
        tags,
        security,
        summary: 'Events about the patient since a bookmark; waits for the next',
        querystring: { type: 'object', properties: { since: text, wait: text } },
      },
    },
    async (request) => {
      const pseudonym = await asker(request);
      const { since = '', wait = '0' } = request.query as Record<string, string>;
      return events.since(pseudonym, since, numberIn(wait, 0, MAX_WAIT_SECONDS) * 1000);
    },
  );
  app.get(
    '/receipts/:decisionId',
    {
      schema: {
        tags,
        security,
        summary: "The receipt of a decision about one of the patient's records",
        querystring: { type: 'object', properties: { decidedAt: text }, required: ['decidedAt'] },
        params: { type: 'object', properties: { decisionId: text } },
      },
    },
    async (request, reply) => {
      const pseudonym = await asker(request);
      const { decisionId } = request.params as { decisionId: string };
      const { decidedAt } = request.query as { decidedAt: string };
      // Another patient's decision is not found under this pseudonym.
      await client.ehr.getDecision({ pseudonym, decidedAt, decisionId });
      const receipt = await collectReceipt(client, decisionId);
      return reply.type('application/json').send(writeReceipt(receipt));
    },
  );
}

/**
 * Whose a request is, counted in its lane.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_TOO_MANY_REQUESTS`
 */
async function askerOf(
  request: FastifyRequest,
  { requests }: PortalParts,
  lanes: Lanes,
): Promise<string> {
  const { method, url, headers, body } = request;
  const target = { method, path: url, body: typeof body === 'string' ? body : '' };
  await lanes.arrive(request);
  let pseudonym: string;
  try {
    pseudonym = await requests.patientOf(headers.authorization, target);
  } catch (error) {
    // While the ledger is away nobody can be proven: that is no fault of who asks.
    if (!isTransient(unwrap(error).code)) await lanes.unproven(request);
    throw error;
  }
  await lanes.proven(request, pseudonym);
  return pseudonym;
}

/**
 * Counts a statement in its lane: that of the key that signed it, or else that of the address.
 *
 * @throws SalusError `ERR_TOO_MANY_REQUESTS`
 */
async function countStatement(
  request: FastifyRequest,
  { signers }: PortalParts,
  lanes: Lanes,
): Promise<void> {
  const signer = signers.of(statementIn(request));
  await lanes.arrive(request, signer.isUrgent);
  const who = await signer.prove();
  if (who === undefined) await lanes.unproven(request, signer.isUrgent);
  else await lanes.proven(request, who, signer.isUrgent);
}

/** The statement in a body that may be of any form; empty where there is none. */
function statementIn({ body }: FastifyRequest): string {
  if (typeof body !== 'string') return '';
  try {
    guardJson(body, 'The body');
    const { statement } = (JSON.parse(body) ?? {}) as { statement?: unknown };
    return typeof statement === 'string' ? statement : '';
  } catch {
    // The route tells what is wrong with it.
    return '';
  }
}

/** What the ledger answers, with the signatures of peers: the wallet believes no portal. */
function signed(client: SalusClient, transaction: string, request: object) {
  return collectSignedAnswers(client, { contract: 'ehr', transaction, request });
}

/** @throws SalusError `ERR_INVALID_JSON`, `ERR_REQUEST_REFUSED` for what is no statement */
function read<S extends z.ZodType>(request: FastifyRequest, schema: S): z.output<S> {
  const json = textOf(request);
  guardJson(json, 'The body');
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw new SalusError('ERR_INVALID_JSON', 'The body is not JSON', { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unauthorised(parsed.error);
}

function numberIn(value: string, from: number, to: number): number {
  const number = /^\d{1,4}$/.test(value) ? Number(value) : NaN;
  if (number >= from && number <= to) return number;
  throw invalid('query', `A number from ${from} to ${to} is expected`);
}
