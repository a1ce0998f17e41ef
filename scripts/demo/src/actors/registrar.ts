import { writeFile } from 'node:fs/promises';
import { collectSignedTrail } from '@salus/client/proofs';
import { importResources, type ImportPatient } from '@salus/client/records';
import type { WalletInvitation } from '@salus/client/wallet';
import { readFhirText } from '@salus/fhir';
import { sha256Hex } from '@salus/protocol';
import type { CategoryKeyDeposit } from '@salus/wallet';
import { serveActor } from './serve-actor.js';

interface ImportRequest extends DeskRequest {
  readonly files: readonly string[];
  readonly allowExternal: boolean;
}

interface DeskRequest {
  readonly pseudonym: string;
  /** `MSP=URL`, one for each part of a content. */
  readonly stores: readonly string[];
  /** Parts that restore it. */
  readonly needed: number;
  /** Custodians' key under which the records open in an emergency. */
  readonly emergencyKey: string;
}

/** A hospital's registration desk: proofs identities, imports records, relays patients' statements. */
void serveActor(({ home, client }) => {
  const patients = new Map<string, ImportPatient>();
  const patientOf = (pseudonym: string) => {
    const patient = patients.get(pseudonym);
    if (!patient) throw new Error('The patient is not registered here');
    return patient;
  };
  const recordsOf = ({ stores, needed, emergencyKey }: DeskRequest) =>
    client.records.using({ home, stores, needed, emergencyKey });
  return {
    async register({ invitation }: { invitation: WalletInvitation }) {
      const patient = await client.records.admit(invitation, { isNew: true });
      const { pseudonym } = patient;
      patients.set(pseudonym, patient);
      return { pseudonym };
    },

    async import(request: ImportRequest) {
      const { pseudonym, files, allowExternal } = request;
      const options = { allowExternal };
      const imported = await recordsOf(request).import(patientOf(pseudonym), files, options);
      return imported.map(({ recordId, name, category, text, isNew }) => ({
        recordId,
        name,
        category,
        isNew,
        textHash: sha256Hex(Buffer.from(text)),
      }));
    },

    /** A result that comes in later. */
    async result({ text, ...request }: DeskRequest & { text: string }) {
      const { pseudonym } = request;
      const resources = readFhirText(text, 'result');
      const desk = await recordsOf(request).desk();
      const options = { allowExternal: true };
      const [record] = await importResources(resources, patientOf(pseudonym), desk, options);
      return record?.recordId;
    },

    /** Hands a colleague what registering records of a patient needs. */
    async handOver({ pseudonym, file }: { pseudonym: string; file: string }) {
      await writeFile(file, JSON.stringify(patientOf(pseudonym)), { mode: 0o600 });
    },

    /** The audit trail for the patient, as peers of most organisations sign it. */
    async signedTrail({ pseudonym }: { pseudonym: string }) {
      return collectSignedTrail(client, { pseudonym });
    },

    async depositCategoryKeys({ deposits }: { deposits: readonly CategoryKeyDeposit[] }) {
      for (const { grantee, statement, keys } of deposits) {
        await client.ehr.depositCategoryKeys(statement, grantee, keys);
      }
    },

    async relayGrant({ statement }: { statement: string }) {
      const { transactionId } = await client.ehr.grantAccess(statement);
      return { transactionId };
    },

    async relayWithdrawal({ statement }: { statement: string }) {
      const { transactionId } = await client.ehr.withdrawConsent(statement);
      return { transactionId };
    },
  };
});
