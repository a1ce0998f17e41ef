import { readFileSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { furnish, serve } from '@salus/testing/salus-process';
import { passphrase, type Guide } from './guide.js';
import { told } from './told.js';

/** Types the lines of the guide to backups: a key service that is lost and restored, a member that begins anew. */
export function describeBackup(guide: Guide): void {
  describe('the lines of the guide to backups', () => {
    type Registered = { readonly publicKey: string };

    it('restore a key service from a copy: it registers no other key', async () => {
      const HOME = furnish(guide.home('backup-keys'), 'ValleyHospital', 'keyservice');
      const safe = guide.home('backup-safe');
      const running = await serve(HOME, 'keys', 'serve');
      await running.stop();
      const office = furnish(guide.home('backup-office'), 'ValleyHospital', 'registrar');
      const registry = () => told<Registered>(office, 'ehr', 'hpke-keys', 'ValleyHospitalMSP');
      const before = await registry();
      expect(before.length).toBeGreaterThan(0);
      const ring = path.join(HOME, 'key-ring.secret');
      const kept = readFileSync(ring);
      await guide.type('tar -C HOME -cpf home.tar .', safe, { HOME });
      rmSync(HOME, { recursive: true });
      await guide.type('mkdir -m 700 HOME', safe, { HOME });
      await guide.type('tar -C HOME -xpf home.tar', safe, { HOME });
      expect(readFileSync(ring)).toEqual(kept);
      expect([HOME, ring].map((file) => statSync(file).mode & 0o077)).toEqual([0, 0]);
      await guide.serve('SALUS_PASSPHRASE=… salus keys serve', HOME, passphrase);
      expect(await registry()).toEqual(before);
    });

    it("begin a committee member anew, which believes its peer's ledger", async () => {
      const member = furnish(guide.home('backup-member'), 'ValleyHospital', 'committee');
      const recover = 'SALUS_PASSPHRASE=… salus committee recover --believe-ledger';
      expect(await guide.type(recover, member, passphrase)).toContain('keys:');
    });
  });
}
