import { GENERATOR, multiplySecret, randomScalar, scalars } from './group.js';
import { knows, prove, verify, type Statement } from './proofs.js';

const blame = { code: 'ERR_KEY_INVALID', argument: 'test' } as const;
const use = { domain: 'test/v1', bound: ['record-1', 'decision-1'] };
const times = (secret: Uint8Array, base = GENERATOR) => multiplySecret(base, secret, blame);

/** x·G and x·E for a random E. */
function equalLogarithms(secret: Uint8Array): Statement {
  const base = times(randomScalar());
  return [
    { base: GENERATOR, image: times(secret) },
    { base, image: times(secret, base) },
  ];
}

describe.each([
  ['of a secret', (secret: Uint8Array) => knows(times(secret))],
  ['of equal logarithms', equalLogarithms],
])('a proof %s', (_what, stateWith) => {
  const secret = randomScalar();
  const statement = stateWith(secret);
  const proof = Buffer.from(prove(secret, statement, use));

  it('verifies, and is the same when made again', () => {
    expect(verify(proof, statement, use)).toBe(true);
    expect(Buffer.from(prove(secret, statement, use))).toEqual(proof);
  });

  it('does not verify for another use', () => {
    expect(verify(proof, statement, { ...use, domain: 'test/v2' })).toBe(false);
    expect(verify(proof, statement, { ...use, bound: ['record-1', 'decision-2'] })).toBe(false);
    expect(verify(proof, statement, { ...use, bound: ['record-1decision-1'] })).toBe(false);
    expect(verify(proof, statement, { ...use, bound: ['record-1d', 'ecision-1'] })).toBe(false);
  });

  it('does not verify for another statement', () => {
    expect(verify(proof, stateWith(randomScalar()), use)).toBe(false);
  });

  it('is not to be made without the secret', () => {
    expect(verify(prove(randomScalar(), statement, use), statement, use)).toBe(false);
  });

  it('has no second form', () => {
    for (const at of [0, 31, 32, 63]) {
      const changed = Buffer.from(proof);
      changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
      expect(verify(changed, statement, use)).toBe(false);
    }
    for (const at of [0, 32]) {
      const value = BigInt(`0x${proof.subarray(at, at + 32).toString('hex')}`) + scalars.ORDER;
      if (value >= 1n << 256n) continue;
      const unreduced = Buffer.from(proof);
      unreduced.write(value.toString(16).padStart(64, '0'), at, 'hex');
      expect(verify(unreduced, statement, use)).toBe(false);
    }
    expect(verify(proof.subarray(1), statement, use)).toBe(false);
    expect(verify(Buffer.concat([proof, Buffer.alloc(1)]), statement, use)).toBe(false);
    expect(verify(Buffer.alloc(64), statement, use)).toBe(false);
    expect(verify(Buffer.alloc(64, 0xff), statement, use)).toBe(false);
  });
});

it('a proof of equal logarithms is none of different ones', () => {
  const [one, other] = [randomScalar(), randomScalar()];
  const base = times(randomScalar());
  const statement = [
    { base: GENERATOR, image: times(one) },
    { base, image: times(other, base) },
  ];
  expect(verify(prove(one, statement, use), statement, use)).toBe(false);
  expect(verify(prove(other, statement, use), statement, use)).toBe(false);
});
