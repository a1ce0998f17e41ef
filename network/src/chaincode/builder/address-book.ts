import { existsSync, readFileSync, renameSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { NetworkError } from '../../instance/errors.js';
import type { Organization } from '../../instance/organization.js';
import { writeSecret } from '../../instance/write-secret.js';

const schema = z.strictObject({
  /** Where the server of a package listens, by the address the package names. */
  addresses: z.record(z.string(), z.string()),
  /** The addresses that have a server now; the ports of the others are free. */
  serving: z.array(z.string()),
});

export type AddressBook = z.infer<typeof schema>;

type Owner = Pick<Organization, 'directories'>;

/** Read by the organization's peer whenever it releases a package. */
export const addressBookFile = ({ directories }: Owner): string =>
  path.join(path.dirname(directories.chaincodeTls), 'addresses.json');

/** Reads a book from its file; there being none yet is an empty one. */
export const readAddressBookFile = (file: string): AddressBook =>
  existsSync(file)
    ? schema.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { addresses: {}, serving: [] };

export const readAddressBook = (owner: Owner): AddressBook =>
  readAddressBookFile(addressBookFile(owner));

function writeAddressBook(owner: Owner, book: AddressBook): void {
  const file = addressBookFile(owner);
  // Renamed into place: the peer may read at any moment.
  writeSecret(`${file}.new`, `${JSON.stringify(book, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

const portOf = (address: string) => Number(address.slice(address.lastIndexOf(':') + 1));

/**
 * Gives an address a place to listen: the one it had, unless another server has that now, else the
 * organization's first free chaincode port. The peer keeps what it read at install, so an address
 * keeps its place for as long as it can.
 *
 * @throws NetworkError ERR_CHAINCODE if the organization's chaincode ports are all in use.
 */
export function assignAddress(
  owner: Pick<Organization, 'directories' | 'ports' | 'name'>,
  address: string,
  host: string,
): string {
  const { addresses, serving } = readAddressBook(owner);
  const others = serving.filter((each) => each !== address);
  const taken = new Set(others.map((each) => portOf(addresses[each] ?? '')));
  const known = addresses[address];
  const port =
    known !== undefined && !taken.has(portOf(known))
      ? portOf(known)
      : owner.ports.chaincode.find((each) => !taken.has(each));
  if (port === undefined) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `All ${owner.ports.chaincode.length} chaincode ports of ${owner.name} are in use.`,
      'Make the network anew with a greater portsPerOrganization in the topology, or with fewer chaincodes.',
    );
  }
  const assigned = `${host}:${port}`;
  writeAddressBook(owner, {
    addresses: { ...addresses, [address]: assigned },
    serving: [...others, address],
  });
  return assigned;
}

/** The ports that have a chaincode server, running or stopped. */
export function servingPorts(owner: Owner): number[] {
  const { addresses, serving } = readAddressBook(owner);
  return serving.map((each) => portOf(addresses[each] ?? ''));
}

/** Frees the place of an address whose server is gone. */
export function releaseAddress(owner: Owner, address: string): void {
  const { addresses, serving } = readAddressBook(owner);
  writeAddressBook(owner, { addresses, serving: serving.filter((each) => each !== address) });
}
