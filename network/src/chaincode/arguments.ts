import path from 'node:path';
import { ownOf } from '@salus/protocol';
import { NetworkError } from '../instance/errors.js';

/** Options of `deployCC`, as Fabric's test-network names them. */
export interface DeployOptions {
  /** -c: default the topology's first channel. */
  channel?: string;
  /** -ccn: default all three contracts. */
  name?: string;
  /** -ccp: folder of the contract; may be left out for the three of this repository. */
  folder?: string;
  /** -ccv: default 1.0. */
  version?: string;
  /** -ccs: a number or `auto`, the default: one more than what is committed. */
  sequence?: number | 'auto';
  /** -ccep: endorsement policy; default from the topology. */
  signaturePolicy?: string;
  /** -cccg: file with private data collections; default collections_config.json in the folder. */
  collectionsFile?: string;
  /** Keep watching the sources; rebuild and restart the servers when they change. */
  watch?: boolean;
}

/** Options of `cc list`, `cc invoke` and `cc query`. */
export interface ChaincodeCommandOptions {
  action: 'list' | 'invoke' | 'query';
  channel?: string;
  name?: string;
  /** -ccic or -ccqc: `{"function": …, "Args": […]}`. */
  constructorJson?: string;
  /** --as ORG[/user]: default the first organization's administrator. */
  as?: string;
  /** --transient: a JSON object of texts. */
  transient?: string;
  /** --endorsers: organizations to ask; default all whose peers can be reached. */
  endorsers?: string[];
}

const usage = 'See network.sh help for the flags.';

function argumentError(message: string): NetworkError {
  return new NetworkError('ERR_ARGUMENT', message, usage);
}

type Assign<Options> = Record<string, (options: Options, value: string) => void>;

function parse<Options extends object>(
  argv: readonly string[],
  valued: Assign<Options>,
  switches: Record<string, (options: Options) => void>,
  options: Options,
): Options {
  for (let index = 0; index < argv.length; index += 1) {
    const flag = argv[index] ?? '';
    const toggle = ownOf(switches, flag);
    const assign = ownOf(valued, flag);
    if (toggle) {
      toggle(options);
    } else if (assign) {
      index += 1;
      const value = argv[index];
      if (value === undefined) throw argumentError(`${flag} needs a value.`);
      assign(options, value);
    } else {
      throw argumentError(`There is no flag ${flag} here.`);
    }
  }
  return options;
}

/** test-network writes NA where nothing is wanted. */
const given = (value: string) => value !== '' && value !== 'NA';

function sequenceOf(text: string): number | 'auto' {
  if (text === 'auto') return 'auto';
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw argumentError(`-ccs ${text} is neither a whole number from 1 nor auto.`);
}

const nodeLanguages = new Set(['javascript', 'typescript', 'node']);

const deployFlags: Assign<DeployOptions> = {
  '-c': (options, value) => (options.channel = value),
  '-ccn': (options, value) => (options.name = value),
  '-ccp': (options, value) => (options.folder = path.resolve(value)),
  '-ccv': (options, value) => (options.version = value),
  '-ccs': (options, value) => (options.sequence = sequenceOf(value)),
  '-ccep': (options, value) => {
    if (given(value)) options.signaturePolicy = value;
  },
  '-cccg': (options, value) => {
    if (given(value)) options.collectionsFile = path.resolve(value);
  },
  '-ccl': (_, value) => {
    if (!nodeLanguages.has(value))
      throw argumentError(`-ccl ${value}: only Node.js contracts run here.`);
  },
  '-cci': (_, value) => {
    if (given(value)) throw argumentError('-cci: contracts here need no initialization call.');
  },
};

/**
 * Reads the flags of `deployCC`.
 *
 * @throws NetworkError ERR_ARGUMENT naming the flag.
 */
export const parseDeployArguments = (argv: readonly string[]): DeployOptions =>
  parse<DeployOptions>(argv, deployFlags, { '--watch': (o) => (o.watch = true) }, {});

const chaincodeFlags: Assign<ChaincodeCommandOptions> = {
  '-c': (options, value) => (options.channel = value),
  '-ccn': (options, value) => (options.name = value),
  '-ccic': (options, value) => (options.constructorJson = value),
  '-ccqc': (options, value) => (options.constructorJson = value),
  '-org': (options, value) => (options.as = value),
  '--as': (options, value) => (options.as = value),
  '--transient': (options, value) => (options.transient = value),
  '--endorsers': (options, value) => (options.endorsers = value.split(',')),
};

/**
 * Reads `list|invoke|query` and their flags.
 *
 * @throws NetworkError ERR_ARGUMENT naming what is wrong.
 */
export function parseChaincodeArguments([
  action,
  ...argv
]: readonly string[]): ChaincodeCommandOptions {
  if (action !== 'list' && action !== 'invoke' && action !== 'query') {
    throw argumentError(`cc ${action ?? ''}: give list, invoke or query.`);
  }
  return parse<ChaincodeCommandOptions>(argv, chaincodeFlags, {}, { action });
}
