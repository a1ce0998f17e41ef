import { common, msp } from '@hyperledger/fabric-protos';

/** What a channel's configuration says of an organisation, as PEM. */
export interface ConfiguredOrganisation {
  readonly mspId: string;
  readonly root: string;
  readonly intermediate?: string;
  readonly revocationLists?: readonly string[];
}

/** A channel's configuration, as far as it says whose certificates speak for its organisations. */
export function channelConfig(organisations: readonly ConfiguredOrganisation[]): common.Config {
  const application = new common.ConfigGroup();
  for (const organisation of organisations) {
    const value = new common.ConfigValue();
    value.setValue(mspValue(organisation));
    const group = new common.ConfigGroup();
    group.getValuesMap().set('MSP', value);
    application.getGroupsMap().set(organisation.mspId, group);
  }
  const root = new common.ConfigGroup();
  root.getGroupsMap().set('Application', application);
  const config = new common.Config();
  config.setSequence(7);
  config.setChannelGroup(root);
  return config;
}

function mspValue(organisation: ConfiguredOrganisation): Uint8Array {
  const { mspId, root, intermediate, revocationLists = [] } = organisation;
  const unit = new msp.FabricOUIdentifier();
  unit.setOrganizationalUnitIdentifier('peer');
  const units = new msp.FabricNodeOUs();
  units.setEnable(true);
  units.setPeerOuIdentifier(unit);
  const fabric = new msp.FabricMSPConfig();
  fabric.setName(mspId);
  fabric.setRootCertsList([Buffer.from(root)]);
  if (intermediate !== undefined) fabric.setIntermediateCertsList([Buffer.from(intermediate)]);
  fabric.setFabricNodeOus(units);
  fabric.setRevocationListList(revocationLists.map((list) => Buffer.from(list)));
  const config = new msp.MSPConfig();
  config.setConfig(fabric.serializeBinary());
  return config.serializeBinary();
}
