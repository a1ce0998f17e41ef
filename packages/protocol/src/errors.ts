import './base/one-version.js';

export { type ErrorCode, errorCodes, isErrorCode } from './base/error-codes.js';
export {
  conflict,
  invalidArgument,
  notFound,
  parseWireMessage,
  SalusError,
  type SalusErrorDetails,
} from './base/error.js';
