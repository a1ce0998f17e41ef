import type { Command } from 'commander';
import type { PackingList } from '@salus/client/drug';
import type { DispenseRequest, RegisterBatchRequest, VerifyRequest } from '@salus/protocol/drug';
import { onClient, onClientList } from '../command-line/context.js';
import { readJson } from '../command-line/input.js';

/** `salus drug …`: batches, custody, packs. */
export function defineDrug(drug: Command): void {
  drug
    .command('register-batch')
    .description('register a lot with its logistic units (role manufacturer)')
    .argument(
      '<batch>',
      'JSON file {gtin, lot, expiry, units: [{sscc, contentsRoot, count}]}, or -',
    )
    .option(
      '--packs <file>',
      'take units as {sscc, serials: [...]}, and write each pack with salt and proof there',
    )
    .action(
      onClient(async ({ drug }, file: string, { packs }: { packs?: string }) => {
        if (packs === undefined) {
          return drug.registerBatch(await readJson<RegisterBatchRequest>(file));
        }
        return drug.registerPacked(await readJson<PackingList>(file), packs);
      }),
    );

  drug
    .command('ship')
    .description('send units on their way')
    .argument('<shipmentId>')
    .argument('<sscc...>', 'the units')
    .requiredOption('--to <mspId>', 'organisation that is to receive them')
    .action(
      onClient(({ drug }, shipmentId: string, ssccs: string[], { to }: { to: string }) =>
        drug.ship({ shipmentId, ssccs, to }),
      ),
    );

  drug
    .command('receive')
    .description('take a shipment over')
    .argument('<shipmentId>')
    .action(onClient(({ drug }, shipmentId: string) => drug.receive(shipmentId)));

  drug
    .command('cancel-shipment')
    .description('take back a shipment that nobody has received')
    .argument('<shipmentId>')
    .action(onClient(({ drug }, shipmentId: string) => drug.cancelShipment(shipmentId)));

  drug
    .command('verify')
    .description('tell whether a pack is genuine and may be dispensed')
    .argument('<pack>', 'JSON file {sscc, sgtin, salt, proof} as it comes with the pack, or -')
    .action(
      onClient(async ({ drug }, file: string) => drug.verify(await readJson<VerifyRequest>(file))),
    );

  drug
    .command('dispense')
    .description('dispense a pack, once (role pharmacist or physician)')
    .argument('<pack>', 'JSON file {sscc, sgtin, salt, proof} as it comes with the pack, or -')
    .requiredOption('--prescription-hash <hash>', 'SHA-256 of prescription and salt, in hex')
    .action(
      onClient(
        async (
          { drug },
          file: string,
          { prescriptionHash }: Pick<DispenseRequest, 'prescriptionHash'>,
        ) => drug.dispense({ ...(await readJson<VerifyRequest>(file)), prescriptionHash }),
      ),
    );

  drug
    .command('trace')
    .description('list what happened to a unit, or to one of its packs')
    .argument('<sscc>')
    .option('--sgtin <sgtin>', 'leave out the dispensing of other packs')
    .action(
      onClientList(({ drug }, sscc: string, { sgtin }: { sgtin?: string }) =>
        drug.trace({ sscc, ...(sgtin !== undefined && { sgtin }) }),
      ),
    );

  drug
    .command('unit')
    .description('show a logistic unit')
    .argument('<sscc>')
    .action(onClient(({ drug }, sscc: string) => drug.getUnit(sscc)));

  drug
    .command('batch')
    .description('show a lot')
    .argument('<gtin>')
    .argument('<lot>')
    .action(onClient(({ drug }, gtin: string, lot: string) => drug.getBatch(gtin, lot)));
}
