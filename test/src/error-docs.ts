import { networkErrorCodes } from '@salus/network';
import { errorCodes } from '@salus/protocol';

interface Row {
  readonly meaning: string;
  readonly remedy: string;
}

/** Codes that shell scripts and the chaincode builders print. */
const scriptErrorCodes: Readonly<Record<string, Row>> = {
  ERR_CHAINCODE_BUILD: {
    meaning:
      "A peer's chaincode builder could not use a package. The peer's log holds the message.",
    remedy: 'Correct the package and deploy it again.',
  },
  ERR_DEMO: {
    meaning: 'The demo stopped for a reason without a code of its own.',
    remedy: 'Read the message. `network/network.sh doctor` examines the network.',
  },
  ERR_TOOL_MISSING: {
    meaning: 'A program that a script needs is not on `PATH`, or is too old.',
    remedy: 'Install the program that the message names.',
  },
};

/** docs/errors.md, made from the tables of codes. */
export function errorDocs(): string {
  return `# Error codes

A code is stable: nobody renames it or gives it another meaning. A message names the place at fault and holds no patient data. A
test generates this file from \`packages/protocol/src/base/error-codes.ts\` and \`network/src/instance/errors.ts\`. After a change
there, run \`UPDATE_GOLDEN=1 npx jest test/src/error-docs\`.

## Contracts, client and services

Contracts put the code in front of their message (\`ERR_CONFLICT: …\`). The client turns it into a \`SalusError\`. Services answer
with \`{ code, message }\`.

${table(errorCodes)}
## Network tools

\`network.sh\` prints the code, the message and the remedy. With \`--json\` it prints them as an object.

${table(networkErrorCodes)}
## Scripts

${table(scriptErrorCodes)}`;
}

/** A Markdown table with padded columns, as Prettier leaves it. */
function table(codes: Readonly<Record<string, Row>>): string {
  const rows = Object.entries(codes).map(([code, { meaning, remedy }]) => [
    `\`${code}\``,
    escape(meaning),
    escape(remedy),
  ]);
  const head = ['Code', 'Meaning', 'What to do'];
  const widths = head.map((_, column) =>
    Math.max(...[head, ...rows].map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`;
  const rule = widths.map((width) => '-'.repeat(width));
  return [head, rule, ...rows].map(line).join('');
}

function escape(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}
