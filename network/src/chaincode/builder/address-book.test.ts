import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { assignAddress, readAddressBook, releaseAddress } from './address-book.js';

describe('the address book of an organization', () => {
  let home: string;
  const owner = () => ({
    name: 'Insurer',
    directories: { chaincodeTls: path.join(home, 'chaincode', 'tls') },
    ports: { chaincode: [8008, 8009] },
  });
  const assign = (address: string) => assignAddress(owner() as never, address, '127.0.0.1');

  beforeEach(() => {
    home = mkdtempSync(path.join(os.tmpdir(), 'addresses-'));
  });

  afterEach(() => rmSync(home, { recursive: true }));

  it('keeps the port an address has', () => {
    expect(assign('a:9999')).toBe('127.0.0.1:8008');
    expect(assign('b:9999')).toBe('127.0.0.1:8009');
    expect(assign('a:9999')).toBe('127.0.0.1:8008');
  });

  it('refuses when every port is in use, and gives a freed one again', () => {
    assign('a:9999');
    assign('b:9999');
    expect(() => assign('c:9999')).toThrow('All 2 chaincode ports of Insurer are in use.');
    releaseAddress(owner() as never, 'a:9999');
    expect(assign('c:9999')).toBe('127.0.0.1:8008');
    expect(readAddressBook(owner() as never).serving).toEqual(['b:9999', 'c:9999']);
  });

  it('gives an address its old port again, or another if that has a server now', () => {
    assign('a:9999');
    releaseAddress(owner() as never, 'a:9999');
    expect(assign('a:9999')).toBe('127.0.0.1:8008');
    releaseAddress(owner() as never, 'a:9999');
    assign('b:9999');
    expect(assign('a:9999')).toBe('127.0.0.1:8009');
  });
});
