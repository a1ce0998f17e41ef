import type { Context } from 'fabric-contract-api';
import { SalusError, sha256Hex } from '@salus/protocol';

/** Who submits a transaction, by the X.509 certificate that signed the proposal. */
export interface Caller {
  readonly mspId: string;
  /** SHA-256 of the certificate's subject and issuer: unique within the MSP, and tells no name. */
  readonly id: string;
  readonly commonName: string;
  /** The attribute `salus.role`. */
  readonly role?: string;
  /** The attribute `salus.practitioner`. */
  readonly practitioner?: string;
  /** The attribute `salus.institution`: which of its organisation's institutions the caller acts for. */
  readonly institution?: string;
}

/** Reads the submitter's identity and the attributes that its Fabric CA wrote into the certificate. */
export function caller(ctx: Context): Caller {
  const identity = ctx.clientIdentity;
  const id = identity.getID();
  const role = identity.getAttributeValue('salus.role');
  const practitioner = identity.getAttributeValue('salus.practitioner');
  const institution = identity.getAttributeValue('salus.institution');
  return {
    mspId: identity.getMSPID(),
    id: sha256Hex(id),
    commonName: commonName(id),
    ...(role !== null && { role }),
    ...(practitioner !== null && { practitioner }),
    ...(institution !== null && { institution }),
  };
}

/**
 * Demands that the caller belongs to one of some organisations.
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireMsp(who: Caller, ...mspIds: readonly string[]): void {
  if (mspIds.includes(who.mspId)) return;
  throw new SalusError(
    'ERR_FORBIDDEN',
    `Only a member of ${mspIds.join(' or ')} may do this, not of ${who.mspId}`,
    { argument: 'caller', expected: mspIds.join(' or '), got: who.mspId },
  );
}

/**
 * Demands that the caller asks a peer of its own organisation. A collection keeps other peers out, and
 * nobody who asks this one.
 *
 * @returns the organisation's MSP ID
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireOwnPeer(ctx: Context): string {
  const mspId = ctx.stub.getMspID();
  requireMsp(caller(ctx), mspId);
  return mspId;
}

/**
 * Demands that the caller has one of some roles (attribute `salus.role`).
 *
 * @throws SalusError ERR_FORBIDDEN
 */
export function requireRole(who: Caller, ...roles: readonly string[]): void {
  if (who.role !== undefined && roles.includes(who.role)) return;
  throw new SalusError(
    'ERR_FORBIDDEN',
    `This needs the role ${roles.join(' or ')}; the caller has ${who.role ?? 'none'}`,
    { argument: 'caller', expected: roles.join(' or '), got: who.role ?? 'no role' },
  );
}

/** The last CN of the subject in `x509::/C=…/CN=name::/issuer…`. */
function commonName(id: string): string {
  const subject = id.split('::')[1] ?? '';
  return /^.*\/CN=((?:\\\/|[^/])*)/.exec(subject)?.[1]?.replaceAll('\\/', '/') ?? '';
}
