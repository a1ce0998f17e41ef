import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readSecrets, writeSecrets } from '@salus/client/home';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { WalletHome } from './wallet-home.js';
import { Wallet } from './wallet.js';

const { passphrase, pseudonym, grantId } = knownState;

describe("a wallet's home that release 0.1.0 wrote", () => {
  it('opens with its keys, grants and invitations, and signs on', async () => {
    const folder = stateOf010('wallet');
    const home = new WalletHome(folder);
    const { state, store, tls } = await home.unlock(passphrase);
    expect(state).toMatchObject({ nationalId: 'SYNTHETIC-0001', grants: [{ grantId }] });
    expect(tls.certificate.toString()).toBe(
      await readFile(path.join(folder, 'wallet.crt'), 'utf8'),
    );
    expect(await home.invitations.load()).toMatchObject([{ institution: 'City' }]);
    expect(await home.owner()).toMatchObject({ url: 'https://localhost:8480' });

    const wallet = new Wallet(state, { channel: 'edge-east', store });
    const asker = { kind: 'hospital' } as const;
    expect(await wallet.perform({ type: 'identify' }, asker)).toMatchObject({ pseudonym });
    await wallet.perform({ type: 'withdraw', grant: grantId }, asker);
    const [grant] = (await home.unlock(passphrase)).state.grants;
    expect(grant).toMatchObject({ grantId, withdrawn: { at: expect.any(String) as string } });
  });

  it('is refused with a code, not with a guess, where a later release has written it', async () => {
    const folder = stateOf010('wallet');
    const file = path.join(folder, 'wallet.json');
    const kept = (await readSecrets(file, passphrase)) as { state: object };
    const later = { ...kept, state: { ...kept.state, households: [] } };
    await writeSecrets(file, later, passphrase);
    const unreadable = coded('ERR_STATE_UNREADABLE', { argument: file });
    await expect(new WalletHome(folder).unlock(passphrase)).rejects.toThrow(unreadable);
    const invitations = path.join(folder, 'invitations.json');
    await writeFile(invitations, '{}');
    await expect(new WalletHome(folder).invitations.load()).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { argument: invitations }),
    );
  });
});
