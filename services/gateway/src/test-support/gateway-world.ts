import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import type { SalusClient } from '@salus/client';
import type { Identity } from '@salus/client/identity';
import { CHANNEL } from '@salus/testing/consent-world';
import { CITY, RecordWorld, VALLEY } from '@salus/testing/record-world';
import { openGateway, type OpenGateway } from '../open-gateway.js';
import { EventLog } from '../portal/event-log.js';
import { sealedJournal } from '../records/record-desks.js';
import { gatewaySettings } from '../settings/settings.js';
import { TokenIssuer } from './token-issuer.js';

export { CHANNEL };
export const ORIGIN = 'https://localhost:8443';

/** Staff of City hospital by role; the ID in their tokens and certificates is `{role}-1`. */
const ROLES = ['registrar', 'physician', 'privacy-officer'] as const;
type Role = (typeof ROLES)[number] | 'gateway';

/** What is set otherwise than in most tests. */
export interface WorldOptions {
  readonly trustedProxies?: readonly string[];
  readonly requestsPerMinute?: number;
}

/** A gateway of City hospital: the real contract, real stores and key services, real token checks. */
export class GatewayWorld {
  readonly records: RecordWorld;
  readonly issuer: TokenIssuer;
  readonly home: string;
  /** What the portal heard of. */
  events!: EventLog;
  /** All that the gateway logged. */
  log = '';
  #gateway!: OpenGateway;

  readonly #options: WorldOptions;

  private constructor(
    records: RecordWorld,
    issuer: TokenIssuer,
    home: string,
    options: WorldOptions,
  ) {
    this.#options = options;
    this.records = records;
    this.issuer = issuer;
    this.home = home;
  }

  static async make(options: WorldOptions = {}): Promise<GatewayWorld> {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-gateway-'));
    const records = await RecordWorld.open();
    const world = new GatewayWorld(records, await TokenIssuer.make(), home, options);
    await world.start();
    return world;
  }

  get app(): FastifyInstance {
    return this.#gateway.app;
  }

  get parts() {
    return this.#gateway.parts;
  }

  /** Starts the gateway. */
  async start(): Promise<void> {
    const staff = new Map<string, Identity>();
    const clients = new Map<Identity, SalusClient>();
    for (const role of ROLES) {
      const { identity } = await this.records.member(CITY, role);
      staff.set(`${role}-1`, identity);
      clients.set(identity, await this.client(role));
    }
    this.events = new EventLog(0n);
    const logStream = new PassThrough();
    logStream.on('data', (bytes: Buffer) => (this.log += bytes.toString('utf8')));
    this.#gateway = await openGateway({
      home: this.home,
      dataKey: Buffer.alloc(32, 7),
      tokens: this.issuer.verifier,
      staff: Object.fromEntries(staff),
      connect: (identity) => Promise.resolve(clients.get(identity) as SalusClient),
      desks: (journals) => ({
        deskFor: async ({ client: { ehr } }, id) => ({
          ...(await this.records.desk()),
          ehr,
          journal: sealedJournal(journals, id),
        }),
        sourcesFor: async ({ client }) => ({ ...(await this.reader()), client }),
      }),
      portal: {
        client: await this.client('gateway'),
        events: this.events,
        origin: () => ORIGIN,
        requestsPerMinute: this.#options.requestsPerMinute ?? 100,
      },
      settings: gatewaySettings.parse({
        tokens: this.issuer.settings,
        practitioners: [{ id: 'x', mspDir: 'x' }],
        logLevel: 'debug',
        trustedProxies: [...(this.#options.trustedProxies ?? [])],
      }),
      logStream,
    });
  }

  async close(): Promise<void> {
    await this.#gateway.close();
    await this.records.close();
    await rm(this.home, { recursive: true });
  }

  /** Ends the gateway and starts it again on the same home. */
  async restart(): Promise<void> {
    await this.#gateway.close();
    await this.start();
  }

  /** Sends a request under a practitioner's token. */
  async send(
    practitioner: string,
    request: InjectOptions,
    scope?: string,
  ): Promise<LightMyRequestResponse> {
    const authorization = `Bearer ${await this.issuer.issue(practitioner, scope)}`;
    return this.app.inject({ ...request, headers: { authorization, ...request.headers } });
  }

  /** What somebody of City hospital's reads with, be it without the gateway. */
  reader() {
    return this.records.reader(CITY, { keys: [CITY, VALLEY] });
  }

  /** A connection of City hospital's, to the ledger in memory. */
  async client(role: Role): Promise<SalusClient> {
    const ehr = await this.records.ehr(CITY, role);
    const parts = { channel: CHANNEL, mspId: CITY, ehr, tlsRoots: [], close: () => undefined };
    return parts as unknown as SalusClient;
  }
}

/** A pseudonym nobody has. */
export const newPseudonym = () => randomBytes(32).toString('base64url');
