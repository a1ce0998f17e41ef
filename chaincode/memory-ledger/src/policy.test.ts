import { KeyEndorsementPolicy } from 'fabric-shim';
import { decodePolicy, majorityOf, parsePolicy, satisfies } from './policy.js';

const judge = (text: string, ...endorsers: string[]) => satisfies(parsePolicy(text), endorsers);

describe('an endorsement policy', () => {
  test('AND asks for all, OR for one, OutOf for so many', () => {
    expect(judge("AND('A.peer', 'B.peer')", 'A')).toBe(false);
    expect(judge("AND('A.peer', 'B.peer')", 'B', 'A')).toBe(true);
    expect(judge("OR('A.peer', 'B.peer')", 'B')).toBe(true);
    expect(judge("OutOf(2, 'A.peer', 'B.member', 'C.peer')", 'C', 'B')).toBe(true);
    expect(judge("OutOf(2, 'A.peer', 'B.peer', 'C.peer')", 'C', 'D')).toBe(false);
  });

  test('nests', () => {
    const text = "AND('A.peer', OR('B.peer', 'C.peer'))";
    expect(judge(text, 'A', 'C')).toBe(true);
    expect(judge(text, 'B', 'C')).toBe(false);
  });

  test('counts a signature once', () => {
    expect(judge("OutOf(2, 'A.peer', 'A.member')", 'A')).toBe(false);
  });

  test('is not met by peers where it asks for clients or administrators', () => {
    expect(judge("OR('A.client', 'A.admin')", 'A')).toBe(false);
  });

  test.each(['', 'A', "AND('A.peer'", "XOR('A.peer')", "AND('A.king')", "OR('A.peer') x"])(
    '%j is none',
    (text) => {
      expect(() => parsePolicy(text)).toThrow('unrecognized token');
    },
  );

  test('of a key asks for every organisation in it', () => {
    const policy = new KeyEndorsementPolicy();
    policy.addOrgs('PEER', 'A', 'B');
    const decoded = decodePolicy(policy.getPolicy());
    expect(satisfies(decoded, ['A'])).toBe(false);
    expect(satisfies(decoded, ['A', 'B'])).toBe(true);
  });

  test('of the channel asks for more than half', () => {
    expect(satisfies(majorityOf(['A', 'B', 'C', 'D']), ['A', 'B'])).toBe(false);
    expect(satisfies(majorityOf(['A', 'B', 'C']), ['A', 'B'])).toBe(true);
  });
});
