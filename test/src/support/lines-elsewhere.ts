/** Lines of the guides that `guides.network.test.ts` does not type, why, and the test that runs them. */
export interface LinesElsewhere {
  readonly lines: RegExp;
  readonly why: string;
  /** The test's file, and a text of it that shows what it runs. */
  readonly by: readonly [file: string, text: string];
}

const BREAK_GLASS = 'client/src/emergency/break-glass.network.test.ts';
const CUSTODIANS = 'packages/testing/src/custodian-network.ts';
const STATISTICS = 'client/src/statistics/statistics.network.test.ts';
const SDK = 'test/src/sdk.network.test.ts';
const NETWORK = 'network/src/lifecycle/network.network.test.ts';

export const linesElsewhere: readonly LinesElsewhere[] = [
  {
    lines: /^scripts\/(demo|first-record|test)\.sh$/,
    why: 'they install, build and try the whole repository, this test included',
    by: ['.ci/run', 'scripts/test.sh'],
  },
  {
    lines: /^npm (ci|run )/,
    why: 'it takes minutes and the whole repository; a test holds its name against package.json',
    by: ['network/src/documents.test.ts', "'npm' && verb === 'run'"],
  },
  {
    lines: /^npx node --inspect/,
    why: 'it waits for an inspector',
    by: ['scripts/documents/debugging.test.ts', "startsWith('npx node --inspect')"],
  },
  {
    lines: /^npm install (@salus\/client|node-seal)/,
    why: 'it needs a registry that has the packages; the test installs their tarballs',
    by: [SDK, 'InstalledSdk.install'],
  },
  {
    lines: /^(node \.\.\/\.\.\/scripts\/release\/pack\.js|npm install --no-save|node \w+\.mjs) ?/,
    why: 'an example runs in the folder of an installed SDK',
    by: [SDK, 'sdk.example'],
  },
  {
    lines: /-ccn beds/,
    why: "the example's contract is deployed where the example runs",
    by: [SDK, "'deployCC', '-ccn', 'beds'"],
  },
  {
    lines: /^network\/network\.sh (down|stop|start)$/,
    why: 'it would end the network that all tests share',
    by: [NETWORK, 'await stop(instance)'],
  },
  {
    lines: /^network\/network\.sh addOrg/,
    why: 'it would change the network that all tests share',
    by: ['network/src/membership/add-organization.network.test.ts', 'addOrganization('],
  },
  {
    lines: /^peer lifecycle chaincode (package|install)/,
    why: "Fabric's own tools work on a network of their own",
    by: [
      'network/src/chaincode/stock-tools.network.test.ts',
      "'lifecycle', 'chaincode', 'install'",
    ],
  },
  {
    lines: /^salus custodian (init|serve|deal|status)/,
    why: 'it takes the services of five custodians',
    by: [CUSTODIANS, "'custodian', 'serve'"],
  },
  {
    lines: /^salus import .*--emergency-key/,
    why: 'it takes a key of five custodians',
    by: [CUSTODIANS, "'--emergency-key'"],
  },
  {
    lines: /^salus ehr (break-glass|review-emergency)/,
    why: 'it takes a key of five custodians',
    by: [BREAK_GLASS, "'review-emergency'"],
  },
  {
    lines: /^salus statistics /,
    why: 'it takes the services of a committee and institutions of three organisations',
    by: [STATISTICS, "'register-institution'"],
  },
  {
    lines: /gateway serve --port/,
    why: 'it takes the settings, staff and tokens of a hospital',
    by: ['services/gateway/src/test-support/gateway-process.ts', "'gateway', 'serve'"],
  },
  {
    lines: /--backend s3/,
    why: 'it takes an S3 service',
    by: ['services/store/src/s3-objects.network.test.ts', 'startS3'],
  },
  {
    lines: /^salus store repair .*--all/,
    why: 'it takes the stores of every record on the network that all tests share',
    by: ['services/store/src/store.network.test.ts', "'--all'"],
  },
  {
    lines: /^salus completion zsh/,
    why: 'not every machine has zsh',
    by: ['cli/src/commands/completion.test.ts', "'zsh'"],
  },
];
