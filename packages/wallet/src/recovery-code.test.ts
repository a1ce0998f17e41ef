import { describeRequest } from './describe.js';
import { recoveryCode, type RecoveryTerms } from './recovery-code.js';
import { generateSigningKey } from './signing-key.js';

/** Base64url of 32 bytes. */
const bytes = (fill: number) => Buffer.alloc(32, fill).toString('base64url');

describe('the code of a recovery', () => {
  let request: RecoveryTerms;

  beforeAll(async () => {
    const [one, two] = [await generateSigningKey(), await generateSigningKey()];
    request = {
      keys: [
        { kind: 'hospital', jwk: one.jwk },
        { kind: 'insurer', jwk: two.jwk },
      ],
      hpkePublicKey: bytes(1),
      olderKeys: 'LOST',
      lostSince: '2026-05-01T00:00:00.000Z',
    };
  });

  it('has 99 bits in six groups of digits, and does not depend on the order of keys', async () => {
    const code = await recoveryCode(request);
    expect(code).toMatch(/^\d{5}( \d{5}){5}$/);
    expect(await recoveryCode({ ...request, keys: request.keys.toReversed() })).toBe(code);
    const { lostSince: _told, ...never } = request;
    expect(await recoveryCode({ ...never, lostSince: undefined })).toBe(await recoveryCode(never));
  });

  it('is another one for every other request', async () => {
    const [first, second] = request.keys as [
      RecoveryTerms['keys'][number],
      RecoveryTerms['keys'][number],
    ];
    const { lostSince: _told, ...never } = request;
    const changed: RecoveryTerms[] = [
      { ...request, hpkePublicKey: bytes(2) },
      { ...request, keys: [first] },
      { ...request, keys: [first, { kind: 'insurer', jwk: (await generateSigningKey()).jwk }] },
      { ...request, keys: [first, { ...second, kind: 'pharmacy' }] },
      { ...request, keys: [{ ...first, jwk: second.jwk }, second] },
      {
        ...request,
        keys: [
          { ...first, jwk: second.jwk },
          { ...second, jwk: first.jwk },
        ],
      },
      { ...request, olderKeys: 'RETIRED' },
      { ...request, lostSince: '2026-05-01T00:00:00.001Z' },
      never,
    ];
    const codes = await Promise.all([request, ...changed].map(recoveryCode));
    expect(new Set(codes).size).toBe(changed.length + 1);
  });

  const words = (more: object) => {
    const about = { from: 'Ada', kind: 'hospital', grants: [], now: 0, code: 'this', ...more };
    return describeRequest({ type: 'recover', ...request }, about as never);
  };

  it('comes with no warning where it is the only one', () => {
    const only = words({});
    expect(only[0]).toBe(
      'Ada asks for your share, to recover a lost wallet, and for your approval of new keys.',
    );
    const again = { agreed: { at: 'yesterday', code: 'this' }, waiting: ['this'] };
    expect(words(again)).toEqual(only);
  });

  it('comes with a warning where the owner agreed to another one before', () => {
    expect(words({ agreed: { at: 'yesterday', code: 'that' } }).slice(0, 2)).toEqual([
      'CAREFUL: on yesterday you agreed to another request to recover Ada, with the code that.',
      'This one is different. If you agree, your approval goes to this one alone.',
    ]);
  });

  it('comes with a warning where others wait', () => {
    expect(words({ waiting: ['this', 'that', 'a third'] }).slice(0, 2)).toEqual([
      'CAREFUL: other requests to recover Ada wait too, with these codes: that; a third.',
      'Somebody may pretend to be Ada. Agree to the one whose code Ada reads to you, and refuse the others.',
    ]);
  });
});
