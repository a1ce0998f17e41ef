import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { sha256Hex } from '@salus/protocol';
import { coded } from '@salus/testing/coded';
import { knownState, stateOf010 } from '@salus/testing/state-of-010';
import { FileUploadJournal } from '../content/index.js';
import { readNote } from '../emergency/index.js';
import { fileCheckpointer } from '../events/index.js';
import { fileJournal, recordIdSecret } from '../records/index.js';
import { parseKept, readSecrets, writeSecrets } from './index.js';

const { passphrase } = knownState;

describe("a desk's home that release 0.1.0 wrote", () => {
  const home = stateOf010('desk');

  it('keeps the secret of record IDs', async () => {
    expect(sha256Hex(await recordIdSecret(home))).toBe(knownState.ids);
  });

  it('lets an import that was cut off go on', async () => {
    expect(await fileJournal(home).load()).toMatchObject([{ details: { recordId: 'r1' } }]);
    const upload = new FileUploadJournal(path.join(home, 'uploads', 'r1'));
    expect(await upload.read()).toEqual({
      id: 'upload-0001',
      prefix: '00112233445566',
      stripes: ['ab'.repeat(32)],
    });
  });

  it('tells an event stream where it stopped', async () => {
    expect(await fileCheckpointer(path.join(home, 'ehr.checkpoint')).load()).toEqual({
      blockNumber: 17n,
      transactionId: 'cd'.repeat(32),
    });
  });

  it('opens the note of an emergency under its passphrase', async () => {
    const emergency = { decisionId: 'd1', reasonHash: knownState.noteHash };
    expect(await readNote(home, emergency, passphrase)).toMatchObject({ text: 'Synthetic reason' });
  });

  it('with a journal of another form is refused with a code, and keeps the journal', async () => {
    const file = path.join(home, 'import.journal');
    for (const text of ['{"batches":[]}', '[{"details":', '']) {
      await writeFile(file, text);
      await expect(fileJournal(home).load()).rejects.toThrow(
        coded('ERR_STATE_UNREADABLE', { argument: file }),
      );
      expect(await readFile(file, 'utf8')).toBe(text);
    }
  });
});

describe('a file of secrets', () => {
  it('of a later format is told apart from a wrong passphrase', async () => {
    const file = path.join(stateOf010('desk'), 'secrets');
    await writeSecrets(file, {}, passphrase);
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replace('secrets v2', 'secrets v3'));
    await expect(readSecrets(file, passphrase)).rejects.toThrow(
      coded('ERR_STATE_UNREADABLE', { expected: 'salus secrets v2', got: 'salus secrets v3' }),
    );
  });

  it('of another form is refused by the place at fault, without a value of it', () => {
    const form = z.strictObject({ keys: z.array(z.strictObject({ secret: z.string() })) });
    const parsing = () => parseKept('ring', form, { keys: [{ secret: 424242 }] });
    expect(parsing).toThrow(coded('ERR_STATE_UNREADABLE', { argument: 'ring' }));
    expect(parsing).toThrow(
      expect.objectContaining({
        expected: expect.stringContaining('keys.0.secret') as string,
        remedy: expect.stringContaining('docs/upgrading.md') as string,
      }) as Error,
    );
    expect(parsing).not.toThrow('424242');
  });
});
