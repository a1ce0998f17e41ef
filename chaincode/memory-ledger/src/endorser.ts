import { JSONSerializer, type Contract } from 'fabric-contract-api';
import type { ChaincodeResponse } from 'fabric-shim-api';
import ChaincodeFromContract from 'fabric-shim/lib/contract-spi/chaincodefromcontract.js';
import ChaincodeStub from 'fabric-shim/lib/stub.js';
import type { LedgerState } from './ledger-state.js';
import { chaincodeInput, type Proposal } from './proposal.js';
import type { ReadWriteSet } from './read-write-set.js';
import { TransactionSimulator } from './simulator.js';
import { StubHandler } from './stub-handler.js';

export type ContractClass = new () => Contract;

/** A chaincode event, as a transaction carries it. */
export interface ChaincodeEvent {
  readonly name: string;
  readonly payload: Buffer;
}

/** What a peer found when it ran a proposal. */
export interface Endorsement {
  readonly organisation: string;
  readonly response: ChaincodeResponse;
  readonly results: ReadWriteSet;
  readonly event?: ChaincodeEvent;
}

/** One organisation's peer: its own instance of every contract, its own private data. */
export class Endorser {
  readonly #chaincodes = new Map<string, ChaincodeFromContract>();

  constructor(
    readonly organisation: string,
    readonly channel: string,
    readonly state: LedgerState,
  ) {}

  install(name: string, contracts: readonly ContractClass[]): void {
    this.#chaincodes.set(name, dispatcherOf(contracts));
  }

  /** Runs a proposal through fabric-contract-api's own dispatch and fabric-shim's own stub. */
  async endorse(proposal: Proposal): Promise<Endorsement> {
    const { organisation, channel, state } = this;
    const simulator = new TransactionSimulator(
      state,
      organisation,
      channel,
      proposal.transactionId,
    );
    const invoke = async (chaincode: string, input: Proposal['input']) => {
      const dispatcher = this.#chaincodes.get(chaincode);
      if (!dispatcher) {
        throw new Error(`chaincode ${chaincode} not found`);
      }
      const handler: StubHandler = new StubHandler(
        simulator,
        chaincode,
        proposal.mspId,
        async (callee, args) => overWire((await invoke(callee, chaincodeInput(args))).response),
      );
      const stub = new ChaincodeStub(
        handler,
        channel,
        proposal.transactionId,
        input,
        proposal.signed,
      );
      // On a peer it comes from the environment of the chaincode's process.
      stub.getMspID = () => organisation;
      return { response: await dispatcher.Invoke(stub), stub };
    };
    const { response, stub } = await invoke(proposal.chaincode, proposal.input);
    const event = stub.chaincodeEvent && {
      name: stub.chaincodeEvent.getEventName(),
      payload: Buffer.from(stub.chaincodeEvent.getPayload_asU8()),
    };
    return { organisation, response, results: simulator.results, ...(event && { event }) };
  }
}

/** A response as a calling chaincode gets it: protocol buffers know no value that is missing. */
function overWire({ status, message, payload }: ChaincodeResponse): ChaincodeResponse {
  return { status, message: message ?? '', payload: Buffer.from(payload ?? []) };
}

/** The interface that a deployed chaincode tells of itself (`org.hyperledger.fabric:GetMetadata`). */
export function contractMetadata(...contracts: readonly ContractClass[]): unknown {
  return dispatcherOf(contracts).metadata;
}

/** The dispatcher of a chaincode's contracts, made as fabric-shim's lib/contract-spi/bootstrap.js does. */
function dispatcherOf(contracts: readonly ContractClass[]): ChaincodeFromContract {
  return new ChaincodeFromContract([...contracts], {
    transaction: 'jsonSerializer',
    serializers: { jsonSerializer: JSONSerializer },
  });
}
