import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type {
  CreatePolicyRequest,
  ServiceDetails,
  SettleRequest,
  SubmitClaimRequest,
} from '@salus/protocol/claims';
import { onClient } from '../command-line/context.js';
import { readBytes, readJson } from '../command-line/input.js';

interface SubmitFiles {
  readonly service: string;
  readonly ciphertext: string[];
  readonly proof: string[];
  readonly publicKey: string;
}

interface AdjudicationFiles {
  readonly sum: string;
  readonly partial: string[];
}

/** `salus claims …`: policies, encrypted claims, their sums and settlement. */
export function defineClaims(claims: Command): void {
  claims
    .command('create-policy')
    .description("put a policy's benefits on the ledger (insurer, role adjuster)")
    .argument('<policy>', 'JSON file, or -')
    .action(
      onClient(async ({ claims }, file: string) =>
        claims.createPolicy(await readJson<CreatePolicyRequest>(file)),
      ),
    );

  claims
    .command('submit')
    .description('submit a claim with encrypted amounts (hospital, role billing)')
    .argument(
      '<claim>',
      'JSON file {claimId, policyId, keyId, epoch, serviceHash, proofHashes, lines}, or -',
    )
    .requiredOption('--service <file>', 'JSON file {serviceDate, salt}')
    .requiredOption('--ciphertext <file...>', "one a line, in the lines' order")
    .requiredOption('--proof <file...>', 'one for each four lines, in their order')
    .requiredOption('--public-key <file>', "the committee's key")
    .action(
      onClient(async ({ claims }, file: string, files: SubmitFiles) =>
        claims.submitClaim(await readJson<SubmitClaimRequest>(file), {
          service: await readJson<ServiceDetails>(files.service),
          ciphertexts: await Promise.all(files.ciphertext.map(readBytes)),
          proofs: await Promise.all(files.proof.map(readBytes)),
          publicKey: await readBytes(files.publicKey),
        }),
      ),
    );

  claims
    .command('sum')
    .description("sum a claim's ciphertexts here, and have every endorser do the same")
    .argument('<claimId>')
    .requiredOption('--ciphertext <file...>', "one a line, in the lines' order")
    .requiredOption('--out <file>', 'where the encrypted sum is written')
    .action(
      onClient(
        async (
          client,
          claimId: string,
          { ciphertext, out }: { ciphertext: string[]; out: string },
        ) => {
          const { claims } = client;
          const { keyId } = await claims.getClaim(claimId);
          const { profile } = await client.computation('claims').getKey(keyId);
          const { createEngine, profileOf } = await import('@salus/compute');
          await using engine = createEngine({ profile: profileOf(profile).name });
          const ciphertexts = await Promise.all(ciphertext.map(readBytes));
          const { sum, ...receipt } = await claims.sumClaim(claimId, ciphertexts, engine);
          await writeFile(out, sum);
          return { ...receipt, sum: out };
        },
      ),
    );

  claims
    .command('request-opening')
    .description('ask for a sum to be opened to its recipients')
    .argument('<claimId>')
    .requiredOption('--recipient <mspId...>', 'organisations that are to see the totals')
    .action(
      onClient(({ claims }, claimId: string, { recipient: recipients }: { recipient: string[] }) =>
        claims.requestOpening({ claimId, recipients }),
      ),
    );

  claims
    .command('adjudicate')
    .description('have insurer and auditor open a sum and apply the policy (role adjuster)')
    .argument('<claimId>')
    .argument('<openingId>')
    .requiredOption('--sum <file>', 'the encrypted sum')
    .requiredOption('--partial <share=file...>', 'the partial opening of each share of the key')
    .action(
      onClient(
        async (
          { claims },
          claimId: string,
          openingId: string,
          { sum, partial }: AdjudicationFiles,
        ) =>
          claims.adjudicate(
            { claimId, openingId },
            {
              sum: await readBytes(sum),
              partials: await Promise.all(partial.map(readPartial)),
              salt: randomBytes(32).toString('hex'),
            },
          ),
      ),
    );

  claims
    .command('settle')
    .description('record the payment of an adjudicated claim, once (insurer, role adjuster)')
    .argument('<claimId>')
    .requiredOption('--payment-reference-hash <hash>', "salted SHA-256 of the payment's reference")
    .action(
      onClient(
        (
          { claims },
          claimId: string,
          { paymentReferenceHash }: Pick<SettleRequest, 'paymentReferenceHash'>,
        ) => claims.settle({ claimId, paymentReferenceHash }),
      ),
    );

  registerQueries(claims);
}

async function readPartial(text: string) {
  const [shareId = '', ...file] = text.split('=');
  return { shareId, bytes: await readBytes(file.join('=')) };
}

function registerQueries(claims: Command): void {
  claims
    .command('policy')
    .description('show a policy')
    .argument('<policyId>')
    .action(onClient(({ claims }, policyId: string) => claims.getPolicy(policyId)));

  claims
    .command('claim')
    .description('show a claim')
    .argument('<claimId>')
    .action(onClient(({ claims }, claimId: string) => claims.getClaim(claimId)));

  claims
    .command('key')
    .description("show the committee's collective key")
    .argument('<keyId>')
    .action(onClient((client, keyId: string) => client.computation('claims').getKey(keyId)));

  claims
    .command('opening')
    .description('show the decision on an opening, and who has answered')
    .argument('<openingId>')
    .action(
      onClient((client, openingId: string) => client.computation('claims').getOpening(openingId)),
    );

  claims
    .command('adjudication')
    .description("show a claim's amounts (insurer and auditor only)")
    .argument('<claimId>')
    .action(onClient(({ claims }, claimId: string) => claims.getAdjudication(claimId)));
}
