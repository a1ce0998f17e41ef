import { Context, Returns, Transaction } from 'fabric-contract-api';
import {
  answerEmergencyRequest,
  breakGlassRequest,
  commitDealingRequest,
  confirmCustodianKeyRequest,
  emergencyRequest,
  endCustodianKeyRequest,
  getCustodianKeyRequest,
  listCustodianKeysRequest,
  listEmergenciesRequest,
  proposeCustodianKeyRequest,
  revealDealingRequest,
  reviewEmergencyRequest,
  eraseRecordsRequest,
  getErasureRequest,
  purgeDetailsRequest,
  getHpkeKeyRequest,
  listHpkeKeysRequest,
  registerHpkeKeyRequest,
  revokeHpkeKeyRequest,
} from '@salus/protocol/ehr';
import { PatientContract } from './patient-contract.js';
import { answer } from './state/answer.js';
import {
  commitDealing,
  confirmCustodianKey,
  endCustodianKey,
  getCustodianKey,
  listCustodianKeys,
  proposeCustodianKey,
  revealDealing,
} from './transactions/custodian-keys.js';
import {
  answerEmergency,
  breakGlass,
  escalateEmergency,
  getEmergency,
  listEmergencies,
  reviewEmergency,
} from './transactions/emergencies.js';
import { eraseRecords, getErasure, purgeDetails } from './transactions/erasure.js';
import {
  getHpkeKey,
  listHpkeKeys,
  registerHpkeKey,
  revokeHpkeKey,
} from './transactions/hpke-keys.js';

/** HPKE keys of organisations and staff, break-glass with its custodians, and erasure. */
export abstract class CustodyContract extends PatientContract {
  @Transaction()
  @Returns('string')
  registerHpkeKey(ctx: Context, request: string): Promise<string> {
    return answer(registerHpkeKeyRequest, request, (parsed) => registerHpkeKey(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  revokeHpkeKey(ctx: Context, request: string): Promise<string> {
    return answer(revokeHpkeKeyRequest, request, (parsed) => revokeHpkeKey(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  getHpkeKey(ctx: Context, request: string): Promise<string> {
    return answer(getHpkeKeyRequest, request, (parsed) => getHpkeKey(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  listHpkeKeys(ctx: Context, request: string): Promise<string> {
    return answer(listHpkeKeysRequest, request, (parsed) => listHpkeKeys(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  proposeCustodianKey(ctx: Context, request: string): Promise<string> {
    return answer(proposeCustodianKeyRequest, request, (parsed) =>
      proposeCustodianKey(ctx, parsed),
    );
  }

  @Transaction()
  @Returns('string')
  commitDealing(ctx: Context, request: string): Promise<string> {
    return answer(commitDealingRequest, request, (parsed) => commitDealing(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  revealDealing(ctx: Context, request: string): Promise<string> {
    return answer(revealDealingRequest, request, (parsed) => revealDealing(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  confirmCustodianKey(ctx: Context, request: string): Promise<string> {
    return answer(confirmCustodianKeyRequest, request, (parsed) =>
      confirmCustodianKey(ctx, parsed),
    );
  }

  @Transaction()
  @Returns('string')
  endCustodianKey(ctx: Context, request: string): Promise<string> {
    return answer(endCustodianKeyRequest, request, (parsed) => endCustodianKey(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  getCustodianKey(ctx: Context, request: string): Promise<string> {
    return answer(getCustodianKeyRequest, request, (parsed) => getCustodianKey(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  listCustodianKeys(ctx: Context, request: string): Promise<string> {
    return answer(listCustodianKeysRequest, request, (parsed) => listCustodianKeys(ctx, parsed));
  }

  /** A denial is an answer, and is logged as one. */
  @Transaction()
  @Returns('string')
  breakGlass(ctx: Context, request: string): Promise<string> {
    return answer(breakGlassRequest, request, (parsed) => breakGlass(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  answerEmergency(ctx: Context, request: string): Promise<string> {
    return answer(answerEmergencyRequest, request, (parsed) => answerEmergency(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  reviewEmergency(ctx: Context, request: string): Promise<string> {
    return answer(reviewEmergencyRequest, request, (parsed) => reviewEmergency(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  escalateEmergency(ctx: Context, request: string): Promise<string> {
    return answer(emergencyRequest, request, (parsed) => escalateEmergency(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  getEmergency(ctx: Context, request: string): Promise<string> {
    return answer(emergencyRequest, request, (parsed) => getEmergency(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  listEmergencies(ctx: Context, request: string): Promise<string> {
    return answer(listEmergenciesRequest, request, (parsed) => listEmergencies(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  eraseRecords(ctx: Context, request: string): Promise<string> {
    return answer(eraseRecordsRequest, request, (parsed) => eraseRecords(ctx, parsed));
  }

  /** Endorsed by the holder. */
  @Transaction()
  @Returns('string')
  purgeDetails(ctx: Context, request: string): Promise<string> {
    return answer(purgeDetailsRequest, request, (parsed) => purgeDetails(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  getErasure(ctx: Context, request: string): Promise<string> {
    return answer(getErasureRequest, request, (parsed) => getErasure(ctx, parsed));
  }
}
