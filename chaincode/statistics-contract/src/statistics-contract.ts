import { Context, Info, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import { canonicalJson, parseRequest } from '@salus/protocol';
import * as api from '@salus/protocol/statistics';
import * as closing from './transactions/closing.js';
import * as contributions from './transactions/contributions.js';
import * as institutions from './transactions/institutions.js';
import * as opening from './transactions/opening.js';
import * as studies from './transactions/studies.js';

/**
 * Joint statistics. Institutions learn mean and standard deviation of a confidential figure over a cohort of
 * them, opened by a committee and rounded by publishers. They learn nothing of any single institution. Requests and answers are JSON of the
 * types in `@salus/protocol/statistics`; keys and partial openings go through the contract `computation` of
 * the same chaincode.
 */
@Info({ title: 'statistics', description: 'Joint statistics on encrypted figures' })
export class StatisticsContract extends SalusContract {
  constructor() {
    super('statistics');
  }

  @Transaction()
  @Returns('string')
  async registerInstitution(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.registerInstitutionRequest, request);
    return canonicalJson(await institutions.registerInstitution(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async approveInstitution(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.institutionRequest, request);
    return canonicalJson(await institutions.approveInstitution(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async openStudy(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.openStudyRequest, request);
    return canonicalJson(await studies.openStudy(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async joinStudy(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.joinStudyRequest, request);
    return canonicalJson(await studies.joinStudy(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async endJoining(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.endJoiningRequest, request);
    return canonicalJson(await studies.endJoining(ctx, parsed.studyId));
  }

  @Transaction()
  @Returns('string')
  async contribute(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.contributeRequest, request);
    return canonicalJson(await contributions.contribute(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async dropOut(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.dropOutRequest, request);
    return canonicalJson(await contributions.dropOut(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async closeStudy(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.closeStudyRequest, request);
    return canonicalJson(await closing.closeStudy(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async requestOpening(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.openResultRequest, request);
    return canonicalJson(await opening.requestOpening(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  async recordResult(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.recordResultRequest, request);
    return canonicalJson(await opening.recordResult(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getInstitution(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.institutionRequest, request);
    return canonicalJson(await institutions.getInstitution(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  async getStudy(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.studyRequest, request);
    return canonicalJson(await studies.getStudy(ctx, parsed.studyId));
  }

  @Transaction(false)
  @Returns('string')
  async getResult(ctx: Context, request: string): Promise<string> {
    const parsed = parseRequest(api.studyRequest, request);
    return canonicalJson(await opening.getResult(ctx, parsed.studyId));
  }
}
