import { blocksIn } from './blocks.js';
import { compile } from './compile.js';

/** What the samples take as given, beside what they import. */
const GIVEN = `
/** Patient's pseudonym on the ledger. */
declare const pseudonym: string;
declare const recordId: string;
/** The reader's own key for one reading. */
declare const hpkePublicKey: string;
/** A logistic unit of medicine. */
declare const sscc: string;
/** Addresses by MSP ID. */
declare const stores: Readonly<Record<string, string>>;
declare const keyServices: Readonly<Record<string, string>>;
/** What a patient's wallet has handed to the hospital. */
declare const invitation: import('@salus/client/wallet').WalletInvitation;
declare const nationalId: string;
/** Keeps a wallet's state, encrypted. */
declare function keep(state: import('@salus/wallet').WalletState): Promise<void>;
`;

describe('the TypeScript samples of the documents', () => {
  const samples = [...blocksIn('ts'), ...blocksIn('js')];

  it('are there in README, the guide to the SDK and the guide to wallets', () => {
    const files = new Set(samples.map(({ file }) => file));
    expect([...files]).toEqual(
      expect.arrayContaining(['README.md', 'client/README.md', 'docs/wallet.md']),
    );
  });

  it('compile under strict types against the packages as they are built', () => {
    expect(compile(samples, GIVEN)).toEqual([]);
  });

  it('would be refused for a name that a package does not export, and a type that does not fit', () => {
    const text =
      "import { connekt, connect } from '@salus/client';\nawait connect({ channel: 1 });";
    expect(compile([{ file: 'docs/x.md', line: 7, text }], GIVEN)).toEqual([
      expect.stringMatching(/^docs\/x\.md:7 .*connekt/),
      expect.stringMatching(/^docs\/x\.md:8 .*number/),
    ]);
  });

  it('the SDK in README takes fifteen lines at the most', () => {
    const [sample] = samples.filter(({ file }) => file === 'README.md');
    expect(sample?.text.split('\n').length).toBeLessThanOrEqual(15);
  });
});
