import path from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { SalusClient } from '@salus/client';
import type { Identity } from '@salus/client/identity';
import type { ServiceTls } from '@salus/service-kit';
import { makeGateway } from './app.js';
import { MasterIndex, type DamagedFile } from './matching/master-index.js';
import { DecisionsInForce } from './oversight/decisions-in-force.js';
import { TrailReadings } from './oversight/trail-readings.js';
import { Outbox } from './outbox/outbox.js';
import type { GatewayParts } from './parts/gateway-parts.js';
import type { EventLog } from './portal/event-log.js';
import { PatientRequests } from './portal/patient-request.js';
import type { PortalParts } from './portal/routes.js';
import { StatementSigners } from './portal/statement-signer.js';
import type { RecordDesks } from './records/record-desks.js';
import { RecordPlaces } from './records/record-places.js';
import type { GatewaySettings } from './settings/settings.js';
import { StaffDirectory, type Connector } from './staff/directory.js';
import { SealedFolder } from './storage/sealed-folder.js';
import { REGISTER_PATIENT, writeHandlers } from './write-handlers.js';

/** The patients' portal: the gateway's own connection, and the events that it heard of. */
export interface PortalOptions {
  readonly client: SalusClient;
  readonly events: EventLog;
  /** Under which wallets know the portal. */
  readonly origin: () => string;
  readonly requestsPerMinute: number;
}

export interface GatewayOptions {
  readonly home: string;
  /** Under which all is kept that the gateway keeps, see `openDataKey`. */
  readonly dataKey: Uint8Array;
  readonly tokens: GatewayParts['tokens'];
  /** The identities of practitioners by the IDs in their tokens. */
  readonly staff: Readonly<Record<string, Identity>>;
  readonly connect: Connector;
  /** None where left out. */
  readonly portal?: PortalOptions | undefined;
  readonly settings: GatewaySettings;
  /** Where records are kept and opened, see `recordDesks`. */
  readonly desks: (journals: SealedFolder) => RecordDesks;
  readonly tls?: ServiceTls;
  readonly logStream?: NodeJS.WritableStream;
}

/** A gateway whose server is ready, and doesn't listen yet. */
export interface OpenGateway {
  readonly app: FastifyInstance;
  readonly parts: GatewayParts;
  /** Ends what runs, and hangs up. */
  readonly close: () => Promise<void>;
}

const RETRY_MS = 15_000;

/** Puts a gateway together, and takes up what its outbox holds. */
export async function openGateway(options: GatewayOptions): Promise<OpenGateway> {
  const { home, dataKey, tokens, settings, tls, logStream } = options;
  const folder = (name: string) => new SealedFolder(path.join(home, name), dataKey);
  const staff = StaffDirectory.of(options.connect, options.staff);
  const damaged: DamagedFile[] = [];
  const index = await MasterIndex.open(folder('patients'), (file) => damaged.push(file));
  const places = await RecordPlaces.open(home);
  const desks = options.desks(folder('journals'));
  const handlers = writeHandlers({ staff, index, places, desks });
  const outbox = new Outbox({
    folder: folder('outbox'),
    handlers,
    awaited: [REGISTER_PATIENT],
    report: (event) => app.log.info(event, 'outbox'),
  });
  const parts: GatewayParts = {
    settings,
    tokens,
    staff,
    index,
    places,
    outbox,
    desks,
    decisions: new DecisionsInForce(),
    trailReadings: new TrailReadings(home),
    startedAt: new Date(),
    ...(options.portal && { portal: portalParts(options.portal) }),
  };
  const app = await makeGateway(parts, {
    tls,
    maxBodyBytes: settings.maxBodyBytes,
    trustedProxies: settings.trustedProxies,
    logLevel: settings.logLevel,
    ...(logStream && { logStream }),
  });
  for (const file of damaged) app.log.error(file, 'a patient of the index can not be read');
  const resume = (all = false) =>
    outbox.resume({ all }).catch((error: unknown) => app.log.error({ err: error }, 'outbox'));
  void resume(true);
  const retrying = setInterval(() => void resume(), RETRY_MS);
  const close = async () => {
    clearInterval(retrying);
    // Wallets that wait for news are answered, and keep nothing from closing.
    await options.portal?.events.close();
    await app.close();
    await outbox.settle();
    await staff.close();
    options.portal?.client.close();
  };
  return { app, parts, close };
}

function portalParts({ client, events, origin, requestsPerMinute }: PortalOptions): PortalParts {
  const judge = {
    channel: client.channel,
    patient: (pseudonym: string) => client.ehr.getPatient(pseudonym),
    clock: Date.now,
  };
  const requests = new PatientRequests({ ...judge, audience: origin });
  return { client, events, requests, signers: new StatementSigners(judge), requestsPerMinute };
}
