import { status } from '@grpc/grpc-js';
import { EndorseError } from '@hyperledger/fabric-gateway';
import { peersDisagree } from './disagreement.js';

const FIRST = '10 ABORTED: failed to endorse transaction, see attached details for more info';
const PLAN = '10 ABORTED: failed to collect enough transaction endorsements, see attached details';
const REFUSED = 'chaincode response 500, ERR_NOT_FOUND: There is no such patient';

function failed(message: string, said: Readonly<Record<string, string>>): EndorseError {
  const details = Object.entries(said).map(([mspId, text]) => ({
    address: 'peer0:7051',
    mspId,
    message: text,
  }));
  const properties = { message, details, code: status.ABORTED, transactionId: 'tx1', cause: {} };
  return new EndorseError(properties as unknown as ConstructorParameters<typeof EndorseError>[0]);
}

describe('peers', () => {
  it("disagree when others refuse what the gateway's own peer has endorsed", () => {
    expect(peersDisagree(failed(PLAN, { InsurerMSP: REFUSED, PharmaMSP: REFUSED }))).toBe(true);
  });

  it('agree when the first one refuses', () => {
    expect(peersDisagree(failed(FIRST, { CityHospitalMSP: REFUSED }))).toBe(false);
  });

  it('disagree when one of those named refuses and one does not', () => {
    const asked = ['CityHospitalMSP', 'InsurerMSP'];
    expect(peersDisagree(failed(PLAN, { InsurerMSP: REFUSED }), asked)).toBe(true);
  });

  it('agree when all those named refuse', () => {
    const asked = ['CityHospitalMSP', 'InsurerMSP'];
    const said = { CityHospitalMSP: REFUSED, InsurerMSP: REFUSED };
    expect(peersDisagree(failed(PLAN, said), asked)).toBe(false);
  });

  it('that cannot run a contract do not disagree', () => {
    expect(peersDisagree(failed(PLAN, { InsurerMSP: 'connection refused' }))).toBe(false);
    expect(peersDisagree(new Error(PLAN))).toBe(false);
  });
});
