import type { CallOptions, Contract, SubmitOptions } from '../transaction/contract.js';
import { MembershipClient } from './membership-client.js';

/** A contract that keeps what it is called with, and answers as it is told. */
function contractOf(answers: Readonly<Record<string, unknown>>) {
  const calls: [string, unknown, SubmitOptions][] = [];
  const answer = (transaction: string, options: CallOptions = {}) => {
    const [request = ''] = options.args ?? [];
    calls.push([transaction, JSON.parse(String(request)), options]);
    return Buffer.from(JSON.stringify(answers[transaction] ?? {}));
  };
  const contract = {
    name: 'membership',
    evaluate: (transaction: string, options?: CallOptions) =>
      Promise.resolve(answer(transaction, options)),
    submit: (transaction: string, options?: SubmitOptions) =>
      Promise.resolve({
        ...{ transactionId: 't', blockNumber: 1n },
        result: answer(transaction, options),
      }),
  } satisfies Contract;
  return { calls, client: new MembershipClient(contract) };
}

const members = [
  { mspId: 'CityMSP', kinds: ['hospital', 'pharmacy'] as const },
  { mspId: 'InsurerMSP', kinds: ['insurer'] as const },
].map(({ mspId, kinds }) => ({ mspId, kinds: [...kinds] }));

describe('the client of the membership registry', () => {
  test('tells the members of a kind', async () => {
    const { client } = contractOf({ getRegistry: { revision: 1, members } });
    expect(await client.membersOf('pharmacy')).toEqual(['CityMSP']);
    expect(await client.membersOf('overseer')).toEqual([]);
  });

  test('proposes and approves a change', async () => {
    const { client, calls } = contractOf({ propose: { proposalId: 'p' } });
    const change = { action: 'remove', mspId: 'InsurerMSP' } as const;
    expect((await client.propose(change)).value).toEqual({ proposalId: 'p' });
    await client.approve('p');
    expect(calls.map(([name, request]) => [name, request])).toEqual([
      ['propose', { change }],
      ['approve', { proposalId: 'p' }],
    ]);
  });

  test('has a founding endorsed by those who approved it, and by no others', async () => {
    const { client, calls } = contractOf({ getFounding: { approvedBy: ['CityMSP', 'XMSP'] } });
    await client.found(members);
    expect(calls[1]?.[2].endorsingOrganizations).toEqual(['CityMSP', 'XMSP']);
  });

  test('lists the history page after page', async () => {
    const { client, calls } = contractOf({
      history: { results: [{ revision: 1 }], fetchedRecordsCount: 1, bookmark: '' },
    });
    const found = [];
    for await (const { revision } of client.history()) found.push(revision);
    expect(found).toEqual([1]);
    expect(calls[0]?.[1]).toMatchObject({ pageSize: 100 });
  });
});
