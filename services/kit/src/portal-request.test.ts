import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { CHANNEL, TestWallet } from '@salus/testing/wallet-world';
import { verifyPortalRequest, type PortalJudge, type PortalPatient } from './portal-request.js';

const origin = 'https://gateway.example:8443';
const target = { method: 'GET', path: '/portal/v1/audit?pageSize=100', bodyHash: sha256Hex('') };
const refused = coded('ERR_REQUEST_REFUSED');

describe("a patient's request to a portal", () => {
  let wallet: TestWallet;
  let patient: PortalPatient;
  let judge: PortalJudge;
  let statement: string;

  beforeEach(async () => {
    wallet = await TestWallet.fresh();
    const { pseudonym } = await wallet.do({ type: 'identify' });
    const [key] = wallet.kept.state.keys;
    if (!key) throw new Error('no key');
    patient = { pseudonym, keys: [key] };
    ({ statement } = await wallet.do({ type: 'portal', origin, ...target, method: 'GET' }));
    const seen = new Set<string>();
    judge = {
      channel: CHANNEL,
      audience: origin,
      now: Date.now(),
      isNew: (jti) => !seen.has(jti) && seen.add(jti) === seen,
      patient: (asked) => Promise.resolve(asked === pseudonym ? patient : undefined),
    };
  });

  it('is taken once', async () => {
    const { pseudonym } = patient;
    await expect(verifyPortalRequest(statement, target, judge)).resolves.toMatchObject({
      pseudonym,
    });
    await expect(verifyPortalRequest(statement, target, judge)).rejects.toThrow(refused);
  });

  it.each([
    ['another path', { path: '/portal/v1/patient' }],
    ['another method', { method: 'POST' }],
    ['another body', { bodyHash: sha256Hex('x') }],
  ])('is not taken for %s', async (_, other) => {
    const request = verifyPortalRequest(statement, { ...target, ...other }, judge);
    await expect(request).rejects.toThrow(refused);
  });

  it.each<[string, (own: PortalJudge) => Partial<PortalJudge>]>([
    ['another portal', () => ({ audience: 'https://other.example' })],
    ['another channel', () => ({ channel: 'edge-west' })],
    ['later', ({ now }) => ({ now: now + 121_000 })],
    ['an unknown patient', () => ({ patient: () => Promise.resolve(undefined) })],
  ])('is not taken by or for %s', async (_, other) => {
    const request = verifyPortalRequest(statement, target, { ...judge, ...other(judge) });
    await expect(request).rejects.toThrow(refused);
  });

  it.each(['RETIRED', 'LOST'])('is not taken from a key that is %s', async (status) => {
    patient = { ...patient, keys: patient.keys.map((key) => ({ ...key, status })) };
    await expect(verifyPortalRequest(statement, target, judge)).rejects.toThrow(refused);
  });

  it('is not taken from another statement, or none', async () => {
    const other = await wallet.do({ type: 'withdraw', grant: crypto.randomUUID() });
    for (const text of [other.statement, '', 'a.b.c']) {
      await expect(verifyPortalRequest(text, target, judge)).rejects.toThrow(refused);
    }
  });
});
