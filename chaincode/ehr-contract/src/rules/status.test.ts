import type { Patient, PatientStatus } from '@salus/protocol/ehr';
import { may, patient } from '../test-support/patients.js';
import { refusalOf } from '../test-support/refusal.js';
import { withStatusConfirmed, withStatusProposal } from './status.js';

const at = may(10);
const evidenceHash = 'e';
const statusProposal = { status: 'DECEASED', by: 'AMSP', evidenceHash, at } as const;
const proposed = patient({ statusProposal });

describe('a status is proposed', () => {
  const propose = (of: Patient, status: PatientStatus) =>
    withStatusProposal(of, { status, evidenceHash }, { by: 'AMSP', at });

  test('where it is another, in the place of what was proposed before', () => {
    expect(propose(patient(), 'DECEASED')).toStrictEqual(proposed);
    expect(propose(proposed, 'INCAPACITATED')).toStrictEqual(
      patient({ statusProposal: { ...statusProposal, status: 'INCAPACITATED' } }),
    );
    expect(refusalOf(() => propose(patient(), 'ACTIVE'))).toBe(
      'ERR_CONFLICT status: The patient has this status (another status, not ACTIVE)',
    );
  });
});

describe('a status is confirmed', () => {
  const differs = (got: string) =>
    'ERR_CONFLICT status: The proposal is of another status or by other evidence ' +
    `(DECEASED, not ${got})`;

  test('by another organisation', () => {
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
  ])('%#', (of, status, evidence, by, expected) => {
    const confirm = () => withStatusConfirmed(of, { status, evidenceHash: evidence }, by);
    expect(refusalOf(confirm)).toBe(expected);
  });
});
