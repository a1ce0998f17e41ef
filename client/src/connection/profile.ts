import { ownOf } from '@salus/protocol';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { SalusError } from '@salus/protocol/errors';

const tlsCertificates = z
  .object({
    pem: z.union([z.string(), z.array(z.string())]).optional(),
    path: z.string().optional(),
  })
  .optional();

const schema = z.object({
  client: z.object({ organization: z.string() }),
  organizations: z.record(
    z.string(),
    z.object({
      mspid: z.string(),
      peers: z.array(z.string()).default([]),
      certificateAuthorities: z.array(z.string()).default([]),
    }),
  ),
  peers: z.record(
    z.string(),
    z.object({
      url: z.string(),
      tlsCACerts: tlsCertificates,
      grpcOptions: z.record(z.string(), z.unknown()).default({}),
    }),
  ),
  certificateAuthorities: z
    .record(
      z.string(),
      z.object({ url: z.string(), caName: z.string().optional(), tlsCACerts: tlsCertificates }),
    )
    .default({}),
});

/** Fabric's common connection profile, version 1, as far as a client uses it. */
export type ConnectionProfile = z.input<typeof schema>;

/** A peer whose gateway service can be called. */
export interface PeerEndpoint {
  readonly name: string;
  readonly mspId: string;
  /** `host:port` */
  readonly address: string;
  /** PEM of the TLS CA; without it the connection is not encrypted. */
  readonly tlsRootCertificates?: string;
  /** Name that the TLS certificate must carry, where it isn't the host's. */
  readonly serverName?: string;
}

/** A Fabric CA's address. */
export interface CaEndpoint {
  readonly url: string;
  readonly caName?: string;
  readonly tlsRootCertificates?: string;
}

/** A profile read and checked. */
export interface Profile {
  readonly mspId: string;
  /** The own organisation's peers first, then those of the others. */
  readonly peers: readonly PeerEndpoint[];
  /** The own organisation's certificate authorities. */
  readonly certificateAuthorities: readonly CaEndpoint[];
}

/**
 * Reads a connection profile from a JSON file or an object.
 *
 * @throws SalusError `ERR_PROFILE_INVALID` naming the file and the field at fault.
 */
export function loadProfile(source: string | ConnectionProfile): Profile {
  const where = typeof source === 'string' ? source : 'the connection profile';
  const folder = typeof source === 'string' ? path.dirname(source) : process.cwd();
  const parsed = schema.safeParse(typeof source === 'string' ? readJson(source) : source);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(where, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'wrong shape'}`);
  }
  const { client, organizations, peers, certificateAuthorities } = parsed.data;
  const own = ownOf(organizations, client.organization);
  if (!own) throw invalid(where, `client.organization: ${client.organization} is not described`);
  const others = Object.values(organizations).filter((organization) => organization !== own);
  const endpoints = [own, ...others].flatMap(({ mspid, peers: names }) =>
    names.map((name) => {
      const peer = ownOf(peers, name);
      if (!peer) throw invalid(where, `peers.${name} is not described`);
      return toEndpoint(name, mspid, peer, { folder, where });
    }),
  );
  if (endpoints.length === 0) throw invalid(where, 'organizations: no peer is named');
  return {
    mspId: own.mspid,
    peers: endpoints,
    certificateAuthorities: own.certificateAuthorities.map((name) => {
      const ca = ownOf(certificateAuthorities, name);
      if (!ca) throw invalid(where, `certificateAuthorities.${name} is not described`);
      const pem = readCertificates(ca.tlsCACerts, { folder, where });
      return {
        url: ca.url,
        ...(ca.caName !== undefined && { caName: ca.caName }),
        ...(pem !== undefined && { tlsRootCertificates: pem }),
      };
    }),
  };
}

interface Origin {
  readonly folder: string;
  readonly where: string;
}

function toEndpoint(
  name: string,
  mspId: string,
  peer: z.output<typeof schema>['peers'][string],
  origin: Origin,
): PeerEndpoint {
  const match = /^(grpcs?):\/\/([^/]+)$/.exec(peer.url);
  if (!match)
    throw invalid(origin.where, `peers.${name}.url: ${peer.url} is not grpcs://host:port`);
  const [, scheme, address = ''] = match;
  const pem = readCertificates(peer.tlsCACerts, origin);
  if (scheme === 'grpcs' && pem === undefined) {
    throw invalid(origin.where, `peers.${name}.tlsCACerts: a grpcs peer needs its TLS CA`);
  }
  const override =
    peer.grpcOptions['ssl-target-name-override'] ?? peer.grpcOptions['hostnameOverride'];
  return {
    name,
    mspId,
    address,
    ...(scheme === 'grpcs' && pem !== undefined && { tlsRootCertificates: pem }),
    ...(typeof override === 'string' && { serverName: override }),
  };
}

function readCertificates(
  source: z.output<typeof tlsCertificates>,
  { folder, where }: Origin,
): string | undefined {
  if (source?.pem !== undefined) return [source.pem].flat().join('\n');
  if (source?.path === undefined) return undefined;
  try {
    return readFileSync(path.resolve(folder, source.path), 'utf8');
  } catch (cause) {
    throw invalid(where, `tlsCACerts.path: ${source.path} can't be read`, cause);
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    throw invalid(file, "the file can't be read", cause);
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid(file, 'the file is not JSON', cause);
  }
}

function invalid(where: string, what: string, cause?: unknown): SalusError {
  return new SalusError('ERR_PROFILE_INVALID', `${where}: ${what}`, {
    argument: 'profile',
    expected: "a Fabric common connection profile, e.g. the network's connection-<org>.json",
    ...(cause !== undefined && { cause }),
  });
}
