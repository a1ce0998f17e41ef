import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough } from 'node:stream';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import {
  ehrClient,
  newKeySigner,
  type CallOptions,
  type Contract,
  type Identity,
  type SalusClient,
  type SubmitOptions,
} from '@salus/client';
import { contracts } from '@salus/ehr-contract';
import { makeIdentity, MemoryLedger, type CollectionConfig } from '@salus/memory-ledger';
import { openGateway, type OpenGateway } from '../open-gateway.js';
import { EventLog } from '../portal/event-log.js';
import { gatewaySettings } from '../settings.js';
import { TokenIssuer } from './token-issuer.js';

export const CHANNEL = 'edge-east';
export const ORIGIN = 'https://localhost:8443';
const ORGANISATIONS = [
  ...['CityHospitalMSP', 'ValleyHospitalMSP', 'InsurerMSP', 'PharmaMSP', 'RegulatorMSP'],
];
const CONTRACT_FOLDER = path.join(__dirname, '../../../chaincode/ehr-contract');

/** Staff of City hospital by the ID in their tokens. */
const STAFF: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'registrar-1': { 'salus.role': 'registrar' },
  'city-physician-1': { 'salus.role': 'physician', 'salus.practitioner': 'city-physician-1' },
};

/** A gateway of City hospital on the real contract, a ledger in memory and real token checks. */
export class GatewayWorld {
  readonly #ledger: MemoryLedger;
  readonly #identities = new Map<string, ReturnType<typeof makeIdentity>>();
  readonly issuer: TokenIssuer;
  readonly home: string;
  /** What the portal heard of. */
  events!: EventLog;
  /** All that the gateway logged. */
  log = '';
  #gateway!: OpenGateway;

  private constructor(issuer: TokenIssuer, home: string) {
    this.issuer = issuer;
    this.home = home;
    this.#ledger = new MemoryLedger({ channel: CHANNEL, organisations: ORGANISATIONS });
    this.#ledger.deploy('ehr', contracts, {
      endorsement: `OutOf(2, ${ORGANISATIONS.map((mspId) => `'${mspId}.peer'`).join(', ')})`,
      collections: collections(),
    });
  }

  static async make(): Promise<GatewayWorld> {
    const home = await mkdtemp(path.join(tmpdir(), 'salus-gateway-'));
    const world = new GatewayWorld(await TokenIssuer.make(), home);
    await world.start();
    return world;
  }

  get app(): FastifyInstance {
    return this.#gateway.app;
  }

  get parts() {
    return this.#gateway.parts;
  }

  /** Starts the gateway, or starts it again on the same home. */
  async start(): Promise<void> {
    const staff = Object.fromEntries(
      Object.keys(STAFF).map((name) => [name, sdkIdentity(this.identity(name))]),
    );
    this.events = new EventLog(0n);
    const logStream = new PassThrough();
    logStream.on('data', (bytes: Buffer) => (this.log += bytes.toString('utf8')));
    this.#gateway = await openGateway({
      home: this.home,
      dataKey: Buffer.alloc(32, 7),
      tokens: this.issuer.verifier,
      staff,
      connect: (identity) => Promise.resolve(this.client(identity)),
      portal: {
        client: this.client(this.identity('gateway')),
        events: this.events,
        origin: ORIGIN,
        requestsPerMinute: 100,
      },
      settings: gatewaySettings.parse({
        tokens: this.issuer.settings,
        practitioners: [{ id: 'x', mspDir: 'x' }],
        logLevel: 'debug',
      }),
      logStream,
    });
  }

  async close(): Promise<void> {
    await this.#gateway.close();
    await rm(this.home, { recursive: true });
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

  identity(name: string, mspId = 'CityHospitalMSP') {
    const key = `${name}@${mspId}`;
    const known = this.#identities.get(key);
    if (known) return known;
    const attributes = STAFF[name] ?? { 'salus.role': name };
    const made = makeIdentity({ mspId, name, attributes });
    this.#identities.set(key, made);
    return made;
  }

  /** A connection as the SDK makes it, to the ledger in memory. */
  client({ mspId, certificate }: Pick<Identity, 'mspId' | 'certificate'>): SalusClient {
    const own = [...this.#identities.values()].find((one) => one.certificate === certificate);
    if (!own) throw new Error('An identity of another world');
    const ledger = this.#ledger.as(own);
    const contract = (name: string): Contract => ({
      name,
      submit: (transaction: string, options: SubmitOptions = {}) =>
        ledger.submit(name, transaction, options),
      evaluate: (transaction: string, options: CallOptions = {}) =>
        ledger.evaluate(name, transaction, options),
    });
    return {
      ...{ channel: CHANNEL, mspId, organizations: ORGANISATIONS, tlsRoots: [] },
      ...{ ehr: ehrClient(contract('ehr'), mspId), contract, close: () => undefined },
    } as unknown as SalusClient;
  }
}

function sdkIdentity({
  mspId,
  certificate,
  privateKey,
}: ReturnType<typeof makeIdentity>): Identity {
  return { mspId, certificate, signer: newKeySigner(privateKey) };
}

function collections(): CollectionConfig[] {
  const file = path.join(CONTRACT_FOLDER, 'collections_config.json');
  return JSON.parse(readFileSync(file, 'utf8')) as CollectionConfig[];
}

/** A pseudonym nobody has. */
export const newPseudonym = () => randomBytes(32).toString('base64url');
