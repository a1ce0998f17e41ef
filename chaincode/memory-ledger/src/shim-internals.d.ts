// The parts of fabric-shim that its typings leave out: the dispatcher and the stub as the peer runs
// them.

declare module 'fabric-shim/lib/contract-spi/chaincodefromcontract.js' {
  import type { Contract } from 'fabric-contract-api';
  import type { ChaincodeResponse } from 'fabric-shim-api';

  class ChaincodeFromContract {
    readonly metadata: unknown;
    constructor(
      contracts: (new () => Contract)[],
      serializers: unknown,
      metadata?: unknown,
      title?: string,
      version?: string,
    );
    Invoke(stub: unknown): Promise<ChaincodeResponse>;
  }
  export default ChaincodeFromContract;
}

declare module 'fabric-shim/lib/stub.js' {
  import type { peer } from '@hyperledger/fabric-protos';
  import type { ChaincodeStub as Stub } from 'fabric-shim-api';

  const ChaincodeStub: new (
    handler: unknown,
    channel: string,
    transactionId: string,
    input: peer.ChaincodeInput,
    signedProposal: peer.SignedProposal,
  ) => Stub & { readonly chaincodeEvent?: peer.ChaincodeEvent };
  export default ChaincodeStub;
}
