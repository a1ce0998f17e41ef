import { X509Certificate } from 'node:crypto';
import { common, msp } from '@hyperledger/fabric-protos';
import { Certificate } from '@fidm/x509';
import { SalusError, sha256Hex } from '@salus/chaincode-common';
import { z } from 'zod';
import type { SalusClient } from '../salus-client.js';
import { isRevoked, issuerOf, readAuthorities, type Authorities } from './authorities.js';

/** A channel's members with the CAs that their people's certificates come from. */
export type MemberRoots = ReadonlyMap<string, Authorities>;

/** Tells the members as they are now. */
export type MemberSource = () => Promise<MemberRoots>;

/** So long a service may take a certificate after the channel's configuration has revoked it. */
const REFRESH_MS = 10_000;

/** Someone whose certificate was checked. */
export interface VerifiedMember {
  readonly mspId: string;
  /** As the contracts compute it: SHA-256 of `x509::subject::issuer`. */
  readonly id: string;
  /** The attributes that its Fabric CA wrote into the certificate. */
  readonly role?: string;
  readonly practitioner?: string;
}

/** Fabric CA's extension with attributes: `{"attrs":{…}}`. */
const ATTRIBUTES = '1.2.3.4.5.6.7.8.1';
const attributes = z.object({
  attrs: z.object({
    'salus.role': z.string().optional(),
    'salus.practitioner': z.string().optional(),
  }),
});

/**
 * Reads the members anew when they are asked for and older than ten seconds, so that a revocation
 * reaches services that run. When the peer doesn't answer, neither do they.
 */
export function currentMembers(client: SalusClient, clock: () => number = Date.now): MemberSource {
  let known: { readonly members: Promise<MemberRoots>; readonly at: number } | undefined;
  return async () => {
    const now = clock();
    if (known === undefined || now - known.at >= REFRESH_MS) {
      known = { members: readMemberRoots(client), at: now };
    }
    try {
      return await known.members;
    } catch (error) {
      known = undefined;
      throw error;
    }
  };
}

/**
 * Asks the own peer for the channel's configuration: who its members are, which CAs speak for them,
 * and whom these have revoked. Nothing has to be handed around in files.
 */
export async function readMemberRoots(client: SalusClient): Promise<MemberRoots> {
  const bytes = await client
    .contract('cscc')
    .evaluate('GetChannelConfig', { args: [client.channel] });
  const groups = common.Config.deserializeBinary(bytes)
    .getChannelGroup()
    ?.getGroupsMap()
    .get('Application')
    ?.getGroupsMap();
  const roots = new Map<string, Authorities>();
  for (const [, group] of groups?.entries() ?? []) {
    const value = group.getValuesMap().get('MSP')?.getValue_asU8();
    if (value === undefined) continue;
    const config = msp.FabricMSPConfig.deserializeBinary(
      msp.MSPConfig.deserializeBinary(value).getConfig_asU8(),
    );
    const authorities = [
      ...config.getRootCertsList_asU8(),
      ...config.getIntermediateCertsList_asU8(),
    ];
    const certificates = authorities.map((pem) => Buffer.from(pem).toString('utf8'));
    const lists = config.getRevocationListList_asU8();
    roots.set(config.getName(), await readAuthorities(certificates, lists));
  }
  return roots;
}

/**
 * Checks that a certificate was issued by a CA of the member it claims to belong to, and is valid now
 * and not revoked.
 *
 * @throws SalusError `ERR_REQUEST_REFUSED`, `ERR_CERTIFICATE_REVOKED`
 */
export function verifyMember(
  certificate: X509Certificate,
  mspId: string,
  roots: MemberRoots,
  now: number,
): VerifiedMember {
  const authorities = roots.get(mspId);
  if (!authorities) throw refused(`${mspId} is not a member of the channel`);
  if (!issuerOf(certificate, authorities))
    throw refused(`no CA of ${mspId} issued the certificate`);
  if (isRevoked(certificate, authorities)) {
    throw new SalusError('ERR_CERTIFICATE_REVOKED', `${mspId} has revoked the certificate`);
  }
  if (certificate.ca) throw refused('the certificate is a CA');
  if (now < certificate.validFromDate.getTime() || now > certificate.validToDate.getTime()) {
    throw refused('the certificate is out of its validity');
  }
  return describeMember(mspId, certificate.toString());
}

/** What a certificate says of its owner; read with the library that the shim reads it with. */
export function describeMember(mspId: string, pem: string): VerifiedMember {
  const certificate = Certificate.fromPEM(Buffer.from(pem));
  const extension = certificate.extensions.find(({ oid }) => oid === ATTRIBUTES);
  const text = extension === undefined ? '{"attrs":{}}' : extension.value.toString();
  const { attrs } = parseAttributes(text);
  const [role, practitioner] = [attrs['salus.role'], attrs['salus.practitioner']];
  return {
    mspId,
    id: idOf(certificate),
    ...(role !== undefined && { role }),
    ...(practitioner !== undefined && { practitioner }),
  };
}

function parseAttributes(text: string): z.output<typeof attributes> {
  try {
    return attributes.parse(JSON.parse(text));
  } catch {
    throw refused('the attributes of the certificate are malformed');
  }
}

/** The contracts' ID of a certificate's owner. */
export function memberId(pem: string): string {
  return idOf(Certificate.fromPEM(Buffer.from(pem)));
}

function idOf({ subject, issuer }: Certificate): string {
  const name = (dn: typeof subject) =>
    dn.attributes
      .map(
        ({ shortName, value }: { shortName: string; value: string }) =>
          `/${shortName}=${value.replace('/', '\\/')}`,
      )
      .join('');
  return sha256Hex(`x509::${name(subject)}::${name(issuer)}`);
}

/** The error of everything that is wrong with the proof of who asks. */
export function refused(why: string): SalusError {
  return new SalusError('ERR_REQUEST_REFUSED', `The request is refused: ${why}`);
}
