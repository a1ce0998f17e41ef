import { bareContract, BenchNetwork } from '../bench-network.js';
import { decisionTimes } from './decisions.js';
import { rates } from './rates.js';
import { roundTrips } from './round-trip.js';

/** Health records on a network of its own: throughput first, then decisions on a ledger that is full. */
export async function records(report: (line: string) => void): Promise<object> {
  await using network = await BenchNetwork.create();
  report('starting a network of its own');
  await network.command('up', 'createChannel', '-ca');
  await network.command('deployCC', '-ccn', 'membership');
  await network.command('deployCC', '-ccn', 'ehr');
  await network.command('deployCC', '-ccn', 'bare', '-ccp', bareContract);
  const { roundTrip, throughput } = await underWay(network, report);
  report(JSON.stringify({ ratios: throughput.ratios, medians: throughput.medians }));
  const decisions = await decisionTimes(network, report);
  return { roundTrip, throughput, decisions };
}

async function underWay(network: BenchNetwork, report: (line: string) => void) {
  await using registrar = await network.connect('CityHospital', 'registrar');
  await using physician = await network.connect('ValleyHospital', 'physician');
  const roundTrip = await roundTrips(network, registrar, physician);
  report(JSON.stringify({ roundTrip }));
  return { roundTrip, throughput: await rates(network, registrar, physician, report) };
}
