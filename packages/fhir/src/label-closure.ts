import { CONFIDENTIALITIES, labelText, type SecurityLabel } from './labels.js';
import { SYSTEM } from './systems.js';

/**
 * The codes right below one in HL7 v3 ActCode, of the policies on private information: sensitivities and
 * compartments. Codes that are left out have none below them.
 */
const RIGHT_BELOW: ReadonlyMap<string, readonly string[]> = new Map([
  ['SPI', ['BH', 'MH', 'PSY', 'PSYTHPN', 'SUD']],
  ['BH', ['COGN', 'DVD', 'EMOTDIS']],
  ['SUD', ['ETHUD', 'OPIOIDUD']],
  [
    'COMPT',
    [
      ...['ACOCOMPT', 'CTCOMPT', 'FMCOMPT', 'HRCOMPT'],
      ...['LRCOMPT', 'PACOMPT', 'RESCOMPT', 'RMGTCOMPT'],
    ],
  ],
]);

/**
 * All labels that a deny of some labels closes. Of a sensitivity or compartment these are the narrower codes.
 * Of a confidentiality they are the higher ones: FHIR R4 reads it as a high-water mark
 * (Consent.provision.securityLabel). The ledger knows labels by tags only, so the wallet signs all of them.
 *
 * @returns each label once, those that were given in front
 * @example
 * deniedLabels([{ system: SYSTEM.actCode, code: 'SUD' }]); // SUD, ETHUD, OPIOIDUD
 */
export function deniedLabels(labels: readonly SecurityLabel[]): readonly SecurityLabel[] {
  const all = [...labels, ...labels.flatMap(closedWith)];
  return [...new Map(all.map((label) => [labelText(label), label])).values()];
}

/** Labels that a deny can close with others: wallets and importers have to know them by name. */
export const CLOSED_WITH_OTHERS: readonly SecurityLabel[] = [...RIGHT_BELOW].flatMap(
  ([code, below]) => [code, ...below].map((one) => ({ system: SYSTEM.actCode, code: one })),
);

function closedWith({ system, code }: SecurityLabel): readonly SecurityLabel[] {
  return codesClosedWith(system, code).map((one) => ({ system, code: one }));
}

function codesClosedWith(system: string, code: string): readonly string[] {
  if (system === SYSTEM.actCode) return below(code);
  if (system !== SYSTEM.confidentiality) return [];
  const at = (CONFIDENTIALITIES as readonly string[]).indexOf(code);
  return at < 0 ? [] : CONFIDENTIALITIES.slice(at + 1);
}

function below(code: string): readonly string[] {
  return (RIGHT_BELOW.get(code) ?? []).flatMap((one) => [one, ...below(one)]);
}
