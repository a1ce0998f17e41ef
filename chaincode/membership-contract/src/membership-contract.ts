import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import { canonicalJson, parseRequest } from '@salus/protocol';
import {
  foundingRequest,
  noRequest,
  pageRequest,
  proposalRequest,
  proposeChangeRequest,
} from '@salus/protocol/membership';
import { approve, getProposal, listProposals, propose } from './transactions/changes.js';
import { approveFounding, found, getFounding } from './transactions/founding.js';
import { getRegistry, history } from './transactions/registry.js';

/**
 * Which organisations of the channel are hospitals, insurers, manufacturers, pharmacies, overseers. The
 * channel's other contracts ask it. A majority founds and changes it.
 * Requests and answers are JSON of the types in api.ts.
 */
@Info({
  title: 'membership',
  description: 'What each organisation of the channel is, decided by a majority',
  version: '0.1.0',
  license: { name: 'Apache-2.0' },
})
export class MembershipContract extends SalusContract {
  constructor() {
    super('membership');
  }

  /** By the administrator of an organisation that agrees to the first list. */
  @Transaction()
  @Returns('string')
  async approveFounding(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await approveFounding(ctx, parseRequest(foundingRequest, request)));
  }

  /** Endorsed by a majority of the channel: only peers whose organisation approved the list endorse. */
  @Transaction()
  @Returns('string')
  async found(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await found(ctx, parseRequest(foundingRequest, request)));
  }

  /** By the administrator of a member, who thereby approves. */
  @Transaction()
  @Returns('string')
  async propose(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await propose(ctx, parseRequest(proposeChangeRequest, request)));
  }

  /** By the administrator of another member; the majority's last approval brings the change into force. */
  @Transaction()
  @Returns('string')
  async approve(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await approve(ctx, parseRequest(proposalRequest, request)));
  }

  @Transaction(false)
  @Returns('string')
  async getRegistry(ctx: Context, request: string): Promise<string> {
    parseRequest(noRequest, request);
    return canonicalJson(await getRegistry(ctx));
  }

  @Transaction(false)
  @Returns('string')
  async getFounding(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await getFounding(ctx, parseRequest(foundingRequest, request)));
  }

  @Transaction(false)
  @Returns('string')
  async getProposal(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await getProposal(ctx, parseRequest(proposalRequest, request)));
  }

  @Transaction(false)
  @Returns('string')
  async listProposals(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await listProposals(ctx, parseRequest(pageRequest, request)));
  }

  @Transaction(false)
  @Returns('string')
  async history(ctx: Context, request: string): Promise<string> {
    return canonicalJson(await history(ctx, parseRequest(pageRequest, request)));
  }
}
