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
  readonly engines: Engines;
  readonly report: MemberParts['report'];
}

/** A member of one contract's committees that is ready to work. */
interface OpenedMember {
  readonly member: CommitteeMember;
  readonly parts: MemberParts;
}

export interface ServeOptions {
  readonly contract: readonly string[];
}

/** The work that one process at a time does in a home. */
export const COMMITTEE_SERVICE = 'the committee service';

/** Takes an organisation's part in the ceremonies and openings of some contracts, until told to end. */
export async function serveCommittee(
  context: CliContext<SettingsWith<'stores'>>,
  { contract: chaincodes }: ServeOptions,
): Promise<void> {
  const { settings } = context;
  await withServiceClient(context, async (client) => {
    await using engines = new Engines();
    const opening = { settings, client, stores: settings.stores, engines, report: logLine };
    const members = await Promise.all(
      [...new Set(chaincodes)].map((chaincode) => openMember(opening, chaincode)),
    );
    await aloneInAll(
      members.map(({ parts }) => parts.home.folder),
      () => watch(members, client),
    );
  });
}

/** Ends all members' work when one of them fails. */
async function watch(members: readonly OpenedMember[], client: SalusClient): Promise<void> {
  const ending = new AbortController();
  const { signal } = ending;
  const told = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')]);
  void told.then(() => ending.abort());
  for (const { parts } of members) {
    await parts.register.load();
    await warmUp(parts);
  }
  process.stdout.write(`${JSON.stringify({ service: 'committee' })}\n`);
  const watching = members.map(({ member, parts }) =>
    watchCommittee(member, { client, parts, signal, report: logLine }),
  );
  try {
    await Promise.all(watching);
  } finally {
    ending.abort();
    await Promise.allSettled(watching);
  }
}

/** @throws SalusError `ERR_HOME_IN_USE` */
function aloneInAll(folders: readonly string[], run: () => Promise<void>): Promise<void> {
  const [first, ...others] = folders;
  if (first === undefined) return run();
  return aloneIn(first, COMMITTEE_SERVICE, () => aloneInAll(others, run));
}

/**
 * Puts a member together from a command's settings.
 * @throws SalusError `ERR_PASSPHRASE_WRONG`, `ERR_SETTINGS_MISSING`, `ERR_HSM_PIN_WRONG` and its kind
 */
async function openMember(
  { settings, client, stores, engines, report }: CommitteeSettings,
  chaincode: string,
): Promise<OpenedMember> {
  const identity = await identityOf(settings);
  const store = contentStores(stores, { identity, tlsRoots: client.tlsRoots });
  const { mspId } = client;
  const home = await openMemberHome(settings, client, chaincode);
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
  return { member: new CommitteeMember(parts), parts };
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
class Engines implements AsyncDisposable {
  readonly #engines = new Map<string, Engine>();

  of(name: string): Engine {
    const known = this.#engines.get(name);
    if (known) return known;
    const made = createEngine({ profile: profileOf(name).name });
    this.#engines.set(name, made);
    return made;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#engines.values()].map((engine) => engine.close()));
  }
}
