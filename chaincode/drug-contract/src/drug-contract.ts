import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import { canonicalJson, parseRequest } from '@salus/protocol';
import {
  cancelShipmentRequest,
  dispenseRequest,
  getBatchRequest,
  getUnitRequest,
  receiveRequest,
  registerBatchRequest,
  shipRequest,
  traceRequest,
  verifyRequest,
} from '@salus/protocol/drug';
import { getBatch, getUnit, registerBatch } from './transactions/batches.js';
import { cancelShipment, receive, ship } from './transactions/custody.js';
import { dispense, verify } from './transactions/packs.js';
import { trace } from './transactions/trace.js';

/**
 * Batches of medicines, custody of their logistic units, verification and dispensing of packs.
 * Requests and answers are JSON of the types in `@salus/protocol/drug`.
 */
@Info({
  title: 'drug',
  description: 'Batches, custody, verification and dispensing of medicines',
  version: '0.1.0',
  license: { name: 'Apache-2.0' },
})
export class DrugContract extends SalusContract {
  constructor() {
    super('drug');
  }

  @Transaction()
  @Returns('string')
  async registerBatch(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(registerBatchRequest, request);
    return canonicalJson(await registerBatch(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async ship(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(shipRequest, request);
    return canonicalJson(await ship(ctx, parsed));
  }

  /** Custody changes here only, by who accepts it. */
  @Transaction()
  @Returns('string')
  async receive(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(receiveRequest, request);
    return canonicalJson(await receive(ctx, parsed.shipmentId));
  }

  /** By the sender, as long as nobody has received it; custody stays where it is. */
  @Transaction()
  @Returns('string')
  async cancelShipment(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(cancelShipmentRequest, request);
    return canonicalJson(await cancelShipment(ctx, parsed.shipmentId));
  }

  /** Once a pack, by its holder. */
  @Transaction()
  @Returns('string')
  async dispense(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(dispenseRequest, request);
    return canonicalJson(await dispense(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async verify(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(verifyRequest, request);
    return canonicalJson(await verify(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async trace(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(traceRequest, request);
    return canonicalJson(await trace(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getBatch(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getBatchRequest, request);
    return canonicalJson(await getBatch(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getUnit(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(getUnitRequest, request);
    return canonicalJson(await getUnit(ctx, parsed.sscc));
  }
}
