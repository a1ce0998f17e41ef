import { readFileSync, writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { readFhirText } from '@salus/fhir';

/** What of FHIR tells the cost of an encounter. */
interface Billed {
  readonly type: { readonly coding: readonly [{ readonly code: string }] };
  readonly provider: { readonly display?: string };
  readonly total: { readonly value: number };
}

/** An institution's analyst measures the own figure from FHIR files, and keeps it in a file of the own home. */
const [figure = '', provider = '', ...files] = process.argv.slice(2);
const costs = files
  .flatMap((file) => readFhirText(textOf(file), file))
  .filter(({ resource }) => resource.resourceType === 'Claim')
  .map(({ resource }) => resource as unknown as Billed)
  .filter((claim) => claim.type.coding[0].code !== 'pharmacy')
  .filter((claim) => claim.provider.display === provider)
  .map(({ total }) => total.value);
const mean = costs.reduce((sum, cost) => sum + cost, 0) / costs.length;
writeFileSync(figure, mean.toFixed(2), { mode: 0o600 });
process.stdout.write(`${JSON.stringify({ encounters: costs.length, figure })}\n`);

function textOf(file: string): string {
  const bytes = readFileSync(file);
  return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
}
