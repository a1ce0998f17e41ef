import type { Command } from 'commander';
import { onClient, onClientList } from '../../command-line/context.js';

export function registerHpkeKeyCommands(ehr: Command): void {
  ehr
    .command('hpke-keys')
    .description("list an organisation's registered HPKE keys, its own and its staff's")
    .argument('[mspId]', 'your own organisation unless said otherwise')
    .action(onClientList(({ ehr, mspId }, of: string | undefined) => ehr.hpkeKeys(of ?? mspId)));

  ehr
    .command('register-hpke-key')
    .description('register your own HPKE key; an organisation’s is registered by its key service')
    .argument('<publicKey>', 'X25519, base64url')
    .requiredOption('--until <time>', 'until when (ISO 8601), no longer than your certificate')
    .action(
      onClient(({ ehr }, publicKey: string, { until }: { until: string }) =>
        ehr.registerHpkeKey({ scope: 'staff', publicKey, notAfter: until }),
      ),
    );

  ehr
    .command('revoke-hpke-key')
    .description('revoke a key of your organisation: your own, or any for role keyservice')
    .argument('<id>', 'ID of a member of staff, or organisation')
    .action(onClient(({ ehr }, id: string) => ehr.revokeHpkeKey({ id })));
}
