import { MAX_PAGE_SIZE } from '@salus/protocol';
import type { HpkeKey } from '@salus/protocol/ehr';
import { allResults } from '../transaction/pages.js';
import type { EhrCalls, Query, Submit } from './calls.js';

/** The registry of HPKE keys. */
export interface HpkeKeyCalls {
  /** Registers the organisation's key (role `keyservice`) or the caller's own. */
  readonly registerHpkeKey: Submit<'registerHpkeKey'>;
  /** Revokes the key of `organisation`, or of a member of staff by ID. */
  readonly revokeHpkeKey: Submit<'revokeHpkeKey'>;
  /** The newest key, expired and revoked ones too: see `usableKey`. */
  readonly getHpkeKey: Query<'getHpkeKey'>;
  /** One page of an organisation's keys. */
  readonly listHpkeKeys: Query<'listHpkeKeys'>;
  /** All keys of an organisation, page after page. */
  hpkeKeys(mspId: string): AsyncIterable<HpkeKey>;
}

export function hpkeKeyCalls({ submits, queries }: EhrCalls): HpkeKeyCalls {
  const listHpkeKeys = queries('listHpkeKeys');
  return {
    registerHpkeKey: submits('registerHpkeKey'),
    revokeHpkeKey: submits('revokeHpkeKey'),
    getHpkeKey: queries('getHpkeKey'),
    listHpkeKeys,
    hpkeKeys: (mspId) =>
      allResults((bookmark) => listHpkeKeys({ mspId, pageSize: MAX_PAGE_SIZE, bookmark })),
  };
}
