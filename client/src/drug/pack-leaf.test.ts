import { packLeaf as contractsPackLeaf } from '@salus/drug-contract';
import * as fc from 'fast-check';
import { packLeaf } from './pack-leaf.js';

it("makes the same leaf as the contract, whatever the serial number's characters", () => {
  fc.assert(
    fc.property(fc.string(), fc.base64String(), (serial, salt) => {
      const pack = { gtin: '09506000134352', serial, salt };
      expect(packLeaf(pack)).toEqual(contractsPackLeaf(pack));
    }),
  );
});
