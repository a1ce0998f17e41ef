import { NetworkError } from '../instance/errors.js';
import { checkCollectionsFile } from './collections.js';
import type { DeployContext } from './context.js';
import { type ContractFolder, readContractFolder } from './contract-folder.js';
import { type ChaincodeDefinition, collectionsHash, endorsementPolicyOf } from './definition.js';
import type { CommittedDefinition, Lifecycle } from './lifecycle.js';
import { type ChaincodePackage, packageChaincode } from './package.js';
import { type DeploymentRecord, readRecord } from './record.js';

/** One chaincode to be deployed to one channel. */
export interface DeployRequest {
  readonly channel: string;
  readonly name: string;
  /** Folder of the contract. */
  readonly folder: string;
  readonly version: string;
  /** Default `auto`: one more than the committed one. */
  readonly sequence?: number | 'auto';
  /** Default: the topology's policy for the chaincode. */
  readonly signaturePolicy?: string | undefined;
  /** Default: `collections_config.json` in the folder, if there is one. */
  readonly collectionsFile?: string | undefined;
}

/** What a request comes to. */
export interface Plan {
  readonly contract: ContractFolder;
  readonly chaincodePackage: ChaincodePackage;
  readonly definition: ChaincodeDefinition;
  readonly collectionsHash: string | undefined;
}

/**
 * Works out what to deploy and checks it, before anything is touched.
 *
 * @throws NetworkError ERR_ARGUMENT for an endorsement policy that can't be read, else ERR_CHAINCODE
 */
export async function planOf(
  { instance, participants }: Pick<DeployContext, 'instance' | 'participants'>,
  lifecycle: Lifecycle,
  request: DeployRequest,
): Promise<Plan> {
  const { channel, name, version } = request;
  const contract = readContractFolder(request.folder);
  const collectionsFile = request.collectionsFile ?? contract.collectionsFile;
  if (collectionsFile !== undefined) checkCollectionsFile(collectionsFile);
  const signaturePolicy = request.signaturePolicy ?? endorsementPolicyOf(instance.topology, name);
  if (signaturePolicy === undefined) {
    throw new NetworkError(
      'ERR_CHAINCODE',
      `There is no endorsement policy for ${name}.`,
      'Give one with -ccep, or a default in the topology.',
    );
  }
  const wanted = { channel, name, version, signaturePolicy, collectionsFile };
  const plan = {
    contract,
    chaincodePackage: await packageChaincode(name, version, contract),
    collectionsHash: collectionsHash(collectionsFile),
  };
  const [first] = participants;
  const committed = first && (await lifecycle.queryCommitted(first, channel, name));
  const record = readRecord(instance.home, channel, name);
  const same = sameAs(record, committed, { ...plan, wanted });
  const definition = { ...wanted, sequence: sequenceOf(request, committed, same) };
  // The peer command reads policy and collections for this as it will for the approval.
  if (first && !same) await lifecycle.checkCommitReadiness(first, definition);
  return { ...plan, definition };
}

/** Whether what is wanted is what was deployed and is still committed. */
function sameAs(
  record: DeploymentRecord | undefined,
  committed: CommittedDefinition | undefined,
  plan: Omit<Plan, 'definition' | 'contract'> & {
    wanted: Omit<ChaincodeDefinition, 'sequence'>;
  },
): boolean {
  return (
    record !== undefined &&
    record.sequence === committed?.sequence &&
    record.version === plan.wanted.version &&
    record.packageId === plan.chaincodePackage.packageId &&
    record.signaturePolicy === plan.wanted.signaturePolicy &&
    record.collectionsHash === plan.collectionsHash
  );
}

function sequenceOf(
  { name, sequence = 'auto' }: DeployRequest,
  committed: CommittedDefinition | undefined,
  same: boolean,
): number {
  const current = committed?.sequence ?? 0;
  const next = same ? current : current + 1;
  if (sequence === 'auto' || sequence === next) return next;
  throw new NetworkError(
    'ERR_CHAINCODE',
    `${name} is at sequence ${current}, so sequence ${sequence} can't be deployed now.`,
    `Give -ccs ${next}, or leave it out.`,
  );
}
