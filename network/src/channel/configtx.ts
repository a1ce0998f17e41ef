import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { Instance } from '../instance.js';
import type { Organization } from '../organization.js';
import { ordererTls } from '../nodes/orderer.js';

interface Template {
  Profiles: {
    EdgeChannel: {
      Orderer: { ConsenterMapping: unknown[]; Organizations: unknown[] };
      Application: { Organizations: unknown[] };
    };
  };
}

const rule = (...roles: string[]) => ({
  Type: 'Signature',
  Rule: `OR(${roles.map((role) => `'${role}'`).join(', ')})`,
});

function applicationOrganization(instance: Instance, organization: Organization): object {
  const id = organization.mspId;
  return {
    Name: id,
    ID: id,
    MSPDir: path.join(organization.directories.peerOrganization, 'msp'),
    Policies: {
      Readers: rule(`${id}.admin`, `${id}.peer`, `${id}.client`),
      Writers: rule(`${id}.admin`, `${id}.client`),
      Admins: rule(`${id}.admin`),
      Endorsement: rule(`${id}.peer`),
    },
    AnchorPeers: [{ Host: instance.host, Port: organization.ports.peer }],
  };
}

function ordererOrganization(instance: Instance, organization: Organization): object {
  const id = organization.ordererMspId;
  return {
    Name: id,
    ID: id,
    MSPDir: path.join(organization.directories.ordererOrganization, 'msp'),
    Policies: {
      Readers: rule(`${id}.member`),
      Writers: rule(`${id}.member`),
      Admins: rule(`${id}.admin`),
    },
    OrdererEndpoints: [`${instance.host}:${organization.ports.orderer}`],
  };
}

function consenter(instance: Instance, organization: Organization, orderer: string, index: number) {
  const node = path.join(organization.directories.ordererOrganization, 'orderers', orderer);
  const certificate = path.join(ordererTls(organization, orderer), 'server.crt');
  return {
    ID: index + 1,
    Host: instance.host,
    Port: organization.ports.orderer,
    MSPID: organization.ordererMspId,
    Identity: path.join(node, 'msp', 'signcerts', 'cert.pem'),
    ClientTLSCert: certificate,
    ServerTLSCert: certificate,
  };
}

/** Fills the organizations, consenters and addresses of an instance into the template's text. */
export function fillConfigtx(template: string, instance: Instance): string {
  const config = parse(template, { merge: true }) as Template;
  const { Orderer, Application } = config.Profiles.EdgeChannel;
  const operating = instance.organizations.filter((each) => each.orderer !== undefined);
  Orderer.Organizations = operating.map((each) => ordererOrganization(instance, each));
  Orderer.ConsenterMapping = operating.map((each, index) =>
    consenter(instance, each, each.orderer ?? '', index),
  );
  Application.Organizations = instance.organizations.map((each) =>
    applicationOrganization(instance, each),
  );
  return stringify(config, { aliasDuplicateObjects: false });
}
