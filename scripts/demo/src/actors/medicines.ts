import { randomBytes } from 'node:crypto';
import { merkleProof, merkleRoot, sha256Hex } from '@salus/protocol';
import { packLeaf } from '@salus/protocol/drug';
import { serveActor } from './serve-actor.js';

interface Pack {
  readonly serial: string;
  readonly salt: string;
}

interface BatchRequest {
  readonly gtin: string;
  readonly lot: string;
  readonly expiry: string;
  readonly sscc: string;
  readonly packs: number;
}

/** The pack as its label and the manufacturer's delivery note tell it. */
interface LabelledPack {
  readonly sgtin: string;
  readonly salt: string;
  readonly sscc: string;
  readonly proof: ReturnType<typeof merkleProof>;
}

/** Whoever handles medicines: manufacturer, or pharmacist of an outlet. */
void serveActor(({ client }) => ({
  async batch({ gtin, lot, expiry, sscc, packs: count }: BatchRequest) {
    const packs = Array.from({ length: count }, (): Pack => ({
      serial: randomBytes(6).toString('hex').toUpperCase(),
      salt: randomBytes(24).toString('base64url'),
    }));
    const leaves = packs.map(({ serial, salt }) => packLeaf({ gtin, serial, salt }));
    const units = [{ sscc, contentsRoot: merkleRoot(leaves), count }];
    await client.drug.registerBatch({ gtin, lot, expiry, units });
    return packs.map(({ serial, salt }, index) => ({
      sgtin: `https://id.gs1.org/01/${gtin}/21/${serial}`,
      salt,
      sscc,
      proof: merkleProof(leaves, index),
    }));
  },

  async ship(request: { shipmentId: string; ssccs: string[]; to: string }) {
    return (await client.drug.ship(request)).value;
  },

  async receive({ shipmentId }: { shipmentId: string }) {
    return (await client.drug.receive(shipmentId)).value;
  },

  verify: (pack: LabelledPack) => client.drug.verify(pack),

  async dispense(pack: LabelledPack) {
    const prescriptionHash = sha256Hex(randomBytes(32));
    return (await client.drug.dispense({ ...pack, prescriptionHash })).value;
  },

  async trace(subject: { sscc: string; sgtin: string }) {
    const events = [];
    for await (const event of client.drug.trace(subject)) events.push(event);
    return events;
  },
}));
