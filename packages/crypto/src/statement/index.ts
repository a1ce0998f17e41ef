export { importJwk } from './import-jwk.js';
export {
  CLOCK_SKEW_SECONDS,
  verifyStatement,
  type StatementExpectation,
} from './verify-statement.js';
