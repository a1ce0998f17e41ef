import { verify, X509Certificate } from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { isRevoked, issuerOf } from './authorities.js';
import type { ChannelTrust } from './channel-config.js';
import type { Organisation } from './organisation.js';
import { unitsOf } from './organisational-units.js';
import { decode, reject } from './rejection.js';
import type { Signed } from './transaction.js';

/** Who signed, by the certificate that came along. */
export interface Signatory {
  readonly mspId: string;
  readonly certificate: X509Certificate;
}

/**
 * Checks a signature, and that a peer of a member made it whose certificate was good at a time.
 *
 * @param at - milliseconds since 1970
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_SIGNATURE`, `ERR_RECEIPT_SIGNER`,
 *   `ERR_RECEIPT_SIGNER_EXPIRED`, `ERR_RECEIPT_SIGNER_REVOKED`
 */
export function verifyPeer(signed: Signed, trust: ChannelTrust, at: number): Signatory {
  const signatory = readSignatory(signed.signer);
  const { mspId, certificate } = signatory;
  const organisation = organisationOf(signatory, trust);
  const chain = chainOf(signatory, organisation);
  requirePeer(signatory, organisation);
  if (chain.some((one) => !isWithin(one, at))) {
    throw reject('ERR_RECEIPT_SIGNER_EXPIRED', `a certificate of ${mspId} was not valid then`);
  }
  if (isRevoked(certificate, organisation.authorities)) {
    throw reject('ERR_RECEIPT_SIGNER_REVOKED', `${mspId} has revoked a certificate`);
  }
  requireSignature(signed, signatory);
  return signatory;
}

/**
 * Checks a signature, and that a member issued the certificate. For who sent a transaction: the peers
 * have checked them then, and what has become of them since is no matter.
 *
 * @throws SalusError `ERR_RECEIPT_MALFORMED`, `ERR_RECEIPT_SIGNATURE`, `ERR_RECEIPT_SIGNER`
 */
export function verifyMemberThen(signed: Signed, trust: ChannelTrust): Signatory {
  const signatory = readSignatory(signed.signer);
  chainOf(signatory, organisationOf(signatory, trust));
  requireSignature(signed, signatory);
  return signatory;
}

/** Whose identity it is, by its own word. @throws SalusError `ERR_RECEIPT_MALFORMED` */
export function mspIdOf(identity: Uint8Array): string {
  return decode(msp.SerializedIdentity, identity, 'an identity').getMspid();
}

function readSignatory(bytes: Uint8Array): Signatory {
  const identity = decode(msp.SerializedIdentity, bytes, 'an identity');
  try {
    const certificate = new X509Certificate(identity.getIdBytes_asU8());
    return { mspId: identity.getMspid(), certificate };
  } catch (cause) {
    throw reject('ERR_RECEIPT_MALFORMED', "a certificate can't be read", cause);
  }
}

function organisationOf({ mspId }: Signatory, { organisations, channel }: ChannelTrust) {
  const organisation = organisations.get(mspId);
  if (organisation) return organisation;
  throw reject('ERR_RECEIPT_SIGNER', `${mspId} is not a member of ${channel}`);
}

/** The certificate and the CAs above it, up to a root of the organisation. */
function chainOf(signatory: Signatory, organisation: Organisation): readonly X509Certificate[] {
  const chain = [signatory.certificate];
  let below = organisation.authorities;
  for (let one = signatory.certificate; ;) {
    const issuer = issuerOf(one, below);
    if (!issuer || signatory.certificate.ca) {
      throw reject('ERR_RECEIPT_SIGNER', `no CA of ${signatory.mspId} issued a certificate`);
    }
    chain.push(issuer);
    if (organisation.roots.has(issuer.fingerprint256)) return chain;
    // Without the CAs below, so that two that issued each other lead in no circle.
    below = { ...below, certificates: below.certificates.filter((ca) => ca !== issuer) };
    one = issuer;
  }
}

/** Any member's client could otherwise sign answers as a peer's. */
function requirePeer({ mspId, certificate }: Signatory, { peerUnit, authorities }: Organisation) {
  const units = unitsOf(certificate);
  const issuer = issuerOf(certificate, authorities)?.fingerprint256;
  if (
    peerUnit !== undefined &&
    units.includes(peerUnit.name) &&
    (peerUnit.authority === undefined || peerUnit.authority === issuer)
  ) {
    return;
  }
  throw reject('ERR_RECEIPT_SIGNER', `a certificate of ${mspId} is not that of a peer`);
}

function isWithin({ validFromDate, validToDate }: X509Certificate, at: number): boolean {
  return at >= validFromDate.getTime() && at <= validToDate.getTime();
}

/** Fabric's MSP signs SHA-256 with ECDSA; Ed25519 hashes by itself. */
function requireSignature({ bytes, signature }: Signed, { mspId, certificate }: Signatory): void {
  const { publicKey } = certificate;
  const digest = publicKey.asymmetricKeyType === 'ed25519' ? null : 'sha256';
  if (!verify(digest, bytes, publicKey, signature)) {
    throw reject('ERR_RECEIPT_SIGNATURE', `a signature of ${mspId} does not fit`);
  }
}
