import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { connect, type SalusClient } from '@salus/client';
import { collectReceipt, fetchChannelConfig } from '@salus/client/proofs';
import { generateHpkeKeyPair } from '@salus/crypto/hpke';
import type { SalusError } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { connectAs } from '@salus/testing/running-network';
import { furnish, salus } from '@salus/testing/salus-process';
import { readChannelConfig, type ChannelTrust } from './channel-config.js';
import { readReceipt, type DecisionReceipt } from './receipt.js';
import { verifyReceipt } from './verify-receipt.js';

const PSEUDONYM = 'p'.repeat(43);

let folder: string;
let home: string;
let client: SalusClient;
let trust: ChannelTrust;
let decisionId: string;
let receipt: DecisionReceipt;

/** Asks for a record that nobody has: a denial is a decision too. */
async function denied(): Promise<string> {
  const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
  const recordId = `receipt-${randomUUID()}`;
  const asked = { pseudonym: PSEUDONYM, recordId, purpose: 'TREAT', hpkePublicKey } as const;
  const { value } = await client.ehr.requestAccess(asked);
  return value.decisionId;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'salus-receipt-'));
  home = furnish(path.join(folder, 'desk'), 'CityHospital', 'physician');
  client = await connect(connectAs('CityHospital', 'physician'));
  trust = await readChannelConfig(await fetchChannelConfig(client));
  decisionId = await denied();
  receipt = await collectReceipt(client, decisionId);
});

afterAll(async () => {
  client.close();
  await rm(folder, { recursive: true });
});

describe('the receipt of a decision on a network', () => {
  it('is attested by peers of most organisations', () => {
    const { attestedBy, endorsedBy, decision } = verifyReceipt(receipt, trust);
    expect(decision).toMatchObject({ decisionId, permitted: false, reason: 'UNKNOWN_RECORD' });
    expect(attestedBy.length).toBeGreaterThan(trust.organisations.size / 2);
    expect(endorsedBy.length).toBeGreaterThanOrEqual(2);
  });

  it('is written by one command and verified by another, which has no network', async () => {
    const [file, block] = [path.join(folder, 'receipt.json'), path.join(folder, 'channel.block')];
    const written = await salus(home, 'receipt', decisionId, '--out', file);
    expect(written).toMatchObject({ exitCode: 0 });
    const fetched = await salus(home, 'channel-config', '--out', block);
    expect(fetched).toMatchObject({ exitCode: 0 });

    const offline = ['verify', 'receipt', file, '--channel-config', block];
    // In a folder without settings: neither profile nor identity.
    const verified = await salus(folder, ...offline);
    expect(verified).toMatchObject({ exitCode: 0, stderr: '' });
    expect(JSON.parse(verified.stdout)).toMatchObject({
      channel: 'edge-east',
      decision: { decisionId },
    });

    const text = await readFile(file, 'utf8');
    expect(readReceipt(text).decision.decisionId).toBe(decisionId);
    await writeFile(file, text.replace('"permitted":false', '"permitted":true'));
    const altered = await salus(folder, ...offline);
    expect(altered.exitCode).toBe(1);
    expect(JSON.parse(altered.stderr)).toMatchObject({ error: { code: 'ERR_RECEIPT_MISMATCH' } });
  });

  it('does not take answers about another transaction, nor one organisation twice', async () => {
    const other = await collectReceipt(client, await denied());
    expect(() => verifyReceipt({ ...receipt, attestations: other.attestations }, trust)).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
    expect(() => verifyReceipt({ ...receipt, envelope: other.envelope }, trust)).toThrow(
      coded('ERR_RECEIPT_MISMATCH'),
    );
    const twice = receipt.attestations.map(() => receipt.attestations[0]);
    expect(() =>
      verifyReceipt({ ...receipt, attestations: twice.flatMap((one) => one ?? []) }, trust),
    ).toThrow(coded('ERR_RECEIPT_TOO_FEW'));
  });

  it('is not made of a decision that the peers found invalid', async () => {
    const { publicKey: hpkePublicKey } = await generateHpkeKeyPair();
    const wish = { pseudonym: PSEUDONYM, recordId: 'receipt-none', purpose: 'TREAT' } as const;
    const request = { ...wish, hpkePublicKey };
    const endorsingOrganizations = [client.mspId];
    const fault: unknown = await client.ehr
      .requestAccess(request, { endorsingOrganizations })
      .catch((error: unknown) => error);
    expect(fault).toEqual(coded('ERR_ENDORSEMENT_POLICY'));
    const { transactionId = '' } = fault as SalusError;
    await expect(collectReceipt(client, transactionId)).rejects.toThrow(
      coded('ERR_RECEIPT_NOT_VALID'),
    );
  });

  it('is not made of a transaction that nobody sent', async () => {
    await expect(collectReceipt(client, 'ab'.repeat(32))).rejects.toThrow(coded('ERR_NOT_FOUND'));
  });
});
