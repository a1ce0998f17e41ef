import {
  createHash,
  createPrivateKey,
  generateKeyPairSync,
  sign,
  type KeyObject,
} from 'node:crypto';
import { msp } from '@hyperledger/fabric-protos';
import { bits, boolean, der, integer, octets, oid, sequence, set, time, utf8 } from './der.js';

/** An X.509 identity of a member, with its key. */
export interface Identity {
  readonly mspId: string;
  /** PEM. */
  readonly certificate: string;
  readonly privateKey: KeyObject;
  /** The bytes of `msp.SerializedIdentity`, as they stand in a proposal's signature header. */
  readonly creator: Uint8Array;
}

/** What {@link makeIdentity} makes a certificate for. */
export interface IdentityOptions {
  readonly mspId: string;
  /** Common name. */
  readonly name: string;
  /** Attributes as Fabric CA writes them into an enrolment certificate. */
  readonly attributes?: Readonly<Record<string, string>>;
  /** Organisational unit, by which an MSP tells what an identity is; `client` where it is missing. */
  readonly unit?: 'client' | 'admin';
}

/** OID of Fabric CA's attribute extension: `{"attrs":{…}}`. */
const ATTRIBUTES = '1.2.3.4.5.6.7.8.1';
const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = '2.5.4.3';
const ORGANIZATIONAL_UNIT = '2.5.4.11';
const BASIC_CONSTRAINTS = '2.5.29.19';

const authorities = new Map<string, KeyObject>();

/** Makes a real certificate with a fresh P-256 key, signed by a CA that each MSP has in this process. */
export function makeIdentity(options: IdentityOptions): Identity {
  const { mspId, name, attributes = {}, unit = 'client' } = options;
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const tbs = sequence(
    der(0xa0, integer(Uint8Array.of(2))),
    integer(createHash('sha256').update(spki).digest().subarray(0, 16)),
    ECDSA_WITH_SHA256,
    distinguishedName([[COMMON_NAME, `ca.${mspId}`]]),
    sequence(time(new Date('2020-01-01')), time(new Date('2120-01-01'))),
    distinguishedName([
      [ORGANIZATIONAL_UNIT, unit],
      [COMMON_NAME, name],
    ]),
    spki,
    der(
      0xa3,
      sequence(
        extension(BASIC_CONSTRAINTS, sequence(), true),
        extension(ATTRIBUTES, Buffer.from(JSON.stringify({ attrs: attributes }), 'utf8')),
      ),
    ),
  );
  const signature = sign('sha256', tbs, authorityOf(mspId));
  const certificate = pem(sequence(tbs, ECDSA_WITH_SHA256, bits(signature)));
  return { mspId, certificate, privateKey, creator: serialize(mspId, certificate) };
}

/** An identity whose certificate another CA issued; PEM both. */
export function identityFrom(mspId: string, certificate: string, privateKeyPem: string): Identity {
  const privateKey = createPrivateKey(privateKeyPem);
  return { mspId, certificate, privateKey, creator: serialize(mspId, certificate) };
}

function authorityOf(mspId: string): KeyObject {
  const known = authorities.get(mspId);
  if (known) return known;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  authorities.set(mspId, privateKey);
  return privateKey;
}

function distinguishedName(parts: readonly (readonly [string, string])[]): Buffer {
  return sequence(...parts.map(([type, value]) => set(sequence(oid(type), utf8(value)))));
}

function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(value));
}

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}

function serialize(mspId: string, certificate: string): Uint8Array {
  const identity = new msp.SerializedIdentity();
  identity.setMspid(mspId);
  identity.setIdBytes(Buffer.from(certificate, 'utf8'));
  return identity.serializeBinary();
}
