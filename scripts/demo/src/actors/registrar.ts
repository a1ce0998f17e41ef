import {
  askWallet,
  fileJournal,
  generateHpkeKeyPair,
  importResources,
  KeyServiceClient,
  openSealed,
  readFhirFile,
  recordIdSecret,
  sha256Hex,
  StoreClient,
  TAG_KEY_INFO,
  type ImportPatient,
  type WalletInvitation,
} from '@salus/client';
import { serveActor } from './serve-actor.js';

interface ImportRequest {
  readonly pseudonym: string;
  readonly files: readonly string[];
  readonly storeUrl: string;
  readonly keysUrl: string;
  readonly allowExternal: boolean;
}

/** A hospital's registration desk: proofs identities, imports records, relays patients' statements. */
void serveActor(({ home, client, identity }) => {
  const patients = new Map<string, ImportPatient>();
  return {
    async register({ invitation }: { invitation: WalletInvitation }) {
      const keys = await generateHpkeKeyPair();
      const answer = await askWallet(invitation, {
        type: 'register',
        hpkePublicKey: keys.publicKey,
      });
      const { statement = '', pseudonym = '', kid = '', hpkePublicKey = '', sealedTagKey } = answer;
      if (!sealedTagKey) throw new Error('The wallet sent no tag key');
      const tagKey = await openSealed(keys.privateKey, sealedTagKey, {
        info: TAG_KEY_INFO,
        aad: pseudonym,
      });
      const { transactionId } = await client.ehr.registerPatient(statement);
      patients.set(pseudonym, {
        pseudonym,
        kid,
        hpkePublicKey,
        tagKey: Buffer.from(tagKey).toString('base64url'),
      });
      return { pseudonym, transactionId };
    },

    async import(request: ImportRequest) {
      const { pseudonym, files, storeUrl, keysUrl, allowExternal } = request;
      const patient = patients.get(pseudonym);
      if (!patient) throw new Error('The patient is not registered here');
      const resources = (await Promise.all(files.map((file) => readFhirFile(file)))).flat();
      const { publicKey } = await new KeyServiceClient(
        keysUrl,
        identity,
        client.tlsRoots,
      ).publicKey();
      const imported = await importResources(
        resources,
        patient,
        {
          mspId: client.mspId,
          ehr: client.ehr,
          store: new StoreClient(storeUrl, identity, client.tlsRoots),
          custodianKey: publicKey,
          idSecret: await recordIdSecret(home),
          journal: fileJournal(home),
        },
        { allowExternal },
      );
      return imported.map(({ recordId, name, category, text, isNew }) => ({
        recordId,
        name,
        category,
        isNew,
        textHash: sha256Hex(Buffer.from(text)),
      }));
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
