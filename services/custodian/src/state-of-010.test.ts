import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { CustodianHome } from './custodian-home.js';

const bytes = (value: number) => Buffer.alloc(32, value);

describe("an emergency custodian's home that release 0.1.0 wrote", () => {
  it('opens its share, and goes on with a ceremony', async () => {
    const home = await CustodianHome.open(stateOf010('custodian'), knownState.passphrase);
    expect(await home.countShares()).toBe(1);
    const held = await home.readShare('emergency-1');
    expect(held?.share).toEqual(bytes(4));
    expect(held?.key).toEqual({
      keyId: 'emergency-1',
      threshold: 2,
      custodians: ['CityHospitalMSP', 'InsurerMSP'],
      publicKey: bytes(1).toString('base64url'),
      shareImages: [2, 3].map((value) => bytes(value).toString('base64url')),
    });
    const ceremony = await home.readCeremony('emergency-2');
    expect(ceremony?.polynomial).toEqual([bytes(5), bytes(6)]);
    expect(ceremony?.receiving.publicKey).toBe(knownState.hpke);
  });
});
