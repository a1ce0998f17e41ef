import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { SalusError } from '@salus/chaincode-common';
import { denied } from '../service/access-check.js';
import { writeAtomically } from '../atomic-file.js';
import type { ServiceRequest } from '../service/http-server.js';
import type { VerifiedMember } from '../service/members.js';
import type { LedgerView } from './ledger-view.js';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** A place in the mailbox of an opening: the recipient's key, or a member's sealed part for it. */
export interface MailboxPlace {
  readonly openingId: string;
  readonly recipient: string;
  /** The committee member; without it, the recipient's key. */
  readonly member?: string;
}

/** What lies in the mailbox, with the sender's own signed request: readers verify it themselves. */
export interface Letter {
  readonly body: string;
  readonly token: string;
  readonly path: string;
  readonly audience: string;
}

/** Keeps what an opening's recipients and committee members leave for each other. */
export class Mailbox {
  readonly #folder: string;
  readonly #ledger: LedgerView;

  constructor(folder: string, ledger: LedgerView) {
    this.#folder = folder;
    this.#ledger = ledger;
  }

  /** A recipient leaves its key, a member its sealed part; nobody else may. */
  async put(place: MailboxPlace, sender: VerifiedMember, request: ServiceRequest): Promise<void> {
    const { recipients, members } = await this.#parties(place);
    const allowed = place.member === undefined ? recipients : members;
    if (!allowed.includes(sender.mspId) || sender.mspId !== (place.member ?? place.recipient)) {
      throw denied('the opening gives the organisation no place here');
    }
    const letter: Letter = {
      body: request.body.toString('base64'),
      token: request.token,
      path: request.path,
      audience: request.audience,
    };
    await writeAtomically(this.#fileOf(place), Buffer.from(JSON.stringify(letter)));
  }

  /** Members read keys; a recipient reads what was sealed to it. */
  async get(place: MailboxPlace, asker: VerifiedMember): Promise<Buffer> {
    const { members } = await this.#parties(place);
    const allowed = place.member === undefined ? members : [place.recipient];
    if (!allowed.includes(asker.mspId)) throw denied('it is meant for another organisation');
    return readFile(this.#fileOf(place)).catch((cause: unknown) => {
      throw new SalusError('ERR_NOT_FOUND', 'Nothing was left here yet', { cause });
    });
  }

  async #parties({ openingId }: MailboxPlace) {
    const opening = await this.#ledger.getOpening(openingId);
    if (!opening.permitted) throw denied(`the opening was denied (${opening.reason})`);
    const { members } = await this.#ledger.getKey(opening.keyId);
    return { recipients: opening.recipients, members: members.map(({ mspId }) => mspId) };
  }

  #fileOf({ openingId, recipient, member = 'key' }: MailboxPlace): string {
    for (const part of [openingId, recipient, member]) {
      if (!NAME.test(part)) {
        throw new SalusError('ERR_INVALID_ARGUMENT', 'The path names no opening', {
          argument: 'path',
        });
      }
    }
    return path.join(this.#folder, openingId, `${recipient}.${member}.json`);
  }
}
