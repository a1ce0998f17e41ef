import path from 'node:path';
import { chaincodeEnvironment } from '../chaincode/builders.js';
import type { FabricBinaries } from '../fabric/binaries.js';
import { type Instance, nodeDirectory } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import type { ProcessRequest } from '../supervisor/client.js';
import { plainLogFormat } from '../supervisor/log-tail.js';

export const peerTls = (organization: Organization) =>
  path.join(organization.directories.peerOrganization, 'peers', organization.peer, 'tls');

/** The peer process of an organization. */
export function peerProcess(
  instance: Instance,
  organization: Organization,
  binaries: FabricBinaries,
): ProcessRequest {
  const { peer, ports, directories } = organization;
  const tls = peerTls(organization);
  const data = path.join(nodeDirectory(instance, peer), 'data');
  const file = (name: string) => path.join(tls, name);
  const at = (port: number) => `${instance.host}:${port}`;
  const env: Record<string, string> = {
    FABRIC_CFG_PATH: binaries.configFolder,
    FABRIC_LOGGING_SPEC: process.env.FABRIC_LOGGING_SPEC ?? 'warn:nodeCmd=info',
    FABRIC_LOGGING_FORMAT: plainLogFormat,
    GOGC: '50',
    CORE_PEER_ID: peer,
    CORE_PEER_NETWORKID: 'salus',
    CORE_PEER_LOCALMSPID: organization.mspId,
    CORE_PEER_MSPCONFIGPATH: path.join(directories.peerOrganization, 'peers', peer, 'msp'),
    CORE_PEER_ADDRESS: at(ports.peer),
    CORE_PEER_LISTENADDRESS: at(ports.peer),
    CORE_PEER_CHAINCODEADDRESS: at(ports.peerChaincode),
    CORE_PEER_CHAINCODELISTENADDRESS: at(ports.peerChaincode),
    CORE_PEER_FILESYSTEMPATH: data,
    CORE_LEDGER_SNAPSHOTS_ROOTDIR: path.join(data, 'snapshots'),
    CORE_LEDGER_STATE_STATEDATABASE: 'goleveldb',
    CORE_PEER_AUTHENTICATION_TIMEWINDOW: instance.topology.authenticationTimeWindow,
    CORE_PEER_GATEWAY_ENABLED: 'true',
    CORE_PEER_TLS_ENABLED: 'true',
    CORE_PEER_TLS_CERT_FILE: file('server.crt'),
    CORE_PEER_TLS_KEY_FILE: file('server.key'),
    CORE_PEER_TLS_ROOTCERT_FILE: file('ca.crt'),
    // One peer to an organization: it leads, and fetches its blocks from the orderers.
    CORE_PEER_GOSSIP_USELEADERELECTION: 'false',
    CORE_PEER_GOSSIP_ORGLEADER: 'true',
    CORE_PEER_GOSSIP_BOOTSTRAP: at(ports.peer),
    CORE_PEER_GOSSIP_ENDPOINT: at(ports.peer),
    CORE_PEER_GOSSIP_EXTERNALENDPOINT: at(ports.peer),
    // Peers meet while some have not joined the channel yet; private data needs them to try again soon.
    CORE_PEER_GOSSIP_RECONNECTINTERVAL: '2s',
    // A block waits so long for private data that did not come with it. A member can keep some back
    // on purpose: with Fabric's 60 s each such transaction would stop another's peer for a minute.
    CORE_PEER_GOSSIP_PVTDATA_PULLRETRYTHRESHOLD: '5s',
    CORE_OPERATIONS_LISTENADDRESS: at(ports.peerOperations),
    CORE_OPERATIONS_TLS_ENABLED: 'true',
    CORE_OPERATIONS_TLS_CERT_FILE: file('server.crt'),
    CORE_OPERATIONS_TLS_KEY_FILE: file('server.key'),
    CORE_METRICS_PROVIDER: 'disabled',
    ...chaincodeEnvironment(organization),
  };
  return { name: peer, kind: 'peer', command: binaries.peer, args: ['node', 'start'], env };
}
