import { once } from 'node:events';
import type { SalusClient } from '@salus/client';
import { Post } from '@salus/client/computation';
import { aloneIn } from '@salus/client/home';
import { contentStores } from '@salus/client/stores';
import { currentMembers } from '@salus/client/trust';
import {
  Approvals,
  CommitteeMember,
  judgeOpenings,
  OpenedRegister,
  type MemberParts,
  submissionsOf,
  warmUp,
  watchCommittee,
} from '@salus/committee-service';
import { createEngine, profileOf, type Engine } from '@salus/compute';
import { openingRuleOf, type PurposeLedger } from '@salus/protocol/purposes';
import { identityOf, withServiceClient, type CliContext } from '../../command-line/context.js';
import { logLine } from '../../command-line/log-line.js';
import type { Settings, SettingsWith } from '../../command-line/settings.js';
import { openMemberHome } from './member-home.js';

interface CommitteeSettings {
  readonly settings: Settings;
  readonly client: SalusClient;
  readonly stores: readonly string[];
  readonly chaincode: string;
  readonly report: MemberParts['report'];
}

/** A member that is ready to work; closing it ends its engines. */
interface OpenedCommittee extends AsyncDisposable {
  readonly member: CommitteeMember;
  readonly parts: MemberParts;
}

export interface ServeOptions {
  readonly contract: string;
}

/** The work that one process at a time does in a home. */
export const COMMITTEE_SERVICE = 'the committee service';

/** Takes an organisation's part in ceremonies and openings, until told to end. */
export async function serveCommittee(
  context: CliContext<SettingsWith<'stores'>>,
  { contract: chaincode }: ServeOptions,
): Promise<void> {
  await withServiceClient(context, async (client) => {
    await using opened = await openCommittee({
      settings: context.settings,
      client,
      stores: context.settings.stores,
      chaincode,
      report: logLine,
    });
    const ending = new AbortController();
    const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
    void told.then(() => ending.abort());
    const { member, parts } = opened;
    const { signal } = ending;
    await aloneIn(parts.home.folder, COMMITTEE_SERVICE, async () => {
      await parts.register.load();
      await warmUp(parts);
      process.stdout.write(`${JSON.stringify({ service: 'committee' })}\n`);
      await watchCommittee(member, { client, parts, signal, report: logLine });
    });
  });
}

/**
 * Puts a member together from a command's settings.
 * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_SETTINGS_MISSING`, `ERR_HSM_PIN_WRONG` and its kind
 */
async function openCommittee(options: CommitteeSettings): Promise<OpenedCommittee> {
  const { settings, client, chaincode, report } = options;
  const identity = await identityOf(settings);
  const store = contentStores(options.stores, { identity, tlsRoots: client.tlsRoots });
  const { mspId } = client;
  const home = await openMemberHome(settings, client, chaincode);
  const engines = new Engines();
  const rules = purposeLedger(client);
  const register = new OpenedRegister(home);
  const parts: MemberParts = {
    mspId,
    channel: client.channel,
    chaincode,
    ledger: client.computation(chaincode),
    home,
    store,
    post: new Post({ store, members: currentMembers(client), chaincode, mspId }),
    engineOf: (name) => engines.of(name),
    register,
    judge: judgeOpenings(register, (about) => openingRuleOf(about, rules)),
    approvals: new Approvals(home),
    submissionOf: submissionsOf(client),
    report,
  };
  const member = new CommitteeMember(parts);
  return { member, parts, [Symbol.asyncDispose]: () => engines.close() };
}

/** What the rules of purposes ask, as the own peer tells it. */
function purposeLedger(client: SalusClient): PurposeLedger {
  return {
    getClaim: (claimId) => client.claims.getClaim(claimId),
    getPolicy: (policyId) => client.claims.getPolicy(policyId),
    getStudy: (studyId) => client.statistics.getStudy(studyId),
    computation: (chaincode) => client.computation(chaincode),
  };
}

/** The process' one engine of each profile, made when it is first needed. */
class Engines {
  readonly #engines = new Map<string, Engine>();

  of(name: string): Engine {
    const known = this.#engines.get(name);
    if (known) return known;
    const made = createEngine({ profile: profileOf(name).name });
    this.#engines.set(name, made);
    return made;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
  }
}
