import { type ChannelPart, channelParts, quorumOf, Watch } from './consensus-part.js';

const part = (change: Partial<ChannelPart> = {}): ChannelPart => ({
  channel: 'edge',
  view: 2,
  active: true,
  leaderId: 3,
  sequence: 100,
  decided: 0,
  ...change,
});
const others = (sequence: number, view = 2) => [part({ sequence, view })];

test("reads the channels' consensus from the text of the metrics", () => {
  const text = `# HELP consensus_smartbft_view_number The View number value.
consensus_smartbft_view_number{channel="edge"} 5
consensus_smartbft_view_phase{channel="edge"} 3
consensus_smartbft_view_leader_id{channel="edge"} 2
consensus_smartbft_view_proposal_sequence{channel="edge"} 359
consensus_smartbft_view_count_batch_all{channel="edge"} 7
consensus_smartbft_node_id_in_blacklist{blackid="1",channel="edge"} 0
cluster_comm_ingress_stream_count 3
`;
  expect(channelParts(text)).toEqual([
    { channel: 'edge', view: 5, active: false, leaderId: 2, sequence: 359, decided: 7 },
  ]);
  expect(channelParts('')).toEqual([]);
});

test.each([
  [4, 3],
  [5, 4],
  [6, 4],
  [7, 5],
  [10, 7],
])('a quorum of %i orderers is %i', (orderers, quorum) => {
  expect(quorumOf(orderers)).toBe(quorum);
});

test('takes part once it has decided five blocks in a row itself', () => {
  const watch = new Watch();
  expect(watch.look(part(), others(100), 0)).toBe('waiting');
  expect(watch.look(part({ sequence: 104, decided: 4 }), others(104), 200)).toBe('waiting');
  expect(watch.look(part({ sequence: 105, decided: 5 }), others(106), 400)).toBe('taking part');
});

test('does not while it fetches what the others decide', () => {
  const watch = new Watch();
  for (let step = 0; step < 100; step += 1) {
    const sequence = 100 + 5 * step;
    expect(watch.look(part({ sequence, decided: step }), others(sequence), 200 * step)).toBe(
      'waiting',
    );
  }
});

test('takes part when it stays level and no block comes', () => {
  const watch = new Watch();
  expect(watch.look(part(), others(100), 0)).toBe('waiting');
  expect(watch.look(part(), others(100), 2_900)).toBe('waiting');
  expect(watch.look(part(), others(100), 3_000)).toBe('taking part');
});

test.each([
  ['is in an older view', part({ view: 1 }), 100],
  ['asks for another leader', part({ active: false }), 100],
  ['is behind', part(), 101],
  ['has no consensus yet', undefined, 100],
])('does not when it %s', (_, own, sequence) => {
  const watch = new Watch();
  watch.look(own, others(sequence), 0);
  expect(watch.look(own, others(sequence), 10_000)).toBe('waiting');
});

test('is stuck when it stands still for long while the others go on', () => {
  const watch = new Watch();
  expect(watch.look(part(), others(101), 0)).toBe('waiting');
  expect(watch.look(part(), others(200), 14_900)).toBe('waiting');
  expect(watch.look(part(), others(200), 15_000)).toBe('stuck');
});
