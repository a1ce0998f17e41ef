import { errorCodes, isErrorCode } from './error-codes.js';
import { parseWireMessage, SalusError } from './error.js';

describe('an error', () => {
  test('crosses the wire in its message', () => {
    const { wireMessage } = new SalusError('ERR_CONFLICT', 'out of order: step 2');
    const found = parseWireMessage(`chaincode response 500, ${wireMessage}`);
    expect(found).toEqual({ code: 'ERR_CONFLICT', message: 'out of order: step 2' });
  });

  test('carries the remedy of its code unless it has a better one', () => {
    expect(new SalusError('ERR_CONFLICT', 'x').remedy).toBe(errorCodes.ERR_CONFLICT.remedy);
    expect(new SalusError('ERR_CONFLICT', 'x', { remedy: 'wait' }).remedy).toBe('wait');
  });

  test.each(['', 'timeout', 'ERR_NO_SUCH_CODE: text', 'ERR_CONFLICT'])(
    '%j is none of a contract',
    (text) => {
      expect(parseWireMessage(text)).toBeUndefined();
    },
  );

  test.each([
    ['Contract name is not known: elsewhere', 'ERR_UNKNOWN_CONTRACT'],
    ["You've asked to invoke a function that does not exist: x", 'ERR_UNKNOWN_TRANSACTION'],
    ['Expected 1 parameters, but 2 have been supplied', 'ERR_ARGUMENT_COUNT'],
  ])('%s is %s', (message, code) => {
    expect(parseWireMessage(`chaincode response 500, ${message}`)).toEqual({ code, message });
  });

  test('codes are those of the table, not of its prototype', () => {
    expect(isErrorCode('ERR_CONFLICT')).toBe(true);
    expect(isErrorCode('toString')).toBe(false);
  });
});
