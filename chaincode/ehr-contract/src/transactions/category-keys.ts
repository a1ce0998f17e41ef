import type { Context } from 'fabric-contract-api';
import {
  caller,
  emit,
  getPrivate,
  parseTransient,
  putPrivate,
  requireOwnPeer,
  transactionTime,
} from '@salus/chaincode-common';
import {
  CATEGORY_KEY_DEPOSIT,
  CATEGORY_KEYS,
  categoryKeyDeposit,
  categoryKeys,
  notFound,
} from '@salus/protocol';
import {
  TRANSIENT,
  transientCategoryKeys,
  type CategoryKeysDeposited,
  type DepositCategoryKeysRequest,
  type Patient,
  type PatientStatementRequest,
  type ReadCategoryKeysRequest,
  type SealedCategoryKey,
} from '@salus/protocol/ehr';
import { requireEntitled, requireVouched } from '../rules/category-key-deposit.js';
import { epochOf, rollCategoryKeys } from '../rules/category-keys.js';
import { requireKeyService } from '../rules/roles.js';
import type { Deed } from '../rules/signer.js';
import { describeGrant, isGrant } from '../rules/stored-grant.js';
import { categoryKeyAt, organisationCollection } from '../state/keys.js';
import { readGrant } from './grants.js';
import { putPatient } from './patients.js';
import { requirePatient, useStatement, verifyPatientStatement } from './statements.js';

/** Begins the next epochs of categories. */
export async function setCategoryKeys(
  ctx: Context,
  { statement }: PatientStatementRequest,
): Promise<Patient> {
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: CATEGORY_KEYS,
    body: categoryKeys,
    deed: ({ kid, keys }, of) => deedOn(of, kid, keys),
  });
  const { pseudonym, jti, keys } = claims;
  const changed = rollCategoryKeys(patient, keys, {
    at: transactionTime(ctx),
    statement: jti,
  });
  await useStatement(ctx, pseudonym, jti, { type: CATEGORY_KEYS, jws: statement });
  const epochs = keys.map(({ categoryTag, epoch }) => ({ categoryTag, epoch }));
  return putPatient(ctx, changed, {
    action: 'CATEGORY_KEYS_SET',
    event: 'CategoryKeysSet.v1',
    payload: { keys: epochs },
  });
}

/**
 * Hands sealed category keys to a grantee's organisation. Writes its own collection only, so that its peer
 * alone endorses and sees them; the patient's signature over them keeps it honest, again and again.
 */
export async function depositCategoryKeys(
  ctx: Context,
  { statement }: DepositCategoryKeysRequest,
): Promise<CategoryKeysDeposited> {
  const sealed = parseTransient(ctx, transientCategoryKeys, TRANSIENT.categoryKeys);
  const { claims, patient } = await verifyPatientStatement(ctx, statement, {
    type: CATEGORY_KEY_DEPOSIT,
    body: categoryKeyDeposit,
    deed: ({ kid }, of) => deedOn(of, kid, sealed),
  });
  const { pseudonym, grantee } = claims;
  requireVouched(sealed, claims);
  for (const key of sealed) {
    const grant = await readGrant(ctx, pseudonym, key.grantId);
    if (grant === undefined || !isGrant(grant)) throw notFound('grant');
    requireEntitled(key, { patient, grant: describeGrant(grant), grantee });
    const at = categoryKeyAt(pseudonym, key.categoryTag, String(key.epoch));
    await putPrivate(ctx, organisationCollection(grantee), at, key);
  }
  const keys = sealed.map(({ categoryTag, epoch }) => ({ categoryTag, epoch }));
  emit(ctx, 'CategoryKeysDeposited.v1', { pseudonym, grantee, keys });
  return { pseudonym, grantee, keys };
}

/** What an organisation was handed for a category, by epochs; on its own peer alone, to its key service. */
export async function readCategoryKeys(
  ctx: Context,
  { pseudonym, categoryTag }: ReadCategoryKeysRequest,
): Promise<SealedCategoryKey[]> {
  const mspId = requireOwnPeer(ctx);
  requireKeyService(caller(ctx));
  const last = epochOf(await requirePatient(ctx, pseudonym), categoryTag);
  const found: SealedCategoryKey[] = [];
  for (let epoch = 1; epoch <= last; epoch++) {
    const at = categoryKeyAt(pseudonym, categoryTag, String(epoch));
    const key = await getPrivate<SealedCategoryKey>(ctx, organisationCollection(mspId), at);
    if (key !== undefined) found.push(key);
  }
  return found;
}

/** They go with grants and withdrawals, so that whoever keeps consent can keep them too. */
function deedOn(
  { keys }: Patient,
  kid: string,
  touched: readonly { readonly categoryTag: string }[],
): Deed {
  const keeper = keys.some((key) => key.kid === kid && key.purposes.includes('keys'));
  return {
    action: keeper ? 'keys' : 'grant',
    categoryTags: touched.map(({ categoryTag }) => categoryTag),
  };
}
