import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NetworkError } from '../errors.js';
import type { Organization } from '../organization.js';

/** Where an organization's chaincode servers listen, by the address their packages name. */
export type AddressBook = Readonly<Record<string, string>>;

const schema = z.record(z.string(), z.string());

type Owner = Pick<Organization, 'directories'>;

/** Read by the organization's peer whenever it releases a package. */
export const addressBookFile = ({ directories }: Owner): string =>
  path.join(path.dirname(directories.chaincodeTls), 'addresses.json');

export function readAddressBook(owner: Owner): AddressBook {
  const file = addressBookFile(owner);
  return existsSync(file) ? schema.parse(JSON.parse(readFileSync(file, 'utf8'))) : {};
}

function writeAddressBook(owner: Owner, book: AddressBook): void {
  const file = addressBookFile(owner);
  mkdirSync(path.dirname(file), { recursive: true });
  // Renamed into place: the peer may read at any moment.
  writeFileSync(`${file}.new`, `${JSON.stringify(book, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/**
 * Gives an address a place to listen: the one it has, else the organization's first free chaincode
 * port.
 *
 * @throws NetworkError ERR_CHAINCODE if the organization's chaincode ports are all in use.
 */
export function assignAddress(
  owner: Pick<Organization, 'directories' | 'ports' | 'name'>,
  address: string,
  host: string,
): string {
  const book = readAddressBook(owner);
  const known = book[address];
  if (known !== undefined) return known;
  const taken = new Set(Object.values(book).map(portOf));
  const port = owner.ports.chaincode.find((each) => !taken.has(each));
  if (port === undefined) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `All ${owner.ports.chaincode.length} chaincode ports of ${owner.name} are in use.`,
      'Stop a chaincode server that no longer serves, or raise portsPerOrganization.',
    );
  }
  const assigned = `${host}:${port}`;
  writeAddressBook(owner, { ...book, [address]: assigned });
  return assigned;
}

/** Frees the place of an address whose server is gone. */
export function releaseAddress(owner: Owner, address: string): void {
  const { [address]: _gone, ...rest } = readAddressBook(owner);
  writeAddressBook(owner, rest);
}
