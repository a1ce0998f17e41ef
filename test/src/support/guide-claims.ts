import { execFile } from 'node:child_process';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Adjudication, Claim } from '@salus/protocol/claims';
import { beginMember, furnish, salus, serve, type Served } from '@salus/testing/salus-process';
import { blocksIn } from '../../../scripts/documents/blocks.js';
import { repository } from '../deployment.js';
import type { Guide } from './guide.js';
import { told, waitingRequest } from './told.js';

/** The smallest committee: two of three open. */
const COMMITTEE = ['CityHospital', 'Insurer', 'Regulator'] as const;

interface ClaimFile {
  readonly lines: readonly { readonly evidence: string }[];
}

/** The policy and the claim that the guide shows, under other names. */
function shown(index: 0 | 1, ids: object): ClaimFile {
  const samples = blocksIn('json').filter(({ file }) => file === 'docs/claims.md');
  const sample = JSON.parse(samples[index]?.text ?? '') as ClaimFile;
  return { ...sample, ...ids };
}

/** Types the lines of the guide to claims: a patient, a hospital, an insurer, an auditor and a committee. */
export function describeClaims(guide: Guide): void {
  describe('the lines of the guide to claims', () => {
    const run = `${process.pid}-${Date.now()}`;
    const [keyId, policyId, claimId] = [`key-${run}`, `policy-${run}`, `claim-${run}`];
    const CLAIM = { CLAIM: claimId };
    const services: Served[] = [];
    let [patient, billing, adjuster, auditor] = ['', '', '', ''];
    let store: string;

    const home = (actor: string, organisation: string, user: string) =>
      furnish(guide.home(`claims-${actor}`), organisation, user);
    const keep = (at: string, file: string, value: object) =>
      writeFileSync(path.join(at, file), JSON.stringify(value));
    const settle = (at: string, more: object) => {
      const kept = JSON.parse(readFileSync(path.join(at, 'salus.json'), 'utf8')) as object;
      keep(at, 'salus.json', { ...kept, ...more });
    };

    beforeAll(async () => {
      const insurerStore = await serve(home('store', 'Insurer', 'store'), 'store', 'serve');
      services.push(insurerStore);
      store = insurerStore.url;
      const stores = { InsurerMSP: store };
      for (const name of COMMITTEE) {
        const member = home(`committee-${name}`, name, 'committee');
        settle(member, { stores });
        await beginMember(member, 'claims');
        services.push(await serve(member, 'committee', 'serve'));
      }
      const members = COMMITTEE.map((name) => `${name}MSP`);
      const office = home('office', 'Regulator', 'committee');
      const terms = ['--threshold', '2', '--members', ...members];
      const [key] = await told<{ status: string }>(
        office,
        'committee',
        'ceremony',
        keyId,
        ...terms,
      );
      expect(key?.status).toBe('ACTIVE');
      patient = guide.home('claims-patient');
      await told(patient, '--channel', 'edge-east', 'wallet', 'init');
      keep(patient, 'salus.json', { channel: 'edge-east' });
      services.push(await serve(patient, 'wallet', 'serve'));
      billing = home('billing', 'CityHospital', 'billing');
      adjuster = home('adjuster', 'Insurer', 'adjuster');
      auditor = home('auditor', 'Regulator', 'auditor');
      for (const at of [billing, adjuster, auditor]) settle(at, { stores });
    });

    afterAll(async () => {
      for (const service of services.reverse()) await service.stop();
    });

    /** The claim that the guide shows, in the hospital's home. */
    const fileClaim = (id: string) => {
      const claim = shown(1, { claimId: id, policyId, keyId });
      keep(billing, 'claim.json', claim);
      for (const { evidence } of claim.lines) {
        writeFileSync(path.join(billing, evidence), `synthetic ${evidence}`);
      }
    };

    it('make a policy of the patient, whose wallet names the pseudonym', async () => {
      const invite = 'salus wallet invite Insurer --kind insurer --out insurer.invitation';
      await guide.type(invite, patient);
      const invitation = 'insurer.invitation';
      copyFileSync(path.join(patient, invitation), path.join(adjuster, invitation));
      keep(adjuster, 'policy.json', shown(0, { policyId }));
      const create = 'salus claims create-policy policy.json --invitation insurer.invitation';
      const creating = guide.type(create, adjuster);
      const request = await waitingRequest(patient, creating);
      await told(patient, 'wallet', 'approve', request);
      expect(await creating).toContain(policyId);
      const policy = await guide.type('salus claims policy POLICY', billing, { POLICY: policyId });
      expect(policy).toContain('InsurerMSP');
    });

    it('file a claim with plain amounts, which nobody else sees', async () => {
      const key = 'salus claims key claims-2026';
      expect(await guide.type(key, billing, { 'claims-2026': keyId })).toContain('ACTIVE');
      fileClaim(claimId);
      const filed = await guide.type('salus claims submit claim.json', billing);
      expect(filed).toContain('"status":"SUMMED"');
      expect(filed).toMatch(/"salt":"[0-9a-f]{64}"/);
      expect(filed).not.toContain('amount');
      const claim = await guide.type('salus claims claim CLAIM', adjuster, CLAIM);
      expect(claim).toContain('SUMMED');
      expect(claim).not.toContain('amount');
      expect(await guide.type('salus claims sum CLAIM', billing, CLAIM)).toContain('SUMMED');
    });

    it('open the totals, and decide by the policy', async () => {
      await guide.type('salus claims request-opening CLAIM', adjuster, CLAIM);
      const opened = await guide.type('salus claims open CLAIM', adjuster, CLAIM);
      expect(opened).toContain('claimedMinor: 105001');
      expect(opened).not.toContain('sum:');
      const decide = 'salus claims decide CLAIM --wait 300';
      expect(await guide.type(decide, adjuster, CLAIM)).toContain('payableMinor: 52500');
      const [audited] = await told<Adjudication>(auditor, 'claims', 'decide', claimId);
      expect(audited).toMatchObject({ claimedMinor: 105_001, patientMinor: 52_501 });
      const outcome = await guide.type('salus claims adjudication CLAIM', adjuster, CLAIM);
      expect(outcome).toContain('DEDUCTIBLE');
      const { stderr } = await salus(billing, 'claims', 'adjudication', claimId);
      expect(stderr).toContain('ERR_FORBIDDEN');
    });

    it('record the payment once', async () => {
      writeFileSync(path.join(adjuster, 'payment.txt'), `transfer ${run}\n`);
      const pay = 'salus claims pay CLAIM --reference payment.txt';
      expect(await guide.type(pay, adjuster, CLAIM)).toContain('SETTLED');
      const [claim] = await told<Claim>(billing, 'claims', 'claim', claimId);
      expect(claim?.status).toBe('SETTLED');
      writeFileSync(path.join(adjuster, 'other.txt'), `transfer ${run} again`);
      const again = await salus(adjuster, 'claims', 'pay', claimId, '--reference', 'other.txt');
      expect(again.stderr).toContain('ERR_CONFLICT');
    });

    it("and an insurer's program does the same", async () => {
      const id = `${claimId}-app`;
      fileClaim(id);
      await told(billing, 'claims', 'submit', 'claim.json');
      const { profile, mspDir, channel } = JSON.parse(
        readFileSync(path.join(adjuster, 'salus.json'), 'utf8'),
      ) as { profile: string; mspDir: string; channel: string };
      const records = { stores: { InsurerMSP: store }, home: adjuster };
      keep(adjuster, 'settings.json', { profile, identity: { mspDir }, channel, records });
      const app = path.join(repository, 'examples', 'insurer', 'insurer.mjs');
      const runs = async (act: string, ...words: string[]) => {
        const args = [app, act, path.join(adjuster, 'settings.json'), id, ...words];
        const { stdout } = await promisify(execFile)(process.execPath, args);
        return JSON.parse(stdout) as object;
      };
      expect(await runs('decide')).toMatchObject({ claimedMinor: 105_001, payableMinor: 52_500 });
      expect(await runs('pay', `transfer ${run} of the app`)).toMatchObject({ status: 'SETTLED' });
    });
  });
}
