import { readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { root, type Code } from './blocks.js';
import { compile } from './compile.js';

/** The façades of a client, and where each is documented. */
const FACADES = {
  RecordsClient: 'client/src/records/records-client.ts',
  ConsentClient: 'client/src/consent/consent-client.ts',
  DrugClient: 'client/src/drug/drug-client.ts',
  ClaimsClient: 'client/src/claims/claims-client.ts',
  StatisticsClient: 'client/src/statistics/statistics-client.ts',
  StudyDesk: 'client/src/statistics/study-desk.ts',
  MembershipClient: 'client/src/membership/membership-client.ts',
};

/** What the examples take as given: a connection, what they were handed, what they import. */
const GIVEN = `
type Imported<M, K extends keyof M> = M[K];
declare const client: import('@salus/client').SalusClient;
declare const connect: Imported<typeof import('@salus/client'), 'connect'>;
declare const importResources: Imported<typeof import('@salus/client/records'), 'importResources'>;
declare const readRecord: Imported<typeof import('@salus/client/records'), 'readRecord'>;
declare const openResult: Imported<typeof import('@salus/client/computation'), 'openResult'>;
declare const proveValues: Imported<typeof import('@salus/client/computation'), 'proveValues'>;
declare const contentStores: Imported<typeof import('@salus/client/stores'), 'contentStores'>;
declare const currentMembers: Imported<typeof import('@salus/client/trust'), 'currentMembers'>;
declare const createEngine: Imported<typeof import('@salus/compute'), 'createEngine'>;
declare const hashOf: Imported<typeof import('@salus/protocol'), 'hashOf'>;
declare const merkleRoot: Imported<typeof import('@salus/protocol'), 'merkleRoot'>;
declare const randomBytes: Imported<typeof import('node:crypto'), 'randomBytes'>;
declare const createWriteStream: Imported<typeof import('node:fs'), 'createWriteStream'>;
declare const pipeline: Imported<typeof import('node:stream/promises'), 'pipeline'>;

declare const engine: import('@salus/compute').Engine;
declare const invitation: import('@salus/client/wallet').WalletInvitation;
declare const patient: import('@salus/client').ImportPatient;
declare const resources: Awaited<ReturnType<typeof import('@salus/client/records').readFhirFile>>;
declare const pack: import('@salus/protocol/drug').VerifyRequest;
declare const fhirClaim: import('@salus/fhir').FhirResource;
declare const storeUrls: readonly string[];
declare const service: import('@salus/protocol/claims').ServiceDetails;
declare const publicKey: Uint8Array;
declare const bytes: Uint8Array;
declare const ciphertexts: readonly Uint8Array[];
declare const leaves: readonly Uint8Array[];
declare const values: readonly number[];
declare const vectors: readonly (readonly number[])[];
declare const use: import('@salus/protocol/computation').CiphertextUse;
declare const evidence: readonly string[];
declare const figure: import('@salus/client/statistics').EncryptedFigure;
`;

/** Texts that examples take as given. */
const TEXTS = [
  ...[
    'claimId',
    'evidenceHash',
    'hash',
    'keyId',
    'openingId',
    'order',
    'paymentReferenceHash',
    'policyId',
    'proposalId',
  ],
  ...['prescriptionHash', 'pseudonym', 'recordId', 'request', 'resultHash', 'salt'],
  ...['sscc', 'statement', 'termsHash', 'text'],
];

interface Documented {
  /** `ClaimsClient.submit` */
  readonly name: string;
  readonly examples: readonly Code[];
}

/** The public methods of a class, each with its examples. */
function methodsOf(name: string, file: string): readonly Documented[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
  const found = source.statements.find(
    (one) => ts.isClassDeclaration(one) && one.name?.text === name,
  );
  if (!found || !ts.isClassDeclaration(found)) throw new Error(`${file} declares no ${name}`);
  return found.members.filter(ts.isMethodDeclaration).flatMap((method) => {
    if (!ts.isIdentifier(method.name)) return [];
    return [{ name: `${name}.${method.name.text}`, examples: examplesOf(method, source) }];
  });
}

function examplesOf(node: ts.Node, source: ts.SourceFile): readonly Code[] {
  return ts
    .getJSDocTags(node)
    .filter(({ tagName }) => tagName.text === 'example')
    .map((tag) => ({
      file: source.fileName,
      line: source.getLineAndCharacterOfPosition(tag.pos).line + 2,
      text: ts.getTextOfJSDocComment(tag.comment) ?? '',
    }));
}

describe('the façades of the SDK', () => {
  const methods = Object.entries(FACADES).flatMap(([name, file]) => methodsOf(name, file));
  const given = `${GIVEN}${TEXTS.map((name) => `declare const ${name}: string;`).join('\n')}`;

  it('document every method with an example', () => {
    expect(methods.length).toBeGreaterThan(40);
    const silent = methods.filter(({ examples }) => examples.length === 0);
    expect(silent.map(({ name }) => name)).toEqual([]);
  });

  it('have examples that compile under strict types, against the packages as they are built', () => {
    expect(
      compile(
        methods.flatMap(({ examples }) => examples),
        given,
      ),
    ).toEqual([]);
  });

  it('would be refused for an example of a method that there is not', () => {
    const wrong = { file: 'x.ts', line: 3, text: 'await client.claims.submitt({});' };
    expect(compile([wrong], given)).toEqual([expect.stringMatching(/^x\.ts:3 .*submitt/)]);
  });
});
