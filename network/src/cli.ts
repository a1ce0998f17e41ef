import { spawn } from 'node:child_process';
import { Command, CommanderError } from 'commander';
import pc from 'picocolors';
import { parseChaincodeArguments, parseDeployArguments } from './chaincode/arguments.js';
import { cc, deployCC } from './chaincode/commands.js';
import { peerEnvironment } from './chaincode/peer-command.js';
import { plainText } from './chaincode/plain-text.js';
import { revoke } from './channel/revoke.js';
import { examine, findingsOf } from './doctor.js';
import { fabricBinaries } from './fabric/binaries.js';
import { NetworkError } from './instance/errors.js';
import {
  checkUser,
  findOrganization,
  type Instance,
  instanceOf,
  logFile,
} from './instance/instance.js';
import { inTurn } from './lifecycle/in-turn.js';
import { checkUp, down, newChannel, restartNode, start, stop, up } from './lifecycle/network.js';
import { networkStatus } from './lifecycle/status.js';
import { addOrganization } from './membership/add-organization.js';
import { doctorText } from './presentation/doctor-text.js';
import { progressOn } from './presentation/progress-on.js';
import { statusText, type Width } from './presentation/status-text.js';
import { lastLines } from './supervisor/log-tail.js';

const argv = process.argv.slice(2);
const json = argv.includes('--json');
// test-network writes -ca with one dash, which commander takes for two short flags.
const words = argv
  .filter((each) => each !== '--json')
  .map((each) => (each === '-ca' ? '--ca' : each));
const say = progressOn(process.stderr);

function output(value: unknown, text: string): void {
  console.log(json ? JSON.stringify(value, null, 2) : text);
}

interface UpOptions {
  c?: string;
  s?: string;
  ca?: boolean;
  cryptogen?: boolean;
}

async function bringUp(instance: Instance, action: string | undefined, options: UpOptions) {
  if (options.s !== undefined && options.s !== 'leveldb') {
    throw new NetworkError(
      'ERR_STATE_DATABASE',
      `The state database is LevelDB; ${options.s} is not supported.`,
      'Leave -s out.',
    );
  }
  if (action !== undefined && action !== 'createChannel') {
    throw new NetworkError('ERR_ARGUMENT', `up ${action}: only createChannel can follow.`);
  }
  if (options.ca && options.cryptogen) {
    throw new NetworkError(
      'ERR_ARGUMENT',
      '-ca and --cryptogen: only one can make the identities.',
    );
  }
  await up(instance, say, { cryptogen: options.cryptogen ?? false });
  if (action) await channel(instance, options);
  const status = await networkStatus(instance);
  output(status, `The network runs: ${status.nodes.length} nodes in ${instance.home}`);
}

async function channel(instance: Instance, options: UpOptions): Promise<void> {
  const channels = options.c ? [options.c] : instance.topology.channels;
  for (const name of channels) {
    say(`Creating channel ${name}`);
    await newChannel(instance, name);
  }
}

async function showStatus(instance: Instance, width: Width): Promise<void> {
  const status = await networkStatus(instance);
  output(status, statusText(status, width));
  if (status.state !== 'running') process.exitCode = 1;
}

async function showExamination(instance: Instance, width: Width): Promise<void> {
  const examination = await examine(instance);
  const findings = findingsOf(examination);
  output(findings, doctorText(examination, width));
  if (findings.some((each) => !each.ok)) process.exitCode = 1;
}

function withWidth(command: Command): Command {
  return command.option('--wide', 'tell every node in full', false);
}

function showLogs(instance: Instance, node: string, options: { f?: boolean; n: string }): void {
  const count = Number(options.n);
  if (!Number.isInteger(count) || count < 1) {
    const remedy = 'Give how many lines as a whole number from 1.';
    throw new NetworkError('ERR_ARGUMENT', `-n ${options.n} is not a number of lines.`, remedy);
  }
  const file = logFile(instance, node);
  const lines = lastLines(file, count);
  if (lines.length === 0) {
    throw new NetworkError('ERR_NODE_UNKNOWN', `There is no log of ${node}.`);
  }
  if (options.f) spawn('tail', ['-n', options.n, '-F', file], { stdio: 'inherit' });
  else console.log(lines.join('\n'));
}

async function showEnvironment(instance: Instance, name: string, user: string): Promise<void> {
  checkUp(instance);
  const organization = checkUser(findOrganization(instance, name), user);
  const binaries = await fabricBinaries(say);
  const all = peerEnvironment(instance, organization, binaries, user);
  const rest = Object.fromEntries(
    Object.entries(all).filter(([key]) => key !== 'HOME' && key !== 'PATH'),
  );
  const quote = (value: string) => `'${value.replaceAll("'", "'\\''")}'`;
  const lines = Object.entries(rest).map(([key, value]) => `export ${key}=${quote(value)}`);
  output(rest, [...lines, `export PATH=${quote(binaries.directory)}:"$PATH"`].join('\n'));
}

async function revokeUser(instance: Instance, name: string, user: string): Promise<void> {
  checkUp(instance);
  const revoked = await revoke(instance, await fabricBinaries(say), name, user);
  const where = revoked.channels.join(', ');
  output(revoked, `${user} of ${revoked.organization} is revoked in ${where || 'no channel yet'}`);
}

async function addMember(instance: Instance, name: string): Promise<void> {
  const addition = await addOrganization(instance, name, say);
  const channels = addition.channels.join(', ') || 'no channel yet';
  const behind = addition.chaincodes.some((each) => each.leftOut.length > 0);
  output(
    addition,
    addition.changed
      ? `${name} is a member of ${channels}${behind ? '; not every chaincode is deployed everywhere: see above' : ''}`
      : `${name} is a member already: nothing to change`,
  );
}

const done = (text: string) => output({ ok: true }, text);

function program(instance: Instance): Command {
  const root = new Command('network.sh')
    .exitOverride()
    .configureOutput(json ? { writeErr: () => undefined } : {})
    .enablePositionalOptions();
  root.description('Runs the Salus network. Every command takes --json.');
  root
    .command('up [createChannel]')
    .description('start the network, with createChannel also its channels')
    .option('--ca', 'identities from real Fabric CAs (the default)')
    .option('--cryptogen', 'identities from cryptogen: quick, without roles')
    .option('-c <channel>', 'channel name')
    .option('-s <database>', 'state database: leveldb')
    .action((action: string | undefined, options: UpOptions) => bringUp(instance, action, options));
  root
    .command('createChannel')
    .description('create channels, and join the peers that have not joined')
    .option('-c <channel>', 'channel name')
    .action(async (options: UpOptions) => {
      await channel(instance, options);
      done('The channel is there');
    });
  withWidth(root.command('status'))
    .description('what runs, by organisation; nodes that are not well in full')
    .action((width: Width) => showStatus(instance, width));
  root
    .command('logs <node>')
    .description("the last lines of a node's log")
    .option('-f', 'follow')
    .option('-n <lines>', 'how many lines', '50')
    .action((node: string, options: { f?: boolean; n: string }) =>
      showLogs(instance, node, options),
    );
  withWidth(root.command('doctor'))
    .description('examine the machine and the network, with a remedy for each finding')
    .action((width: Width) => showExamination(instance, width));
  root
    .command('stop')
    .description('stop every process of the network; its data stays')
    .action(() => stop(instance).then(() => done('Stopped; the data is kept')));
  root
    .command('start')
    .description('start a stopped network again')
    .action(() => start(instance).then(() => done('Started')));
  root
    .command('down')
    .description('stop the network and remove its ledgers, keys and files')
    .action(() => down(instance).then(() => done('Stopped and removed')));
  root
    .command('restart <node>')
    .description('restart one node')
    .action((node: string) => restartNode(instance, node).then(() => done(`${node} runs`)));
  root
    .command('env <organization> [user]')
    .description('exports for the stock peer command')
    .action((name: string, user: string | undefined) =>
      showEnvironment(instance, name, user ?? 'Admin'),
    );
  root
    .command('addOrg <organization>')
    .description('add an organization, appended to the topology, to the running network')
    .action((name: string) => addMember(instance, name));
  root
    .command('revoke <organization> <user>')
    .description('revoke a user at its Fabric CA and in every channel')
    .action((name: string, user: string) => revokeUser(instance, name, user));
  root
    .command('deployCC')
    .description('deploy chaincode: -c -ccn -ccp -ccv -ccs -ccep -cccg --watch');
  root.command('cc').description('list | invoke | query: -c -ccn -ccic -ccqc --as --endorsers');
  return root;
}

/** What changes the network, and so takes its turn; `deployCC --watch` would keep it. */
const changing = ['up', 'createChannel', 'start', 'stop', 'down', 'restart', 'revoke', 'addOrg'];

function takesTurn([verb = '', ...rest]: readonly string[]): boolean {
  if (rest.includes('--help') || rest.includes('-h')) return false;
  return changing.includes(verb) || (verb === 'deployCC' && !rest.includes('--watch'));
}

async function run(): Promise<void> {
  const instance = instanceOf();
  await (takesTurn(words) ? inTurn(instance, () => perform(instance), say) : perform(instance));
}

async function perform(instance: Instance): Promise<void> {
  const [verb, ...rest] = words;
  if ((verb === 'deployCC' || verb === 'cc') && !rest.includes('--help')) {
    checkUp(instance);
    const context = { instance, tools: await fabricBinaries(say), report: say };
    if (verb === 'deployCC') {
      const results = await deployCC(parseDeployArguments(rest), context);
      const behind = results.some((each) => each.leftOut.length > 0);
      output(
        results,
        `The chaincode is deployed${behind ? ', but not everywhere: see above' : ''}`,
      );
    } else {
      const result = await cc(parseChaincodeArguments(rest), context);
      output(result, plainText(result));
    }
    return;
  }
  await program(instance).parseAsync(words, { from: 'user' });
}

/** commander has told what is wrong in its own words already, but neither as JSON nor what to do. */
function usageError({ message }: CommanderError): void {
  const wrong = new NetworkError('ERR_ARGUMENT', message.replace(/^error: /, ''));
  if (json) say(JSON.stringify({ error: wrong }, null, 2));
  else say(`What to do: ${wrong.remedy}`);
}

function fail(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode;
    if (error.exitCode !== 0) usageError(error);
    return;
  }
  const known = error instanceof NetworkError;
  const { message, stack } = error as Error;
  if (json) say(JSON.stringify({ error: known ? error : { message } }, null, 2));
  else if (known) {
    say(pc.red(`${error.code}: ${message}`));
    if (error.remedy) say(`What to do: ${error.remedy}`);
  } else say(stack ?? message);
  process.exitCode = 1;
}

run().catch(fail);
