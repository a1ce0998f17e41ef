import { readFile, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '@salus/client/home';
import { OFFICER, type Letter, fileOf, placeOf, type MailboxPlace } from '@salus/client/stores';
import { denied } from '@salus/client/trust';
import type { VerifiedMember } from '@salus/proofs';
import { SalusError } from '@salus/protocol';
import type { ServiceRequest } from '@salus/service-kit';
import type { LedgerView } from './ledger-view.js';
import { requireKept } from './retention.js';

/** Who may leave and read what. */
interface Parties {
  /** By MSP ID, the role that receives sealed letters and leaves the key to seal them to. */
  readonly receivers: ReadonlyMap<string, string>;
  /** MSP IDs; they act through their officers. */
  readonly senders: readonly string[];
}

/**
 * Keeps what recipients and committee members of an opening, or the parties of a ceremony, leave for
 * each other; who they are the ledger says.
 */
export class Mailbox {
  readonly #folder: string;
  readonly #ledger: LedgerView;
  readonly #clock: () => number;

  constructor(folder: string, ledger: LedgerView, clock: () => number = Date.now) {
    this.#folder = folder;
    this.#ledger = ledger;
    this.#clock = clock;
  }

  /**
   * A receiver leaves its key, a sender its sealed letter; nobody else may. The role that receives replaces
   * the key, and no other role of its organisation.
   */
  async put(place: MailboxPlace, sender: VerifiedMember, request: ServiceRequest): Promise<void> {
    const file = path.join(this.#folder, fileOf(place));
    const { receivers, senders } = await this.#parties(place);
    const isKey = place.to === undefined;
    const isAllowed = isKey ? receivers.has(sender.mspId) : senders.includes(sender.mspId);
    if (!isAllowed || sender.mspId !== place.from) {
      throw denied('the ledger gives the organisation no place here');
    }
    if (!isKey && !receivers.has(place.to)) throw denied('nobody receives letters there');
    requireRole(sender, isKey ? receivers.get(sender.mspId) : OFFICER);
    const letter: Letter = {
      body: request.body.toString('base64'),
      token: request.token,
      path: request.path,
      audience: request.audience,
    };
    await writeAtomically(file, Buffer.from(JSON.stringify(letter)));
  }

  /** Senders read keys; a receiver reads what was sealed to it. */
  async get(place: MailboxPlace, asker: VerifiedMember): Promise<Buffer> {
    const file = path.join(this.#folder, fileOf(place));
    const { receivers, senders } = await this.#parties(place);
    const isKey = place.to === undefined;
    const isAllowed = isKey ? senders.includes(asker.mspId) : asker.mspId === place.to;
    if (!isAllowed) throw denied('it is meant for another organisation');
    requireRole(asker, isKey ? OFFICER : receivers.get(place.to));
    return readFile(file).catch((cause: unknown) => {
      throw new SalusError('ERR_NOT_FOUND', 'Nothing was left here yet', { cause });
    });
  }

  /** Removes the letters of ceremonies that are over, and of openings past their time. */
  async sweep(): Promise<void> {
    const entries = await readdir(this.#folder, { recursive: true }).catch(() => []);
    for (const entry of entries.filter((name) => name.endsWith('.json'))) {
      const place = placeOf(entry.slice(0, -'.json'.length).split(path.sep));
      if (place && (await this.#isOver(place))) await rm(path.join(this.#folder, entry));
    }
  }

  async #isOver(place: MailboxPlace): Promise<boolean> {
    try {
      await this.#parties(place);
      return false;
    } catch (error) {
      return error instanceof SalusError && error.code === 'ERR_NO_DECISION';
    }
  }

  async #parties({ chaincode, matter }: MailboxPlace): Promise<Parties> {
    const ledger = this.#ledger.computation(chaincode);
    if ('openingId' in matter) {
      const opening = await ledger.getOpening(matter.openingId);
      if (!opening.permitted) throw denied(`the opening was denied (${opening.reason})`);
      requireKept(opening, this.#clock());
      const { readers, committee } = opening;
      return { receivers: new Map(Object.entries(readers)), senders: committee.members };
    }
    const { ceremony } = await ledger.getKey(matter.keyId);
    const { epoch, phase, committee, members } = ceremony;
    if (epoch !== matter.epoch) throw denied('another ceremony took the place of this one');
    if (phase === 'DONE' || phase === 'FAILED') throw denied('the ceremony is over');
    const senders = members.map(({ mspId }) => mspId);
    return { receivers: new Map(committee.members.map((mspId) => [mspId, OFFICER])), senders };
  }
}

function requireRole({ mspId, role }: VerifiedMember, expected: string | undefined): void {
  if (expected !== undefined && role === expected) return;
  throw denied(`only the role ${expected ?? 'that receives'} acts for ${mspId} here`);
}
