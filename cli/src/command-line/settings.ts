import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import type { HsmSettings } from '@salus/service-kit/hsm';

/** What commands may need to know. Paths are absolute. */
export interface Settings {
  /** The actor's folder: salus.json, checkpoints, what its services keep. */
  readonly home: string;
  readonly profile?: string;
  readonly mspDir?: string;
  readonly mspId?: string;
  readonly channel?: string;
  /** Stores that keep parts of contents, each `MSP=URL`. */
  readonly stores?: readonly string[];
  /** Addresses of key services: the own organisation's, then those of custodians of records. */
  readonly keys?: readonly string[];
  /** Services of the custodians who open records in emergencies, each `MSP=URL`. */
  readonly custodians?: readonly string[];
  /** The token that keeps the key of a service's secrets; salus.json alone names it. */
  readonly hsm?: HsmSettings;
}

export type SettingName = Exclude<keyof Settings, 'home' | 'hsm'>;

/** Settings of which some are there for certain. */
export type SettingsWith<K extends SettingName> = Settings & Required<Pick<Settings, K>>;

interface Source {
  /** The option's name on the command line, and in what commander parsed. */
  readonly option: string;
  readonly parsed: string;
  readonly variable: string;
  readonly kind: 'path' | 'text' | 'list';
}

const sources: Readonly<Record<SettingName, Source>> = {
  profile: source('--profile', 'profile', 'SALUS_PROFILE', 'path'),
  mspDir: source('--msp-dir', 'mspDir', 'SALUS_MSP_DIR', 'path'),
  mspId: source('--msp-id', 'mspId', 'SALUS_MSP_ID', 'text'),
  channel: source('--channel', 'channel', 'SALUS_CHANNEL', 'text'),
  stores: source('--store', 'store', 'SALUS_STORES', 'list'),
  keys: source('--keys', 'keys', 'SALUS_KEYS', 'list'),
  custodians: source('--custodian', 'custodian', 'SALUS_CUSTODIANS', 'list'),
};

function source(option: string, parsed: string, variable: string, kind: Source['kind']): Source {
  return { option, parsed, variable, kind };
}

const address = z.url({ protocol: /^https?$/, error: 'expected an http or https address' });
const mspId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'expected an MSP ID');
const placesByMsp = z
  .record(mspId, address)
  .transform((places) => Object.entries(places).map(([id, url]) => `${id}=${url}`));

/** salus.json may hold more than this: services keep their own settings beside. */
const fileSchema = z.looseObject({
  profile: z.string().optional(),
  mspDir: z.string().optional(),
  mspId: z.string().optional(),
  channel: z.string().optional(),
  stores: placesByMsp.optional(),
  keys: z.array(address).min(1, 'expected one address or more').optional(),
  custodians: placesByMsp.optional(),
  hsm: z
    .strictObject({
      module: z.string().min(1),
      token: z.string().min(1).max(32),
      key: z.string().min(1),
    })
    .optional(),
});

/** What commander parsed of a command's options and the global ones. */
export type ParsedOptions = Readonly<Record<string, unknown>>;

/**
 * Gathers the settings: an option wins over the environment, which wins over `salus.json` in the
 * actor's home. Paths in the file are relative to it; lists in the environment are parted by blanks.
 *
 * @throws SalusError `ERR_SETTINGS_INVALID` for a salus.json that isn't one
 */
export function readSettings(options: ParsedOptions, env: NodeJS.ProcessEnv): Settings {
  const home = path.resolve(textOf(options['home']) ?? env['SALUS_ACTOR_HOME'] ?? '.');
  const file = readFile(path.join(home, 'salus.json'));
  const values: Record<string, string | readonly string[]> = {};
  for (const [name, { parsed, variable, kind }] of Object.entries(sources)) {
    if (kind === 'list') {
      const list = listOf(options[parsed]) ?? listOf(env[variable]) ?? listOf(file[name]);
      if (list) values[name] = list;
      continue;
    }
    const given = textOf(options[parsed]) ?? env[variable];
    const kept = textOf(file[name]);
    if (given !== undefined) values[name] = kind === 'path' ? path.resolve(given) : given;
    else if (kept !== undefined) values[name] = kind === 'path' ? path.resolve(home, kept) : kept;
  }
  const { hsm } = file;
  const token = hsm && { ...hsm, module: path.resolve(home, hsm.module) };
  return { home, ...values, ...(token && { hsm: token }) };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function listOf(value: unknown): readonly string[] | undefined {
  const list = typeof value === 'string' ? value.split(/\s+/).filter(Boolean) : value;
  return Array.isArray(list) && list.length > 0 ? (list as readonly string[]) : undefined;
}

/**
 * The settings a command can't do without; all that are missing are told at once.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`
 */
export function requireSettings<K extends SettingName>(
  settings: Settings,
  ...names: readonly K[]
): SettingsWith<K> {
  const missing = names.filter((name) => settings[name] === undefined);
  if (missing.length > 0) {
    throw new SalusError(
      'ERR_SETTINGS_MISSING',
      missing
        .map((name) => {
          const { option, variable } = sources[name];
          return `${name}: give ${option}, ${variable} or "${name}" in salus.json`;
        })
        .join('; '),
      { argument: missing.join(', ') },
    );
  }
  return settings as SettingsWith<K>;
}

function readFile(file: string): Partial<z.infer<typeof fileSchema>> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw invalid(file, 'cannot be read', { cause: error });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'is not JSON', { cause });
  }
  const { data, error } = fileSchema.safeParse(value);
  if (data) return data;
  const [issue] = error.issues;
  const member = issue?.path.map(String).join('.') ?? '';
  throw invalid(file, member === '' ? 'holds no object' : `"${member}" is wrong`, {
    argument: member,
    expected: issue?.message,
  });
}

function invalid(
  file: string,
  fault: string,
  details: { argument?: string; expected?: string | undefined; cause?: unknown },
): SalusError {
  const { argument, expected, cause } = details;
  return new SalusError('ERR_SETTINGS_INVALID', `${file} ${fault}`, {
    argument: argument === undefined || argument === '' ? file : argument,
    ...(expected !== undefined && { expected }),
    ...(cause !== undefined && { cause }),
  });
}
