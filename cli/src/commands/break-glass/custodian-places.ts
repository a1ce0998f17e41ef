import { CustodianClient } from '@salus/client/emergency';
import type { Identity } from '@salus/client/identity';
import { SalusError } from '@salus/protocol';

/** Custodians' services as a command line names them: `MSP=URL`. @throws SalusError `ERR_INVALID_ARGUMENT` */
export function custodianPlaces(
  named: readonly string[],
  identity: Identity,
  tlsRoots: readonly string[],
): CustodianClient[] {
  return named.map((text) => {
    const [, custodian, url] = /^([A-Za-z0-9][A-Za-z0-9._-]*)=(https?:\/\/.+)$/.exec(text) ?? [];
    if (custodian === undefined || url === undefined || !URL.canParse(url)) {
      throw new SalusError('ERR_INVALID_ARGUMENT', `--custodian ${text}: expected MSP=URL`, {
        argument: '--custodian',
        expected: 'MSP ID and address, such as InsurerMSP=https://localhost:8443',
        got: text,
      });
    }
    return new CustodianClient({ custodian, url }, identity, tlsRoots);
  });
}
