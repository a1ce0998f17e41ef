import type { Caller } from '@salus/chaincode-common';
import { conflict, invalidArgument, SalusError } from '@salus/protocol';
import { ORGANISATION, type HpkeKey, type RegisterHpkeKeyRequest } from '@salus/protocol/ehr';
import { KEY_SERVICE } from './roles.js';

/** What a certificate tells that a key is bound to. */
export interface BoundCertificate {
  readonly serialNumber: string;
  readonly issuer: string;
  /** ISO 8601 in UTC. */
  readonly notAfter: string;
}

type Who = Pick<Caller, 'mspId' | 'id' | 'role'>;

/**
 * A key as its registration makes it; it stands in the place of an earlier one.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_INVALID_ARGUMENT
 */
export function newHpkeKey(
  { scope, publicKey, notAfter }: RegisterHpkeKeyRequest,
  who: Who,
  { certificate, at }: { readonly certificate: BoundCertificate; readonly at: string },
): HpkeKey {
  if (scope === 'organisation' && who.role !== KEY_SERVICE) throw forbidden(who);
  if (Date.parse(notAfter) <= Date.parse(at)) {
    throw invalidArgument('notAfter', 'a time to come', 'one that is past');
  }
  if (Date.parse(notAfter) > Date.parse(certificate.notAfter)) {
    throw invalidArgument('notAfter', 'a time within that of the certificate', 'a later one');
  }
  const { serialNumber, issuer } = certificate;
  return {
    mspId: who.mspId,
    id: scope === 'organisation' ? ORGANISATION : who.id,
    publicKey,
    notAfter,
    registeredAt: at,
    registeredBy: who.id,
    certificate: { serialNumber, issuer },
  };
}

/**
 * A key that is not to be used any more: by its owner, or by whoever runs the organisation's key service.
 *
 * @throws SalusError ERR_FORBIDDEN, ERR_CONFLICT
 */
export function revokedHpkeKey(key: HpkeKey, who: Who, at: string): HpkeKey {
  const own = who.mspId === key.mspId && (who.role === KEY_SERVICE || who.id === key.id);
  if (!own) throw forbidden(who);
  if (key.revokedAt !== undefined) {
    throw conflict('id', 'The key was revoked before', 'a key in use', 'a revoked one');
  }
  return { ...key, revokedAt: at };
}

function forbidden({ role = 'no role' }: Who): SalusError {
  const message = `Only the owner of a key or the role ${KEY_SERVICE} of its organisation may do this`;
  return new SalusError('ERR_FORBIDDEN', message, {
    argument: 'caller',
    expected: KEY_SERVICE,
    got: role,
  });
}
