import { randomBytes } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Role } from './cast.js';

/** The folders of the actors, each of which holds what its actor knows, and nothing of others. */
export class Homes {
  readonly #network: string;
  readonly #channel: string;
  readonly #furnished = new Map<string, string>();
  readonly #new = new Set<string>();

  /** @param network folder of the network's instance */
  constructor(network: string, channel: string) {
    this.#network = network;
    this.#channel = channel;
  }

  /** A home without anything of an organisation. */
  bare(actor: string): string {
    const home = path.join(this.#network, 'actors', actor);
    if (mkdirSync(home, { recursive: true, mode: 0o700 }) !== undefined) this.#new.add(home);
    return home;
  }

  /** Whether this run has made the home: its actor remembers nothing of earlier ones. */
  isNew(home: string): boolean {
    return this.#new.has(home);
  }

  /** A home with what the organisation's administrator hands to one of its people. */
  of(role: Role): string {
    const known = this.#furnished.get(role.actor);
    if (known !== undefined) return known;
    const home = this.#furnish(role);
    this.#furnished.set(role.actor, home);
    return home;
  }

  /** In life each actor types its own; here it lies in the actor's home and serves the next run too. */
  passphraseOf(home: string): string {
    const file = path.join(home, 'passphrase');
    if (!existsSync(file)) {
      writeFileSync(file, randomBytes(18).toString('base64url'), { mode: 0o600 });
    }
    return readFileSync(file, 'utf8');
  }

  /** Identity, profile, channel. */
  #furnish({ actor, organisation, domain, user }: Role): string {
    const home = this.bare(actor);
    const folder = path.join(this.#network, 'organizations/peerOrganizations', domain);
    for (const part of ['msp', 'tls']) {
      const own = path.join(home, part);
      rmSync(own, { recursive: true, force: true });
      cpSync(path.join(folder, 'users', `${user}@${domain}`, part), own, { recursive: true });
    }
    const profile = `connection-${organisation.toLowerCase()}.json`;
    cpSync(path.join(folder, profile), path.join(home, 'connection.json'));
    const settings = { profile: 'connection.json', mspDir: 'msp', channel: this.#channel };
    writeFileSync(path.join(home, 'salus.json'), JSON.stringify(settings), { mode: 0o600 });
    return home;
  }
}
