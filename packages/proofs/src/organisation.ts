import { X509Certificate } from 'node:crypto';
import type { msp } from '@hyperledger/fabric-protos';
import { readAuthorities, type Authorities } from './authorities.js';

/** How an organisation of a channel is recognised. */
export interface Organisation {
  /** Root and intermediate CAs, and what they have revoked. */
  readonly authorities: Authorities;
  /** Fingerprints (SHA-256) of the roots, at which a chain has to end. */
  readonly roots: ReadonlySet<string>;
  /** Tells peers from other people; undefined where the MSP doesn't (NodeOUs are off). */
  readonly peerUnit?: PeerUnit;
}

/** The organisational unit that a peer's certificate bears, and the CA that has to have issued it. */
export interface PeerUnit {
  readonly name: string;
  /** Fingerprint (SHA-256); undefined where any CA of the MSP may. */
  readonly authority?: string;
}

/**
 * Reads an organisation's MSP.
 *
 * @throws Error for certificates or lists that can't be read
 */
export function readOrganisation(
  config: msp.FabricMSPConfig,
): Organisation & { readonly mspId: string } {
  const roots = config.getRootCertsList_asU8().map(text);
  const certificates = [...roots, ...config.getIntermediateCertsList_asU8().map(text)];
  const lists = config.getRevocationListList_asU8();
  const peerUnit = readPeerUnit(config.getFabricNodeOus());
  return {
    mspId: config.getName(),
    authorities: readAuthorities(certificates, lists),
    roots: new Set(roots.map((pem) => new X509Certificate(pem).fingerprint256)),
    ...(peerUnit && { peerUnit }),
  };
}

function readPeerUnit(units: msp.FabricNodeOUs | undefined): PeerUnit | undefined {
  const unit = units?.getEnable() === true ? units.getPeerOuIdentifier() : undefined;
  const name = unit?.getOrganizationalUnitIdentifier() ?? '';
  if (!unit || name === '') return undefined;
  const authority = text(unit.getCertificate_asU8());
  return {
    name,
    ...(authority !== '' && { authority: new X509Certificate(authority).fingerprint256 }),
  };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
