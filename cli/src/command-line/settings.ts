import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';

/** What commands may need to know. Paths are absolute. */
export interface Settings {
  /** The actor's folder: salus.json, checkpoints, what its services keep. */
  readonly home: string;
  readonly profile?: string;
  readonly mspDir?: string;
  readonly mspId?: string;
  readonly channel?: string;
}

export type SettingName = Exclude<keyof Settings, 'home'>;

const sources: Readonly<
  Record<SettingName, { option: string; variable: string; isPath: boolean }>
> = {
  profile: { option: '--profile', variable: 'SALUS_PROFILE', isPath: true },
  mspDir: { option: '--msp-dir', variable: 'SALUS_MSP_DIR', isPath: true },
  mspId: { option: '--msp-id', variable: 'SALUS_MSP_ID', isPath: false },
  channel: { option: '--channel', variable: 'SALUS_CHANNEL', isPath: false },
};

/** salus.json may hold more than this: services keep their own settings beside. */
const fileSchema = z.looseObject({
  profile: z.string().optional(),
  mspDir: z.string().optional(),
  mspId: z.string().optional(),
  channel: z.string().optional(),
});

/** Values of the global options. */
export type GlobalOptions = Readonly<Partial<Record<SettingName | 'home', string>>>;

/**
 * Gathers the settings: an option wins over the environment, which wins over `salus.json` in the
 * actor's home. Paths in the file are relative to it.
 *
 * @throws SalusError `ERR_INVALID_JSON`, `ERR_INVALID_ARGUMENT` for a salus.json that isn't one
 */
export function readSettings(options: GlobalOptions, env: NodeJS.ProcessEnv): Settings {
  const home = path.resolve(options.home ?? env['SALUS_ACTOR_HOME'] ?? '.');
  const file = readFile(path.join(home, 'salus.json'));
  const values: Partial<Record<SettingName, string>> = {};
  for (const [name, { variable, isPath }] of Object.entries(sources) as [
    SettingName,
    (typeof sources)[SettingName],
  ][]) {
    const given = options[name] ?? env[variable];
    const kept = file[name];
    if (given !== undefined) values[name] = isPath ? path.resolve(given) : given;
    else if (kept !== undefined) values[name] = isPath ? path.resolve(home, kept) : kept;
  }
  return { home, ...values };
}

/**
 * The settings a command can't do without; all that are missing are told at once.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`
 */
export function requireSettings<K extends SettingName>(
  settings: Settings,
  ...names: K[]
): Settings & Readonly<Record<K, string>> {
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
  return settings as Settings & Readonly<Record<K, string>>;
}

function readFile(file: string): z.output<typeof fileSchema> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw error;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SalusError('ERR_INVALID_JSON', `${file} is not JSON`, { argument: file, cause });
  }
  const parsed = fileSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new SalusError('ERR_INVALID_ARGUMENT', `${file}: ${z.prettifyError(parsed.error)}`, {
    argument: file,
  });
}
