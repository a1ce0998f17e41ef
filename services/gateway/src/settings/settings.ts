import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { SalusError } from '@salus/protocol';
import { tokenSettings } from '../auth/tokens.js';
import { practitionerSetting } from '../staff/directory.js';

const MEBIBYTE = 1024 * 1024;

/** `gateway.json` in the gateway's home. Relative paths are relative to it. */
export const gatewaySettings = z.strictObject({
  tokens: tokenSettings,
  practitioners: z.array(practitionerSetting).min(1),
  /** The stores by organisation, for the parts of records. */
  stores: z.record(z.string(), z.url()).default({}),
  /** The custodians' key services by organisation. */
  keyServices: z.record(z.string(), z.url()).default({}),
  /** ID of the custodians' key under which new records open in an emergency; none do where left out. */
  emergencyKey: z.string().min(1).optional(),
  /** Address under which systems reach the gateway, where it isn't the one that it listens on. */
  publicUrl: z.url().optional(),
  /** Proxies whose `X-Forwarded-For` tells whose a request is; without them it is the address that calls. */
  trustedProxies: z
    .array(z.union([z.literal('loopback'), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]))
    .default([]),
  /** Purpose of requests that tell none. */
  defaultPurpose: z.string().default('TREAT'),
  maxBodyBytes: z
    .int()
    .min(1024)
    .max(1024 * MEBIBYTE)
    .default(32 * MEBIBYTE),
  /** The patients' portal; none where left out. */
  portal: z
    .strictObject({
      /** MSP folder of the gateway's own identity, in whose name it reads and relays. */
      mspDir: z.string().min(1),
      /** Of one patient or key, and of all at one address that prove nothing. */
      requestsPerMinute: z.int().min(1).default(120),
      /** Blocks back from which notifications are held. */
      historyBlocks: z.int().min(0).default(10_000),
    })
    .optional(),
  logLevel: z.enum(['error', 'warn', 'info', 'debug']).default('info'),
});
export type GatewaySettings = z.output<typeof gatewaySettings>;

/** @throws SalusError `ERR_SETTINGS_MISSING`, with all that is wrong */
export async function readGatewaySettings(home: string): Promise<GatewaySettings> {
  const file = path.join(home, 'gateway.json');
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new SalusError('ERR_SETTINGS_MISSING', `${file} is not there, or not JSON`, {
      argument: 'gateway.json',
      expected: 'settings as docs/gateway.md describes them',
      cause,
    });
  }
  const parsed = gatewaySettings.safeParse(value);
  if (!parsed.success) {
    throw new SalusError('ERR_SETTINGS_MISSING', `${file}: ${z.prettifyError(parsed.error)}`, {
      argument: 'gateway.json',
    });
  }
  const { tokens, practitioners, portal, ...rest } = parsed.data;
  const isRemote = tokens.jwks.startsWith('https://');
  return {
    ...rest,
    ...(portal && { portal: { ...portal, mspDir: path.resolve(home, portal.mspDir) } }),
    tokens: { ...tokens, jwks: isRemote ? tokens.jwks : path.resolve(home, tokens.jwks) },
    practitioners: practitioners.map(({ id, mspDir }) => ({
      id,
      mspDir: path.resolve(home, mspDir),
    })),
  };
}
