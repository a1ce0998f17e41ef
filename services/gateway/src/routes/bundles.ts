import type { Bundle } from '@medplum/fhirtypes';
import type { FastifyInstance } from 'fastify';
import { resourceOf, textOf } from '../body/body.js';
import { invalid } from '../errors/refusal.js';
import { referredPatient } from '../fhir/ids.js';
import { attemptOf, callerOf } from '../http/context.js';
import { admit } from '../http/exchange.js';
import { readSearch } from '../http/search.js';
import { carryOut } from '../http/writes.js';
import type { GatewayParts } from '../parts/gateway-parts.js';
import { patientOfBundle, requireImport, resourcesByWrite } from '../records/import-bundle.js';
import { addRoute } from './route.js';

/** Import of what a hospital's own system has of a patient. */
export function addBundleRoutes(app: FastifyInstance, parts: GatewayParts): void {
  for (const url of ['/', '/Bundle']) {
    addRoute(app, parts, {
      method: 'POST',
      url,
      summary: "Imports one patient's resources, each as a record; what is there is found",
      tag: 'Bundle',
      query: { patient: { type: 'string', description: 'Patient/{pseudonym}, "." for "_"' } },
      body: 'Bundle',
      answer: 'Bundle',
      handle: async (request, reply) => {
        const bundle = resourceOf<Bundle>(request, 'Bundle');
        requireImport(bundle);
        const { created, updated } = resourcesByWrite(bundle);
        const admitFor = (pseudonym: string | undefined) => {
          admit(request, updated, { interaction: 'u', pseudonym });
          admit(request, created, { interaction: 'c', pseudonym });
        };
        // Who may not write such resources of any patient learns nothing of the index.
        admitFor(callerOf(request).patient);
        if (!attemptOf(request)) throw invalid('Bundle.entry', 'A bundle holds resources');
        const { patient } = readSearch(request, ['patient']).values;
        const named = patient === undefined ? undefined : referredPatient(patient);
        const pseudonym = patientOfBundle(bundle, parts.index, named);
        admitFor(pseudonym);
        const text = textOf(request);
        return carryOut(request, reply, parts, {
          kind: 'import',
          request: { pseudonym, text },
        });
      },
    });
  }
}
