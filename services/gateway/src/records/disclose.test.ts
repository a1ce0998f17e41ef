import type { OpenedRecord } from '@salus/client/records';
import type { Obligation } from '@salus/protocol';
import { disclose, wholeOf } from './obligations.js';

const CANARY = 'Zyxwvut-Canary';
const secret = Buffer.alloc(32, 7);
const patient = JSON.stringify({
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: CANARY }],
  birthDate: '1974-12-25',
  gender: 'female',
});

const opened = (obligations: Obligation[], text: string, contentType = 'application/fhir+json') =>
  ({
    decision: { obligations, pseudonym: 'p'.repeat(43) },
    details: { contentType },
    pieces: (async function* () {
      for (const half of [text.slice(0, 10), text.slice(10)]) {
        yield await Promise.resolve(Buffer.from(half));
      }
    })(),
  }) as unknown as OpenedRecord;

describe('what a decision obliges to', () => {
  it.each<Obligation>(['ANONY', 'DEID', 'REDACT', 'MASK', 'PSEUD'])(
    'is done before anything is handed out: %s',
    async (one) => {
      const disclosed = await disclose(opened([one], patient), secret);
      const text = (await wholeOf(disclosed)).toString('utf8');
      expect(text).toContain('Patient');
      expect(text).not.toContain(CANARY);
    },
  );

  it('keeps back what can not be de-identified', async () => {
    await expect(disclose(opened(['DEID'], 'x', 'application/pdf'), secret)).rejects.toMatchObject({
      code: 'ERR_DEID_UNSUPPORTED',
    });
  });

  it('leaves the content as it is where it binds the reader alone', async () => {
    const disclosed = await disclose(opened(['NORDSCLCD'], patient), secret);
    expect((await wholeOf(disclosed)).toString('utf8')).toBe(patient);
  });

  it('shows a content that can not be read before an answer begins', async () => {
    const broken = {
      ...opened([], ''),
      pieces: (async function* () {
        yield await Promise.reject<Buffer>(new Error('the first piece is wrong'));
      })(),
    };
    await expect(disclose(broken, secret)).rejects.toThrow('the first piece is wrong');
  });
});
