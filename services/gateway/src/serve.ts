import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { connect, type ConnectOptions, type SalusClient } from '@salus/client';
import { loadProfile } from '@salus/client/connection';
import { aloneIn } from '@salus/client/home';
import { resolveIdentity } from '@salus/client/identity';
import { organisationDeidKey, recordIdSecret } from '@salus/client/records';
import { passphraseFromEnvironment, readServiceTls, serveUntilTold } from '@salus/service-kit';
import { TokenVerifier } from './auth/tokens.js';
import { openGateway, type GatewayOptions } from './open-gateway.js';
import { EventLog } from './portal/event-log.js';
import { recordDesks } from './records/record-desks.js';
import { readGatewaySettings, type GatewaySettings } from './settings/settings.js';
import { staffIdentities } from './staff/directory.js';
import { openDataKey } from './storage/data-key.js';

const HOST = 'localhost';

/** Where a gateway keeps its files, and which channel it works on. */
export interface GatewayPlace extends Pick<ConnectOptions, 'profile' | 'channel'> {
  readonly home: string;
  /** On loopback; 0 takes a free one. */
  readonly port: number;
}

/**
 * Serves the gateway of a home by its `gateway.json`, until the process is told to end.
 *
 * @throws SalusError `ERR_SETTINGS_MISSING`, `ERR_PASSPHRASE_WRONG`, `ERR_HOME_IN_USE`; as `connect`
 */
export async function serveGateway(options: GatewayPlace): Promise<void> {
  const { home, profile, channel, port } = options;
  const gateway = await readGatewaySettings(home);
  const { mspId } = loadProfile(profile);
  const passphrase = passphraseFromEnvironment();
  const at = { origin: gateway.publicUrl ?? '' };
  // Nobody else takes up what the outbox holds.
  await aloneIn(home, 'a gateway', async () => {
    const portal = await openPortal(gateway, { profile, channel, mspId, origin: () => at.origin });
    const dataKey = await openDataKey(home, passphrase);
    const idSecret = await recordIdSecret(home);
    const deidKey = await organisationDeidKey(home);
    const { app, close } = await openGateway({
      home,
      dataKey,
      settings: gateway,
      tokens: await TokenVerifier.of(gateway.tokens),
      staff: await staffIdentities(gateway.practitioners, mspId),
      connect: (identity): Promise<SalusClient> => connect({ profile, channel, identity }),
      desks: (journals) => recordDesks(gateway, { idSecret, deidKey, journals }),
      tls: await readServiceTls(home),
      ...(portal && { portal }),
    });
    await app.listen({ host: HOST, port });
    const { port: taken } = app.server.address() as AddressInfo;
    const url = `https://${HOST}:${taken}`;
    if (at.origin === '') at.origin = url;
    await serveUntilTold({ url, close }, { home: path.resolve(home), name: 'gateway' });
  });
}

interface PortalPlace extends Pick<ConnectOptions, 'profile' | 'channel'> {
  readonly mspId: string;
  readonly origin: () => string;
}

async function openPortal(
  { portal }: GatewaySettings,
  { profile, channel, mspId, origin }: PortalPlace,
): Promise<GatewayOptions['portal']> {
  if (!portal) return undefined;
  const { mspDir, requestsPerMinute, historyBlocks } = portal;
  const identity = await resolveIdentity({ mspDir, mspId });
  const client = await connect({ profile, channel, identity });
  const events = await EventLog.follow(client, historyBlocks, ({ code, isPassedOver }) => {
    process.stderr.write(`${JSON.stringify({ following: 'ehr', fault: code, isPassedOver })}\n`);
  });
  return { client, events, origin, requestsPerMinute };
}
