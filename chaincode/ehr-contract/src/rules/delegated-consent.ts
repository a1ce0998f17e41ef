import { SalusError, type AccessGrant, type NextCategoryKey } from '@salus/protocol';
import type { Grant, Patient } from '@salus/protocol/ehr';
import type { Signer } from './signer.js';

/**
 * Demands that what a delegate permits ends with the delegation at the latest. A deny may go on: it opens
 * nothing.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function requireWithinDelegation(
  signer: Signer,
  { decision, notAfter }: Pick<AccessGrant, 'decision' | 'notAfter'>,
): void {
  if (signer.kind === 'PATIENT' || decision === 'deny') return;
  if (Date.parse(notAfter) <= Date.parse(signer.delegate.notAfter)) return;
  throw refused('it permits for longer than the delegation goes', 'a grant within the delegation');
}

/**
 * Demands that nobody but the patient takes back a deny that the patient signed: it binds delegates too.
 * A deny that a delegate signed, a delegate may take back.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function requireMayReopen(
  signer: Signer,
  { keys }: Pick<Patient, 'keys'>,
  { decision, kid }: Pick<Grant, 'decision' | 'kid'>,
): void {
  const isPatients = keys.some((key) => key.kid === kid);
  if (signer.kind === 'PATIENT' || decision === 'permit' || !isPatients) return;
  throw refused('the patient signed the deny', 'a withdrawal by a key of the patient');
}

/**
 * Demands that who withdraws may also begin the next epochs of categories. A delegate brings keys of
 * its own making, so it must be one who may open these categories to others anyway.
 *
 * @throws SalusError ERR_STATEMENT_INVALID
 */
export function requireMayRoll(signer: Signer, next: readonly NextCategoryKey[]): void {
  if (signer.kind === 'PATIENT') return;
  const { actions, categoryTags } = signer.delegate;
  const covered = next.every(({ categoryTag }) => categoryTags?.includes(categoryTag) ?? true);
  if (actions.includes('grant') && covered) return;
  throw refused(
    'the delegation does not cover new keys of these categories',
    'a delegate who may grant the categories',
  );
}

function refused(why: string, expected: string): SalusError {
  return new SalusError('ERR_STATEMENT_INVALID', `The statement is refused: ${why}`, {
    argument: 'statement',
    expected,
    got: why,
  });
}
