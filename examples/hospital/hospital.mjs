// A hospital's app: admits a patient, imports records, shares them, reads and audits.
//
//   node hospital.mjs share SETTINGS INVITATION BUNDLE GRANTEE PURPOSE
//   node hospital.mjs read SETTINGS PSEUDONYM RECORD PURPOSE
//   node hospital.mjs audit SETTINGS PSEUDONYM

import { readFile } from 'node:fs/promises';
import { connect } from '@salus/client';

const readJson = async (file) => JSON.parse(await readFile(file, 'utf8'));

const acts = {
  /** The patient agrees twice: to be admitted, and to the grant. */
  async share(client, invitationFile, bundle, mspId, purpose) {
    const invitation = await readJson(invitationFile);
    const patient = await client.records.admit(invitation, { isNew: true });
    const imported = await client.records.import(patient, [bundle], { allowExternal: true });
    const records = imported.map(({ recordId }) => recordId);
    const { grantId } = await client.consent.ask(invitation, {
      grantee: { mspId },
      records,
      purposes: [purpose],
      days: 30,
    });
    return { pseudonym: patient.pseudonym, records, grantId };
  },

  async read(client, pseudonym, recordId, purpose) {
    const { content, details, decision } = await client.records.read({
      pseudonym,
      recordId,
      purpose,
    });
    return { bytes: content.length, category: details.category, reason: decision.reason };
  },

  async audit(client, pseudonym) {
    const actions = [];
    for await (const { action } of client.consent.audit(pseudonym)) actions.push(action);
    return { actions };
  },
};

const [name, settings, ...rest] = process.argv.slice(2);
const client = await connect(await readJson(settings));
try {
  console.log(JSON.stringify(await acts[name](client, ...rest)));
} finally {
  client.close();
}
