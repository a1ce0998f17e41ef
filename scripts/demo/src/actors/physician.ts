import { sha256Hex } from '@salus/protocol';
import { serveActor } from './serve-actor.js';

interface ReadRequest {
  readonly pseudonym: string;
  readonly recordId: string;
  /** `MSP=URL` */
  readonly stores: readonly string[];
  /** Key services that are asked, in this order. */
  readonly keys: readonly string[];
}

/** A physician who reads records for treatment, as far as patients let her. */
void serveActor(({ client }) => ({
  async read({ pseudonym, recordId, stores, keys }: ReadRequest) {
    const records = client.records.using({ stores, keyServices: keys });
    const wish = { pseudonym, recordId, purpose: 'TREAT' } as const;
    const { decision, details, content } = await records.read(wish);
    const { decisionId, grantId, reason } = decision;
    const { category } = details;
    return { decisionId, grantId, reason, category, contentHash: sha256Hex(content) };
  },

  async audit({ pseudonym }: { pseudonym: string }) {
    const entries = [];
    for await (const entry of client.ehr.audit(pseudonym)) entries.push(entry);
    return entries;
  },
}));
