import { plainText } from './plain-text.js';

describe('what cc prints for people', () => {
  it('lists what the channel runs and what is installed', () => {
    const committed = [
      { name: 'claims', version: '1.0', sequence: 2 },
      { name: 'ehr', version: '1.1', sequence: 1 },
    ];
    const installed = [{ packageId: 'ehr_1.1:ab', label: 'ehr_1.1' }];
    const list = { action: 'list', channel: 'east', organization: 'Insurer' } as const;
    expect(plainText({ ...list, committed, installed })).toBe(
      [
        'Channel east runs',
        '  claims  version 1.0  sequence 2',
        '  ehr     version 1.1  sequence 1',
        'The peer of Insurer has installed',
        '  ehr_1.1:ab',
      ].join('\n'),
    );
    expect(plainText({ ...list, committed: [], installed: [] })).toContain('runs\n  nothing\nThe');
  });

  it('lays out JSON and leaves other results alone', () => {
    expect(plainText({ action: 'query', result: '{"a":1}' })).toBe('{\n  "a": 1\n}');
    expect(plainText({ action: 'query', result: 'value' })).toBe('value');
  });

  it('names the transaction', () => {
    const invoked = { action: 'invoke', transactionId: 'f00' } as const;
    expect(plainText({ ...invoked, result: '' })).toBe('Transaction f00 is committed');
    expect(plainText({ ...invoked, result: '1' })).toBe('Transaction f00 is committed\n1');
  });
});
