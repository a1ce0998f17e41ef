import type { FastifyInstance } from 'fastify';
import { guardExit } from './http/exchange.js';
import { makeServer, type ServerOptions } from './http/server.js';
import type { GatewayParts } from './parts/gateway-parts.js';
import { addPortalRoutes } from './portal/routes.js';
import { addAuditRoutes } from './routes/audit-events.js';
import { addBinaryRoutes } from './routes/binaries.js';
import { addBundleRoutes } from './routes/bundles.js';
import { addConsentRoutes } from './routes/consents.js';
import { addDocumentRoutes } from './routes/documents.js';
import { addEverythingRoute } from './routes/everything.js';
import { addPatientRoutes } from './routes/patients.js';
import { addServiceRoutes } from './routes/service.js';

/** The gateway as a server that doesn't listen yet. */
export async function makeGateway(
  parts: GatewayParts,
  options: ServerOptions,
): Promise<FastifyInstance> {
  const app = await makeServer(options);
  app.get(
    '/health',
    { schema: { tags: ['service'], summary: 'Whether the gateway works' } },
    () => ({
      status: 'up',
      pending: parts.outbox.pending,
    }),
  );
  app.get('/openapi.json', { schema: { hide: true } }, () => app.swagger());
  await app.register(
    (fhir, _, done) => {
      guardExit(fhir);
      addServiceRoutes(fhir, parts);
      addPatientRoutes(fhir, parts);
      addConsentRoutes(fhir, parts);
      addDocumentRoutes(fhir, parts);
      addBinaryRoutes(fhir, parts);
      addBundleRoutes(fhir, parts);
      addEverythingRoute(fhir, parts);
      addAuditRoutes(fhir, parts);
      done();
    },
    { prefix: '/fhir' },
  );
  const { portal } = parts;
  if (portal) {
    await app.register((patients) => addPortalRoutes(patients, portal), { prefix: '/portal/v1' });
  }
  await app.ready();
  return app;
}
