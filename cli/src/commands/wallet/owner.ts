import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type { WalletOwner } from '@salus/client/wallet';
import { checkRequest } from '@salus/protocol';
import {
  type CategoryKeyDeposit,
  walletRequest,
  type WalletAsk,
  type WalletRequest,
  type InstitutionKind,
} from '@salus/wallet';
import type { PortalClient, Relayed } from '@salus/wallet-service';
import { contextOf } from '../../command-line/context.js';

/** Options of the group `wallet`, which hold for each of its commands. */
interface GroupOptions {
  readonly portal?: string;
  readonly portalCa?: string;
  readonly as?: InstitutionKind;
}

/** What an owner's command works with. */
export interface OwnerContext {
  readonly owner: WalletOwner;
  readonly kind: InstitutionKind;
  /** Where statements are relayed to; without it they are printed only. */
  readonly portal?: PortalClient;
  readonly result: (value: unknown) => void;
}

/** Reaches the wallet that runs in the home. @throws SalusError `ERR_SERVICE_UNREACHABLE` */
export async function ownerOf(command: Command): Promise<OwnerContext> {
  const { settings, output } = contextOf(command);
  const { portal, portalCa, as: kind = 'hospital' } = command.optsWithGlobals<GroupOptions>();
  const [{ WalletOwner }, { WalletHome }] = await Promise.all([
    import('@salus/client/wallet'),
    import('@salus/wallet-service/home'),
  ]);
  const owner = new WalletOwner(await new WalletHome(settings.home).owner());
  return {
    owner,
    kind,
    ...(portal !== undefined && { portal: await openPortal(owner, kind, portal, portalCa) }),
    result: (value) => {
      output.result(value);
    },
  };
}

async function openPortal(
  owner: WalletOwner,
  kind: InstitutionKind,
  origin: string,
  caFile: string | undefined,
): Promise<PortalClient> {
  const { PortalClient } = await import('@salus/wallet-service/portal');
  const tlsRoots = caFile === undefined ? [] : [await readFile(caFile, 'utf8')];
  return new PortalClient(owner, { origin, tlsRoots }, kind);
}

/** Checks what the command line says against the wallet's schema. @throws SalusError `ERR_INVALID_ARGUMENT` */
export function checkedAsk(ask: object, name: string): WalletRequest {
  return checkRequest(walletRequest, ask, name);
}

/** Statements that an answer may hold, in the order in which the ledger has to get them. */
interface Signed {
  readonly statement?: string;
  readonly possession?: string;
  readonly rollover?: string;
  readonly deposits?: readonly CategoryKeyDeposit[];
}

/** Has the wallet do something, relays what it signed where there is a portal, and prints the answer. */
export async function commandAndRelay(command: Command, ask: WalletAsk): Promise<void> {
  const { owner, kind, portal, result } = await ownerOf(command);
  const answer = await owner.command<Signed>(ask, kind);
  result({ ...answer, ...(portal && { relayed: await relayAll(portal, answer) }) });
}

/** Relays all that was signed. @returns what became of each statement */
export async function relayAll(portal: PortalClient, signed: Signed): Promise<readonly Relayed[]> {
  const { statement, possession, rollover, deposits = [] } = signed;
  const relayed: Relayed[] = [];
  if (statement !== undefined) {
    relayed.push(await portal.relay(statement, possession === undefined ? {} : { possession }));
  }
  if (rollover !== undefined) relayed.push(await portal.relay(rollover));
  for (const one of deposits) relayed.push(await portal.deposit(one));
  return relayed;
}
