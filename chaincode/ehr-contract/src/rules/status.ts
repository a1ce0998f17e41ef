import { conflict, SalusError } from '@salus/protocol';
import type { Patient, StatusProposal, StatusRequest } from '@salus/protocol/ehr';

/**
 * Death and incapacity take two organisations: a registrar of one proposes, one of another confirms; they
 * are taken back the same way.
 */

/**
 * Proposes a status in the place of any earlier proposal.
 *
 * @throws SalusError ERR_CONFLICT
 */
export function withStatusProposal(
  patient: Patient,
  { status, evidenceHash }: Pick<StatusRequest, 'status' | 'evidenceHash'>,
  { by, at }: Pick<StatusProposal, 'by' | 'at'>,
): Patient {
  if (patient.status === status) {
    throw conflict('status', 'The patient has this status', 'another status', status);
  }
  return { ...patient, statusProposal: { status, by, evidenceHash, at } };
}

/**
 * Confirms what another organisation has proposed, by the same evidence.
 *
 * @throws SalusError ERR_CONFLICT, ERR_FORBIDDEN
 */
export function withStatusConfirmed(
  patient: Patient,
  { status, evidenceHash }: Pick<StatusRequest, 'status' | 'evidenceHash'>,
  by: string,
): Patient {
  const { statusProposal: proposal, ...rest } = patient;
  if (proposal === undefined) {
    throw conflict('status', 'No status is proposed', 'a proposal', 'none');
  }
  if (proposal.by === by) {
    throw new SalusError('ERR_FORBIDDEN', 'Another organisation than the proposing one confirms', {
      argument: 'caller',
      expected: 'another organisation',
      got: by,
    });
  }
  if (proposal.status !== status || proposal.evidenceHash !== evidenceHash) {
    const message = 'The proposal is of another status or by other evidence';
    throw conflict('status', message, proposal.status, status);
  }
  return { ...rest, status };
}
