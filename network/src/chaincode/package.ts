import { createHash } from 'node:crypto';
import { NetworkError } from '../instance/errors.js';
import { deterministicTarGz } from './archive.js';
import type { ContractFolder } from './contract-folder.js';

/** A chaincode package, ready for `peer lifecycle chaincode install`. */
export interface ChaincodePackage {
  readonly label: string;
  /** `<label>:<SHA-256 of the bytes>`, what every peer will call it. */
  readonly packageId: string;
  readonly bytes: Buffer;
  /** Name of the service inside addresses, the same for every organization. */
  readonly service: string;
}

/** core/chaincode/persistence, LabelRegexp. */
const labelPattern = /^[A-Za-z0-9][A-Za-z0-9_.+-]*$/;

/** Template of the address a peer dials; the builder fills in the peer, the address book the rest. */
export const addressOf = (service: string, peerName = '{{.peername}}') =>
  `${peerName}_${service}_ccaas:9999`;

/**
 * Connection of a chaincode-as-a-service package. It asks for mutual TLS and holds nothing of one
 * organization, so that all install the same bytes and approve the same package ID.
 */
const connectionOf = (service: string) => ({
  address: addressOf(service),
  dial_timeout: '10s',
  tls_required: true,
  client_auth_required: true,
  client_key: '{{.client_key}}',
  client_cert: '{{.client_cert}}',
  root_cert: '{{.root_cert}}',
});

const json = (value: unknown) => Buffer.from(`${JSON.stringify(value, null, 2)}\n`);

/**
 * Makes the package of a contract, byte-identical wherever and whenever it is made. The hash of the
 * code is part of it: other code, another package ID.
 *
 * @throws NetworkError ERR_CHAINCODE if name and version make no valid label.
 */
export async function packageChaincode(
  name: string,
  version: string,
  contract: Pick<ContractFolder, 'contentHash' | 'metaInf'>,
): Promise<ChaincodePackage> {
  const label = `${name}_${version}`;
  if (!labelPattern.test(label)) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `${JSON.stringify(label)} is no package label.`,
      'Use letters, digits and _ . + - in the name and the version.',
    );
  }
  // With the version, so that the server of another version of the same code is another one.
  const service = `${name}-${version}-${contract.contentHash.slice(0, 12)}`;
  const code = await deterministicTarGz([
    { name: 'connection.json', content: json(connectionOf(service)) },
    ...contract.metaInf,
  ]);
  const bytes = await deterministicTarGz([
    {
      name: 'metadata.json',
      content: json({ type: 'ccaas', label, content_sha256: contract.contentHash }),
    },
    { name: 'code.tar.gz', content: code },
  ]);
  const packageId = `${label}:${createHash('sha256').update(bytes).digest('hex')}`;
  return { label, packageId, bytes, service };
}
