import { instanceOf } from '../instance/instance.js';
import { callerOf, readInvocation, unquote } from './call.js';

describe('the caller of cc', () => {
  const instance = instanceOf({ home: 'nowhere', portBase: 7000 });

  it.each([
    [undefined, 'CityHospital', 'Admin'],
    ['3', 'Insurer', 'Admin'],
    ['Insurer/adjuster', 'Insurer', 'adjuster'],
    ['RegulatorMSP', 'Regulator', 'Admin'],
  ])('%s is %s %s', (as, organization, user) => {
    const caller = callerOf(instance, as);
    expect([caller.organization.name, caller.user]).toEqual([organization, user]);
  });

  it('must exist', () => {
    expect(() => callerOf(instance, 'Nobody')).toThrow('There is no organization Nobody');
    expect(() => callerOf(instance, '9')).toThrow('There is no organization 9');
  });
});

describe('what the peer command logs', () => {
  it('gives transaction and result', () => {
    const log = [
      'txid [abc123] committed with status (VALID) at 127.0.0.1:8003',
      'Chaincode invoke successful. result: status:200 payload:"{\\"name\\":\\"M\\303\\274ller\\"}" ',
    ].join('\n');
    expect(readInvocation(log)).toEqual({ transactionId: 'abc123', result: '{"name":"Müller"}' });
  });

  it('gives an empty result where the contract returns nothing', () => {
    const log = 'txid [a] committed with status (VALID) at x\nresult: status:200';
    expect(readInvocation(log).result).toBe('');
  });

  it('tells a transaction that was not valid', () => {
    const log = 'txid [a] committed with status (MVCC_READ_CONFLICT) at x';
    expect(() => readInvocation(log)).toThrow('MVCC_READ_CONFLICT');
  });

  it('unquotes as Go quotes', () => {
    expect(unquote(String.raw`a\\b\n\"\342\202\254\"`)).toBe('a\\b\n"€"');
  });
});
