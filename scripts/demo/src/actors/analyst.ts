import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readFhirFile } from '@salus/client/records';
import { serveActor } from './serve-actor.js';

interface MeasureRequest {
  readonly files: readonly string[];
  /** Name of the institution in the records. */
  readonly provider: string;
}

/** What of FHIR tells the cost of an encounter. */
interface Billed {
  readonly type: { readonly coding: readonly [{ readonly code: string }] };
  readonly provider: { readonly display?: string };
  readonly total: { readonly value: number };
}

/** An institution's analyst: measures the own figure and keeps it in a file of its own home. */
void serveActor(({ home }) => ({
  async measure({ files, provider }: MeasureRequest) {
    const costs: number[] = [];
    for (const file of files) {
      for (const { resource } of await readFhirFile(file)) {
        if (resource.resourceType !== 'Claim') continue;
        const claim = resource as unknown as Billed;
        const isVisit = claim.type.coding[0].code !== 'pharmacy';
        if (isVisit && claim.provider.display === provider) costs.push(claim.total.value);
      }
    }
    const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
    const figure = path.join(home, 'figure');
    await writeFile(figure, mean.toFixed(2), { mode: 0o600 });
    return { encounters: costs.length, figure };
  },
}));
