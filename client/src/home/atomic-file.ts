import { randomUUID } from 'node:crypto';
import { link, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';

/** Writes a file so that a crash leaves the old one or the new one, readable by its owner only. */
export async function writeAtomically(file: string, bytes: Uint8Array): Promise<void> {
  await withDraft(file, bytes, (draft) => rename(draft, file));
}

/** As {@link writeAtomically}, but leaves a file that is there as it is. */
export async function writeOnce(file: string, bytes: Uint8Array): Promise<void> {
  await withDraft(file, bytes, async (draft) => {
    await link(draft, file).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
    await rm(draft);
  });
}

async function withDraft(
  file: string,
  bytes: Uint8Array,
  place: (draft: string) => Promise<void>,
): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}.tmp`;
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(draft);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}
