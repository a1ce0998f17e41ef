import path from 'node:path';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Instance } from '../instance/instance.js';
import type { Organization } from '../instance/organization.js';
import { ordererTls } from '../nodes/orderer.js';

/** The committed file, which holds everything of the default network. */
export const configtxTemplate = path.join(__dirname, '..', '..', 'configtx.yaml');

/** Stands in an instance's file instead of what the committed one says of itself. */
const header = ` The configuration of this network's channels, written by network.sh for configtxgen:

   configtxgen -configPath . -profile EdgeChannel -channelID NAME -outputBlock NAME.block`;

/** An entry of `Organizations`: a member as an application organization or as an orderer's. */
interface Entry {
  readonly anchor: string;
  readonly mspId: string;
  readonly values: Readonly<Record<string, unknown>>;
}

function sequenceAt(document: Document, place: readonly string[]): YAMLSeq {
  const found = document.getIn(place);
  if (isSeq(found)) return found;
  const made = document.createNode([]);
  document.setIn(place, made);
  return made;
}

const mapsOf = (sequence: YAMLSeq): YAMLMap[] => sequence.items.filter((item) => isMap(item));

/** The entry of the file for this MSP with the values of the instance; else one like the first. */
function organizationNode(
  document: Document,
  known: readonly YAMLMap[],
  { anchor, mspId, values }: Entry,
): YAMLMap {
  let node = known.find((each) => each.get('ID') === mspId);
  if (!node) {
    const [like] = known.filter((each) => Object.keys(values).every((key) => each.has(key)));
    const text = JSON.stringify(like ?? {}).replaceAll(String(like?.get('ID')), mspId);
    node = document.createNode(JSON.parse(text)) as YAMLMap;
    node.anchor = anchor;
  }
  for (const [key, value] of Object.entries(values)) node.set(key, document.createNode(value));
  return node;
}

/** Puts the instance's organizations, consenters and addresses into the text of a configtx.yaml. */
export function fillConfigtx(template: string, instance: Instance): string {
  // Relative paths count from the file's own directory, which is the instance's.
  const within = (file: string) => path.relative(instance.home, file);
  const document = parseDocument(template, { merge: true });
  const organizations = sequenceAt(document, ['Organizations']);
  const known = mapsOf(organizations);
  const operating = instance.organizations.filter((each) => each.orderer !== undefined);
  const members = instance.organizations.map(({ name, mspId, directories, ports }): Entry => ({
    anchor: name,
    mspId,
    values: {
      MSPDir: within(path.join(directories.peerOrganization, 'msp')),
      AnchorPeers: [{ Host: instance.host, Port: ports.peer }],
    },
  }));
  const orderers = operating.map(({ name, ordererMspId, directories, ports }): Entry => ({
    anchor: `${name}Orderer`,
    mspId: ordererMspId,
    values: {
      MSPDir: within(path.join(directories.ordererOrganization, 'msp')),
      OrdererEndpoints: [`${instance.host}:${ports.orderer}`],
    },
  }));
  const nodesOf = (entries: readonly Entry[]) =>
    entries.map((entry) => organizationNode(document, known, entry));
  const memberNodes = nodesOf(members);
  const ordererNodes = nodesOf(orderers);
  organizations.items = [...memberNodes, ...ordererNodes];

  const consenters = operating.map((each, index) => consenter(instance, each, index, within));
  sequenceAt(document, ['Orderer', 'ConsenterMapping']).items = consenters.map((each) =>
    document.createNode(each),
  );
  const profile = ['Profiles', 'EdgeChannel'];
  const aliases = (nodes: readonly YAMLMap[]) => nodes.map((each) => document.createAlias(each));
  sequenceAt(document, [...profile, 'Orderer', 'Organizations']).items = aliases(ordererNodes);
  sequenceAt(document, [...profile, 'Application', 'Organizations']).items = aliases(memberNodes);
  if (isMap(document.contents)) document.contents.commentBefore = header;
  return document.toString({ lineWidth: 0 });
}

function consenter(
  instance: Instance,
  organization: Organization,
  index: number,
  within: (file: string) => string,
): object {
  const { directories, ordererMspId, ports, orderer = '' } = organization;
  const node = path.join(directories.ordererOrganization, 'orderers', orderer);
  const certificate = within(path.join(ordererTls(organization, orderer), 'server.crt'));
  return {
    ID: index + 1,
    Host: instance.host,
    Port: ports.orderer,
    MSPID: ordererMspId,
    Identity: within(path.join(node, 'msp', 'signcerts', 'cert.pem')),
    ClientTLSCert: certificate,
    ServerTLSCert: certificate,
  };
}
