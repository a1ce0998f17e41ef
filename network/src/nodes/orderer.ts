import path from 'node:path';
import type { FabricBinaries } from '../fabric/binaries.js';
import { type Instance, nodeDirectory } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import type { ProcessRequest } from '../supervisor/client.js';
import { plainLogFormat } from '../supervisor/log-tail.js';

export const ordererTls = (organization: Organization, orderer: string) =>
  path.join(organization.directories.ordererOrganization, 'orderers', orderer, 'tls');

/** The orderer process of an organization that runs one. */
export function ordererProcess(
  instance: Instance,
  organization: Organization,
  orderer: string,
  binaries: FabricBinaries,
): ProcessRequest {
  const { ports, directories } = organization;
  const node = path.join(directories.ordererOrganization, 'orderers', orderer);
  const tls = ordererTls(organization, orderer);
  const data = path.join(nodeDirectory(instance, orderer), 'data');
  const file = (name: string) => path.join(tls, name);
  const env: Record<string, string> = {
    FABRIC_CFG_PATH: binaries.configFolder,
    FABRIC_LOGGING_SPEC: process.env.FABRIC_LOGGING_SPEC ?? 'warn:orderer.common=info',
    FABRIC_LOGGING_FORMAT: plainLogFormat,
    // Memory is returned sooner; an orderer's heap is small.
    GOGC: '50',
    ORDERER_GENERAL_LISTENADDRESS: instance.host,
    ORDERER_GENERAL_LISTENPORT: String(ports.orderer),
    ORDERER_GENERAL_LOCALMSPID: organization.ordererMspId,
    ORDERER_GENERAL_LOCALMSPDIR: path.join(node, 'msp'),
    ORDERER_GENERAL_AUTHENTICATION_TIMEWINDOW: instance.topology.authenticationTimeWindow,
    ORDERER_GENERAL_TLS_ENABLED: 'true',
    ORDERER_GENERAL_TLS_PRIVATEKEY: file('server.key'),
    ORDERER_GENERAL_TLS_CERTIFICATE: file('server.crt'),
    ORDERER_GENERAL_TLS_ROOTCAS: `[${file('ca.crt')}]`,
    ORDERER_GENERAL_CLUSTER_CLIENTCERTIFICATE: file('server.crt'),
    ORDERER_GENERAL_CLUSTER_CLIENTPRIVATEKEY: file('server.key'),
    ORDERER_GENERAL_CLUSTER_ROOTCAS: `[${file('ca.crt')}]`,
    ORDERER_FILELEDGER_LOCATION: path.join(data, 'ledger'),
    ORDERER_CONSENSUS_WALDIR: path.join(data, 'wal'),
    ORDERER_CONSENSUS_SNAPDIR: path.join(data, 'snapshot'),
    ORDERER_OPERATIONS_LISTENADDRESS: `${instance.host}:${ports.ordererOperations}`,
    ORDERER_OPERATIONS_TLS_ENABLED: 'true',
    ORDERER_OPERATIONS_TLS_CERTIFICATE: file('server.crt'),
    ORDERER_OPERATIONS_TLS_PRIVATEKEY: file('server.key'),
    // Metrics tell whether an orderer takes part in consensus; they need a client certificate.
    ORDERER_OPERATIONS_TLS_CLIENTROOTCAS: `[${file('ca.crt')}]`,
    ORDERER_METRICS_PROVIDER: 'prometheus',
    ORDERER_CHANNELPARTICIPATION_ENABLED: 'true',
    ORDERER_ADMIN_LISTENADDRESS: `${instance.host}:${ports.ordererAdmin}`,
    ORDERER_ADMIN_TLS_ENABLED: 'true',
    ORDERER_ADMIN_TLS_CERTIFICATE: file('server.crt'),
    ORDERER_ADMIN_TLS_PRIVATEKEY: file('server.key'),
    ORDERER_ADMIN_TLS_ROOTCAS: `[${file('ca.crt')}]`,
    ORDERER_ADMIN_TLS_CLIENTROOTCAS: `[${file('ca.crt')}]`,
    ORDERER_ADMIN_TLS_CLIENTAUTHREQUIRED: 'true',
  };
  return { name: orderer, kind: 'orderer', command: binaries.orderer, args: [], env };
}
