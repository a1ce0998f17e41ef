import type { ChaincodeCommandResult } from './call.js';

/** JSON is laid out for reading; whatever else a contract returned stays as it is. */
function readable(result: string): string {
  try {
    return JSON.stringify(JSON.parse(result), null, 2);
  } catch {
    return result;
  }
}

function listText({
  channel,
  organization,
  committed,
  installed,
}: Extract<ChaincodeCommandResult, { action: 'list' }>): string {
  const width = Math.max(0, ...committed.map((each) => each.name.length));
  const lines = (entries: readonly string[]) =>
    entries.length > 0 ? entries.map((entry) => `  ${entry}`) : ['  nothing'];
  return [
    `Channel ${channel} runs`,
    ...lines(
      committed.map(
        ({ name, version, sequence }) =>
          `${name.padEnd(width)}  version ${version}  sequence ${sequence}`,
      ),
    ),
    `The peer of ${organization} has installed`,
    ...lines(installed.map((each) => each.packageId)),
  ].join('\n');
}

/** What `cc` found or did, for people. */
export function plainText(outcome: ChaincodeCommandResult): string {
  switch (outcome.action) {
    case 'list':
      return listText(outcome);
    case 'query':
      return readable(outcome.result);
    case 'invoke':
      return [
        `Transaction ${outcome.transactionId} is committed`,
        ...(outcome.result === '' ? [] : [readable(outcome.result)]),
      ].join('\n');
  }
}
