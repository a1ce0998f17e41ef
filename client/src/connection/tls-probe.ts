import net from 'node:net';
import tls from 'node:tls';
import { SalusError, type ErrorCode } from '@salus/protocol/errors';
import type { PeerEndpoint } from './profile.js';

/** A fault's code, meaning and cure. */
export interface Fault {
  readonly code: ErrorCode;
  readonly what: string;
  readonly remedy: string;
}

const untrusted: Fault = {
  code: 'ERR_TLS_UNTRUSTED',
  what: 'its TLS certificate is not of the certificate authority in the connection profile',
  remedy: "take the connection profile of the running network; it changes with the network's keys",
};

/** OpenSSL's verification results and the system's socket errors, as Node names them. */
const faults: Readonly<Record<string, Fault>> = {
  ECONNREFUSED: {
    code: 'ERR_PEER_UNREACHABLE',
    what: 'nothing listens there',
    remedy: 'start the peer (`network/network.sh status` shows what runs)',
  },
  ENOTFOUND: {
    code: 'ERR_PEER_UNREACHABLE',
    what: 'its host name is unknown',
    remedy: 'correct the address in the connection profile',
  },
  CERT_HAS_EXPIRED: {
    code: 'ERR_TLS_CERTIFICATE_EXPIRED',
    what: 'its TLS certificate has expired',
    remedy: "renew the peer's TLS certificate",
  },
  CERT_NOT_YET_VALID: {
    code: 'ERR_TLS_CERTIFICATE_EXPIRED',
    what: 'its TLS certificate is not valid yet',
    remedy: 'compare the clocks of both machines',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    code: 'ERR_TLS_UNTRUSTED',
    what: 'its TLS certificate is for another host',
    remedy: 'set ssl-target-name-override in the connection profile to a name in the certificate',
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  CERT_SIGNATURE_FAILURE: untrusted,
  ERR_SSL_WRONG_VERSION_NUMBER: {
    code: 'ERR_TLS_UNTRUSTED',
    what: 'it does not speak TLS',
    remedy: 'correct the address in the connection profile',
  },
};

const unreachable: Fault = {
  code: 'ERR_PEER_UNREACHABLE',
  what: 'it does not answer',
  remedy: 'check that the peer runs and that no firewall stands between',
};

/**
 * Shakes hands with a peer and hangs up. gRPC itself connects lazily and retries for ever without a
 * word; this tells in milliseconds what stands in the way.
 *
 * @throws SalusError `ERR_PEER_UNREACHABLE`, `ERR_TLS_UNTRUSTED`, `ERR_TLS_CERTIFICATE_EXPIRED`
 */
export async function probe(peer: PeerEndpoint, timeoutMs: number): Promise<void> {
  const { hostname: host, port } = new URL(`https://${peer.address}`);
  const serverName = peer.serverName ?? host;
  const where = { host: host.replace(/^\[|\]$/g, ''), port: Number(port || 443) };
  await new Promise<void>((resolve, reject) => {
    const socket = peer.tlsRootCertificates
      ? tls.connect({
          ...where,
          ca: peer.tlsRootCertificates,
          ALPNProtocols: ['h2'],
          checkServerIdentity: (_, certificate) => tls.checkServerIdentity(serverName, certificate),
          ...(net.isIP(serverName) === 0 && { servername: serverName }),
        })
      : net.connect(where);
    const fail = (cause?: Error) => {
      socket.destroy();
      reject(explain(peer, cause));
    };
    socket.setTimeout(timeoutMs, () => fail());
    socket.once('error', fail);
    socket.once(peer.tlsRootCertificates ? 'secureConnect' : 'connect', () => {
      socket.destroy();
      resolve();
    });
  });
}

/** Says in words what a socket's error means. */
export function describeFault(cause?: Error): Fault {
  const code = cause !== undefined && 'code' in cause ? String(cause.code) : '';
  return faults[code] ?? unreachable;
}

/** Says why a connection to `peer` failed. */
export function explain(peer: PeerEndpoint, cause?: Error): SalusError {
  const fault = describeFault(cause);
  return new SalusError(
    fault.code,
    `${peer.name} at ${peer.address} can't be used: ${fault.what}${cause ? ` (${cause.message})` : ''}`,
    { argument: 'profile', remedy: fault.remedy, ...(cause && { cause }) },
  );
}
