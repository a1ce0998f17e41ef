import { obligation, type Obligation } from '@salus/protocol';
import { SALUS, SYSTEM } from '../systems.js';
import type { Extension, Provision } from './consent-shape.js';
import type { Losses } from './losses.js';
import { NotTaken } from './not-taken.js';

/** What extensions say of a provision. */
export interface Modifiers {
  readonly everyLabel: boolean;
  readonly obligations: readonly Obligation[];
  readonly maxUses: number | undefined;
  readonly onward: boolean | undefined;
}

/** @throws NotTaken where something modifies the provision in a way that isn't known */
export function readModifiers(
  provision: Provision,
  path: string,
  { losses }: { readonly losses: Losses },
): Modifiers {
  let everyLabel = false;
  let maxUses: number | undefined;
  let onward: boolean | undefined;
  const obligations: Obligation[] = [];
  const read = (extension: Extension): boolean => {
    switch (extension.url) {
      case SALUS.labelRule:
        everyLabel = extension['valueCode'] === 'all';
        return everyLabel;
      case SALUS.maxUses:
        if (!Number.isInteger(extension['valuePositiveInt'])) return false;
        maxUses = extension['valuePositiveInt'] as number;
        return true;
      case SALUS.obligation: {
        const { system, code } = (extension['valueCoding'] ?? {}) as Record<string, unknown>;
        const { data } = obligation.safeParse(code);
        if (system === SYSTEM.actCode && data !== undefined) obligations.push(data);
        return system === SYSTEM.actCode && data !== undefined;
      }
      default:
        return false;
    }
  };
  for (const [index, extension] of (provision.modifierExtension ?? []).entries()) {
    if (read(extension)) continue;
    // FHIR R4, 2.27.2: what modifies in a way that isn't known must not be processed.
    losses.add(
      `${path}.modifierExtension[${index}]`,
      'it changes the meaning in a way that is not understood: the provision is not taken',
    );
    throw new NotTaken(path);
  }
  for (const [index, extension] of (provision.extension ?? []).entries()) {
    const value = extension['valueBoolean'];
    if (extension.url === SALUS.onward && typeof value === 'boolean') onward = value;
    else losses.add(`${path}.extension[${index}]`, 'a grant has no such extension');
  }
  return { everyLabel, obligations, maxUses, onward };
}
