import type { Patient, PatientStatus } from '@salus/protocol/ehr';
import { may, patient } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { withStatusConfirmed, withStatusProposal } from './status.js';

const at = may(10);
const evidenceHash = 'e';
const statusProposal = { status: 'DECEASED', by: 'AMSP', evidenceHash, at } as const;
const proposed = patient({ statusProposal });

describe('the proposal of a status', () => {
  const propose = (of: Patient, status: PatientStatus) =>
    withStatusProposal(of, { status, evidenceHash }, { by: 'AMSP', at });

  test('replaces the one before, and is refused for the status that the patient has', () => {
    expect(propose(patient(), 'DECEASED')).toStrictEqual(proposed);
    expect(propose(proposed, 'INCAPACITATED')).toStrictEqual(
      patient({ statusProposal: { ...statusProposal, status: 'INCAPACITATED' } }),
    );
    expect(refusalOf(() => propose(patient(), 'ACTIVE'))).toBe(
      'ERR_CONFLICT status: The patient has this status (another status, not ACTIVE)',
    );
  });
});

describe('the confirmation of a status', () => {
  const differs = (got: string) =>
    'ERR_CONFLICT status: The proposal is of another status or by other evidence ' +
    `(DECEASED, not ${got})`;

  test('by another organisation sets the status', () => {
    const after = withStatusConfirmed(proposed, { status: 'DECEASED', evidenceHash }, 'BMSP');
    expect(after).toStrictEqual(patient({ status: 'DECEASED' }));
  });

  test.each<[Patient, PatientStatus, string, string, string]>([
    [
      patient(),
      'DECEASED',
      'e',
      'BMSP',
      'ERR_CONFLICT status: No status is proposed (a proposal, not none)',
    ],
    [
      proposed,
      'DECEASED',
      'e',
      'AMSP',
      'ERR_FORBIDDEN caller: Another organisation than the proposing one confirms ' +
        '(another organisation, not AMSP)',
    ],
    [proposed, 'INCAPACITATED', 'e', 'BMSP', differs('INCAPACITATED')],
    [proposed, 'DECEASED', 'other', 'BMSP', differs('DECEASED')],
  ])('is refused with case %#', (of, status, evidence, by, expected) => {
    const confirm = () => withStatusConfirmed(of, { status, evidenceHash: evidence }, by);
    expect(refusalOf(confirm)).toBe(expected);
  });
});
