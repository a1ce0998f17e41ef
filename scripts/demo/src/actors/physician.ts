import { KeyServiceClient, readRecord, sha256Hex, StoreClient } from '@salus/client';
import { serveActor } from './serve-actor.js';

interface ReadRequest {
  readonly recordId: string;
  readonly storeUrl: string;
  readonly keysUrl: string;
}

/** A physician who reads records for treatment, as far as patients let her. */
void serveActor(({ client, identity }) => ({
  async read({ recordId, storeUrl, keysUrl }: ReadRequest) {
    const { decision, category, label, content } = await readRecord(
      {
        client,
        store: new StoreClient(storeUrl, identity, client.tlsRoots),
        keyService: new KeyServiceClient(keysUrl, identity, client.tlsRoots),
      },
      { recordId, purpose: 'TREAT' },
    );
    const { decisionId, grantId, reason } = decision;
    return { decisionId, grantId, reason, category, label, contentHash: sha256Hex(content) };
  },

  async audit({ pseudonym }: { pseudonym: string }) {
    const entries = [];
    for await (const entry of client.ehr.audit(pseudonym)) entries.push(entry);
    return entries;
  },
}));
