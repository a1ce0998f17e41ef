/** Sealed letters between the parties of a ceremony or an opening, through the mailbox of a store. */
import { openLetter, sealLetter, type Sealing } from '@salus/crypto/letter';
import type { MemberSource, VerifiedMember } from '@salus/proofs';
import { DAY_MS, SalusError } from '@salus/protocol';
import { OFFICER, type Letter } from '../stores/letter.js';
import { pathOf, type MailboxPlace, type Matter } from '../stores/places.js';
import type { ContentStore } from '../stores/store-group.js';
import { verifyRequest } from '../trust/request-token.js';

/** A letter may wait this long for its reader; it is good for its one place only. */
const WINDOW_MS = 30 * DAY_MS;

export interface PostOptions {
  readonly store: ContentStore;
  /** Whose certificates are believed. */
  readonly members: MemberSource;
  readonly chaincode: string;
  /** MSP ID of the own organisation. */
  readonly mspId: string;
}

/** Leaves and reads letters, and believes none without its sender's own signature. */
export class Post {
  readonly #options: PostOptions;

  constructor(options: PostOptions) {
    this.#options = options;
  }

  /** Leaves the public key that others seal to. For an opening, by the role that reads it. */
  async leaveKey(matter: Matter, publicKey: string): Promise<void> {
    const { store, chaincode, mspId } = this.#options;
    await store.leave({ chaincode, matter, from: mspId }, Buffer.from(publicKey));
  }

  /**
   * The public key that an organisation left. It counts only where somebody of the role signed it: others
   * of the organisation would read what is sealed to theirs.
   *
   * @param role - the opening's reader of the organisation; of a ceremony, its officer
   * @throws SalusError `ERR_NOT_FOUND`, `ERR_REQUEST_REFUSED`
   */
  async keyOf(matter: Matter, from: string, role: string = OFFICER): Promise<string> {
    const place = { chaincode: this.#options.chaincode, matter, from };
    return this.#read(place, role, (body) => body.toString('utf8'));
  }

  /** Seals a letter to a public key, and leaves it for the key's owner. */
  async send(
    matter: Matter,
    { to, ...sealing }: { readonly to: string } & Omit<Sealing, 'place'>,
    plain: Uint8Array,
  ): Promise<void> {
    const { store, chaincode, mspId: from } = this.#options;
    const place = { chaincode, matter, from, to };
    await store.leave(place, await sealLetter({ place, ...sealing }, plain));
  }

  /**
   * What a committee member sealed to this organisation.
   * @throws SalusError `ERR_NOT_FOUND`, `ERR_REQUEST_REFUSED`, `ERR_DECRYPTION_FAILED`
   */
  async receive(matter: Matter, from: string, privateKey: string): Promise<Uint8Array> {
    const place = this.#toOwn(matter, from);
    // A store that kept an older letter, sealed to a key that is lost, does not hide the present one.
    return this.#read(place, OFFICER, (body) => openLetter(body, place, privateKey));
  }

  /**
   * A committee member's letter to this organisation as it came, to be shown to others.
   *
   * @param take - believes no letter without its sender's signature
   * @throws SalusError `ERR_NOT_FOUND`; what `take` throws
   */
  async find<T>(
    matter: Matter,
    from: string,
    take: (letter: Letter) => T | Promise<T>,
  ): Promise<T> {
    return this.#options.store.collect(this.#toOwn(matter, from), take);
  }

  #toOwn(matter: Matter, from: string): MailboxPlace {
    const { chaincode, mspId: to } = this.#options;
    return { chaincode, matter, from, to };
  }

  async #read<T>(
    place: MailboxPlace,
    role: string,
    take: (body: Buffer) => T | Promise<T>,
  ): Promise<T> {
    const roots = await this.#options.members();
    return this.#options.store.collect(place, (letter) =>
      take(bodyOf(letter, { place, role, roots })),
    );
  }
}

/** @throws SalusError `ERR_REQUEST_REFUSED` where the letter is not its sender's */
function bodyOf(
  letter: Letter,
  about: {
    readonly place: MailboxPlace;
    readonly role: string;
    readonly roots: Awaited<ReturnType<MemberSource>>;
  },
): Buffer {
  const { place, role } = about;
  const body = Buffer.from(letter.body, 'base64');
  const sender = senderOf(letter, body, about);
  if (sender.mspId === place.from && sender.role === role) return body;
  throw new SalusError('ERR_REQUEST_REFUSED', `The letter does not come from ${place.from}`, {
    argument: 'from',
    expected: `${place.from}, role ${role}`,
    got: `${sender.mspId}, role ${sender.role ?? 'none'}`,
  });
}

/** What is wrong with the letter itself is told as an argument: a store that refuses to show it tells none. */
function senderOf(
  { token, audience }: Letter,
  body: Buffer,
  {
    place,
    roots,
  }: { readonly place: MailboxPlace; readonly roots: Awaited<ReturnType<MemberSource>> },
): VerifiedMember {
  const target = { method: 'PUT', path: pathOf(place), audience, body };
  try {
    return verifyRequest(token, target, { roots, now: Date.now(), windowMs: WINDOW_MS });
  } catch (cause) {
    // A certificate may hold a key of a kind that the signature can't even be checked with.
    const code = cause instanceof SalusError ? cause.code : 'ERR_REQUEST_REFUSED';
    const message = `The letter does not come from ${place.from}`;
    throw new SalusError(code, message, { argument: 'from', got: place.from, cause });
  }
}
