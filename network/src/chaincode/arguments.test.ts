import path from 'node:path';
import { parseChaincodeArguments, parseDeployArguments } from './arguments.js';

describe('the flags of deployCC', () => {
  it('are those of test-network', () => {
    const flags =
      "-c ch -ccn ehr -ccp x/ehr -ccv 2.0 -ccs 3 -ccl typescript -ccep OR('A.peer') -cccg c.json";
    expect(parseDeployArguments(flags.split(' '))).toEqual({
      channel: 'ch',
      name: 'ehr',
      folder: path.resolve('x/ehr'),
      version: '2.0',
      sequence: 3,
      signaturePolicy: "OR('A.peer')",
      collectionsFile: path.resolve('c.json'),
    });
  });

  it('may all be left out', () => {
    expect(parseDeployArguments([])).toEqual({});
  });

  it('take NA as nothing and auto as the next sequence', () => {
    const flags = ['-ccep', 'NA', '-cccg', 'NA', '-cci', 'NA', '-ccs', 'auto', '--watch'];
    expect(parseDeployArguments(flags)).toEqual({ sequence: 'auto', watch: true });
  });

  it.each([
    [['-ccx'], 'There is no flag -ccx here.'],
    [['constructor'], 'There is no flag constructor here.'],
    [['toString', 'x'], 'There is no flag toString here.'],
    [['-ccn'], '-ccn needs a value.'],
    [['-ccs', '0'], '-ccs 0 is neither a whole number from 1 nor auto.'],
    [['-ccl', 'go'], 'only Node.js contracts run here'],
    [['-cci', 'init'], 'contracts here need no initialization call'],
  ])('%j are refused', (flags, message) => {
    expect(() => parseDeployArguments(flags)).toThrow(message);
  });
});

describe('the flags of cc', () => {
  it('name action, contract, call and caller', () => {
    const flags = ['query', '-ccn', 'ehr', '-ccqc', '{"Args":["x"]}', '--as', 'Insurer/adjuster'];
    expect(parseChaincodeArguments(flags)).toEqual({
      action: 'query',
      name: 'ehr',
      constructorJson: '{"Args":["x"]}',
      as: 'Insurer/adjuster',
    });
  });

  it('need an action', () => {
    expect(() => parseChaincodeArguments(['install'])).toThrow('give list, invoke or query');
  });
});
