export { NetworkError, networkErrorCodes, type NetworkErrorCode } from './instance/errors.js';
export { revoke, type Revocation } from './channel/revoke.js';
export { fabricBinaries, type FabricBinaries } from './fabric/binaries.js';
export {
  findOrganization,
  homeOf,
  type Instance,
  instanceOf,
  logFile,
} from './instance/instance.js';
export { addOrganization, type Addition } from './membership/add-organization.js';
export { down, newChannel, restartNode, start, stop, up } from './lifecycle/network.js';
export { restartEnded } from './lifecycle/restart-ended.js';
export { type LeaderView, leadersOf } from './nodes/consensus.js';
export type { Organization } from './instance/organization.js';
export { peerEnvironment } from './chaincode/peer-command.js';
export { takeSnapshot } from './snapshot/take-snapshot.js';
export { enlargeSnapshot } from './snapshot/enlarge.js';
export { readState, type StateEntry } from './snapshot/state-file.js';
export { peerProcess } from './nodes/peer.js';
export { networkStatus, type NetworkStatus, type NodeStatus } from './lifecycle/status.js';
export { loadTopology, parseTopology, type Topology } from './instance/topology.js';
export { cc, deployCC } from './chaincode/commands.js';
