import { Context, Returns, Transaction } from 'fabric-contract-api';
import { SalusContract } from '@salus/chaincode-common';
import {
  addKeyRequest,
  completeRecoveryRequest,
  depositCategoryKeysRequest,
  getPatientRequest,
  getStatementRequest,
  patientStatementRequest,
  readCategoryKeysRequest,
  registerPatientRequest,
  requestRecoveryRequest,
  statusRequest,
  touchedByKeyRequest,
} from '@salus/protocol/ehr';
import { answer } from './state/answer.js';
import {
  depositCategoryKeys,
  readCategoryKeys,
  setCategoryKeys,
} from './transactions/category-keys.js';
import { addDelegate, endDelegate } from './transactions/delegates.js';
import { addKey, endKey } from './transactions/patient-keys.js';
import { registerPatient } from './transactions/patients.js';
import {
  completeRecovery,
  requestRecovery,
  setGuardians,
  vetoRecovery,
} from './transactions/recovery.js';
import { getStatement, requirePatient } from './transactions/statements.js';
import { confirmStatus, proposeStatus } from './transactions/status.js';
import { touchedByKey } from './transactions/touched.js';

/** Patients with their keys, guardians, delegates and status. */
export abstract class PatientContract extends SalusContract {
  /** Submitted by the registrar of the hospital that proofed the identity. */
  @Transaction()
  @Returns('string')
  registerPatient(ctx: Context, request: string): Promise<string> {
    return answer(registerPatientRequest, request, (parsed) => registerPatient(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  addKey(ctx: Context, request: string): Promise<string> {
    return answer(addKeyRequest, request, (parsed) => addKey(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  endKey(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => endKey(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  setGuardians(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => setGuardians(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  requestRecovery(ctx: Context, request: string): Promise<string> {
    return answer(requestRecoveryRequest, request, (parsed) => requestRecovery(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  vetoRecovery(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => vetoRecovery(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  completeRecovery(ctx: Context, request: string): Promise<string> {
    return answer(completeRecoveryRequest, request, (parsed) => completeRecovery(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  addDelegate(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => addDelegate(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  endDelegate(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => endDelegate(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  proposeStatus(ctx: Context, request: string): Promise<string> {
    return answer(statusRequest, request, (parsed) => proposeStatus(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  confirmStatus(ctx: Context, request: string): Promise<string> {
    return answer(statusRequest, request, (parsed) => confirmStatus(ctx, parsed));
  }

  @Transaction()
  @Returns('string')
  setCategoryKeys(ctx: Context, request: string): Promise<string> {
    return answer(patientStatementRequest, request, (parsed) => setCategoryKeys(ctx, parsed));
  }

  /** The sealed keys come as transient data; endorsed by the grantee's organisation. */
  @Transaction()
  @Returns('string')
  depositCategoryKeys(ctx: Context, request: string): Promise<string> {
    return answer(depositCategoryKeysRequest, request, (parsed) =>
      depositCategoryKeys(ctx, parsed),
    );
  }

  @Transaction(false)
  @Returns('string')
  getPatient(ctx: Context, request: string): Promise<string> {
    return answer(getPatientRequest, request, ({ pseudonym }) => requirePatient(ctx, pseudonym));
  }

  @Transaction(false)
  @Returns('string')
  getStatement(ctx: Context, request: string): Promise<string> {
    return answer(getStatementRequest, request, (parsed) => getStatement(ctx, parsed));
  }

  @Transaction(false)
  @Returns('string')
  touchedByKey(ctx: Context, request: string): Promise<string> {
    return answer(touchedByKeyRequest, request, (parsed) => touchedByKey(ctx, parsed));
  }

  /** Only on the peer of the caller's own organisation. */
  @Transaction(false)
  @Returns('string')
  readCategoryKeys(ctx: Context, request: string): Promise<string> {
    return answer(readCategoryKeysRequest, request, (parsed) => readCategoryKeys(ctx, parsed));
  }
}
