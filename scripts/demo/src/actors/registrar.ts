import { writeFile } from 'node:fs/promises';
import { collectSignedTrail } from '@salus/client/proofs';
import {
  fileJournal,
  importResources,
  organisationKey,
  recordIdSecret,
  type ImportPatient,
  type RecordDesk,
  readFhirFile,
} from '@salus/client/records';
import { storePlaces } from '@salus/client/stores';
import { readMemberRoots } from '@salus/client/trust';
import { askWallet, type WalletInvitation } from '@salus/client/wallet';
import { generateHpkeKeyPair, openSealed } from '@salus/crypto/hpke';
import { readFhirText } from '@salus/fhir';
import { sha256Hex } from '@salus/protocol';
import { TAG_KEY_INFO, type CategoryKeyDeposit } from '@salus/wallet';
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
void serveActor(({ home, client, identity }) => {
  const patients = new Map<string, ImportPatient>();
  const patientOf = (pseudonym: string) => {
    const patient = patients.get(pseudonym);
    if (!patient) throw new Error('The patient is not registered here');
    return patient;
  };
  const deskOf = async ({ stores, needed, emergencyKey }: DeskRequest): Promise<RecordDesk> => {
    const view = { ledger: client.ehr, members: await readMemberRoots(client), now: Date.now() };
    return {
      mspId: client.mspId,
      channel: client.channel,
      ehr: client.ehr,
      stores: storePlaces(stores, identity, client.tlsRoots),
      k: needed,
      emergencyKey,
      custodianKey: (await organisationKey(client.mspId, view)).publicKey,
      idSecret: await recordIdSecret(home),
      journal: fileJournal(home),
    };
  };
  return {
    async register({ invitation }: { invitation: WalletInvitation }) {
      const keys = await generateHpkeKeyPair();
      const answer = await askWallet(invitation, {
        type: 'register',
        hpkePublicKey: keys.publicKey,
      });
      const { statement = '', pseudonym = '', kid = '', sealedTagKey } = answer;
      if (!sealedTagKey) throw new Error('The wallet sent no tag key');
      const tagKey = await openSealed(keys.privateKey, sealedTagKey, {
        info: TAG_KEY_INFO,
        aad: pseudonym,
      });
      const { transactionId } = await client.ehr.registerPatient(statement);
      patients.set(pseudonym, {
        pseudonym,
        kid,
        tagKey: Buffer.from(tagKey).toString('base64url'),
      });
      return { pseudonym, transactionId };
    },

    async import(request: ImportRequest) {
      const { pseudonym, files, allowExternal } = request;
      const resources = (await Promise.all(files.map((file) => readFhirFile(file)))).flat();
      const desk = await deskOf(request);
      const imported = await importResources(resources, patientOf(pseudonym), desk, {
        allowExternal,
      });
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
      const desk = await deskOf(request);
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
