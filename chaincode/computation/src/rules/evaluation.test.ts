import { MAX_LEAVES, type ProgramName } from '@salus/protocol/computation';
import { combineInputs, requireEvaluator, requireOwnName, type KnownInput } from './evaluation.js';

const input = (name: string, change: Partial<KnownInput> = {}): KnownInput => ({
  hash: name,
  keyId: 'k',
  purpose: 'p',
  bound: { least: 0, most: 1, noiseBits: 19 },
  leaves: [name],
  programs: [],
  contributors: ['A'],
  isWithdrawn: false,
  ...change,
});
const failure = (code: string, details: object = {}) =>
  expect.objectContaining({ code, ...details }) as Error;

describe('the inputs of an evaluation', () => {
  test('hand their leaves, programs and contributors on', () => {
    const inputs = [
      input('x', { contributors: ['B'] }),
      input('y', { leaves: ['v', 'w'], programs: ['sum.v1', 'mask.v1' as ProgramName] }),
      input('x', { contributors: ['B'] }),
    ];
    expect(combineInputs('statistics.v1', inputs)).toEqual({
      keyId: 'k',
      purpose: 'p',
      leaves: ['x', 'v', 'w', 'x'],
      programs: ['mask.v1', 'statistics.v1', 'sum.v1'],
      contributors: ['A', 'B'],
    });
  });

  test('are one or more', () => {
    expect(() => combineInputs('sum.v1', [])).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'inputs: expected one or more',
        argument: 'inputs',
      }),
    );
  });

  test('are under one key', () => {
    expect(() => combineInputs('sum.v1', [input('x'), input('y', { keyId: 'l' })])).toThrow(
      failure('ERR_CONFLICT', {
        message: 'the inputs are under different keys',
        argument: 'inputs[1]',
        expected: 'k',
        got: 'l',
      }),
    );
  });

  test('stand', () => {
    expect(() => combineInputs('sum.v1', [input('x', { isWithdrawn: true })])).toThrow(
      failure('ERR_CONFLICT', {
        message: 'an input is withdrawn',
        argument: 'inputs[0]',
        expected: 'a ciphertext that stands',
        got: 'withdrawn',
      }),
    );
  });

  test('have no more leaves than an opening can read', () => {
    const leaves = Array.from({ length: MAX_LEAVES }, (_, index) => `c${index}`);
    expect(combineInputs('sum.v1', [input('x', { leaves })]).leaves).toHaveLength(MAX_LEAVES);
    expect(() => combineInputs('sum.v1', [input('x', { leaves }), input('y')])).toThrow(
      failure('ERR_TOO_MANY_SUMMANDS', {
        message: 'too many ciphertexts go into the result',
        argument: 'inputs',
        expected: `at most ${MAX_LEAVES}`,
        got: String(MAX_LEAVES + 1),
      }),
    );
  });
});

describe('who evaluates', () => {
  test('has a part in it', () => {
    expect(() => {
      requireEvaluator('A', ['B', 'A']);
    }).not.toThrow();
    expect(() => {
      requireEvaluator('C', ['B', 'A', 'B']);
    }).toThrow(
      failure('ERR_FORBIDDEN', {
        message: 'C neither contributed nor holds the key',
        argument: 'caller',
        expected: 'A, B',
        got: 'C',
      }),
    );
  });

  test('takes no name that another contract gives', () => {
    const reserved = ['claims', 'research'];
    for (const name of ['statistics:1', 'claims', 'claims-1', 'x:claims:1']) {
      expect(() => {
        requireOwnName(name, reserved);
      }).not.toThrow();
    }
    expect(() => {
      requireOwnName('claims:1', reserved);
    }).toThrow(
      failure('ERR_INVALID_ARGUMENT', {
        message: 'evaluationId: this name is kept for another use',
        argument: 'evaluationId',
        expected: 'not claims:…, not research:…',
        got: 'claims:1',
      }),
    );
  });
});
