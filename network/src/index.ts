export { NetworkError, networkErrorCodes, type NetworkErrorCode } from './errors.js';
export { fabricBinaries, type FabricBinaries } from './fabric/binaries.js';
export { findOrganization, homeOf, type Instance, instanceOf, logFile } from './instance.js';
export { down, newChannel, restartNode, start, stop, up } from './network.js';
export { type LeaderView, leadersOf } from './nodes/consensus.js';
export type { Organization } from './organization.js';
export { networkStatus, type NetworkStatus, type NodeStatus } from './status.js';
export { loadTopology, parseTopology, type Topology } from './topology.js';
export { cc, deployCC } from './chaincode/commands.js';
