import { DEFAULT_PROFILE } from '@salus/compute';
import type { MemberParts } from './parts.js';

/**
 * Starts the engine of a member that holds shares, so that no opening waits for it. A member without shares
 * does without: an engine takes 60 MB.
 */
export async function warmUp({
  home,
  engineOf,
}: {
  readonly home: Pick<MemberParts['home'], 'heldEpochs'>;
  readonly engineOf: (profile: string) => { warmUp(): void };
}): Promise<void> {
  const held = await home.heldEpochs();
  if (held.size > 0) engineOf(DEFAULT_PROFILE).warmUp();
}
