import type { Grantee, Obligation, PurposeOfUse } from '@salus/protocol';

/** When a provision applies: all that is given has to be met, by any of a list. */
export interface Criteria {
  readonly grantees?: readonly Grantee[];
  readonly categoryTags?: readonly string[];
  readonly labelTags?: readonly string[];
  readonly records?: readonly string[];
  readonly purposes?: readonly PurposeOfUse[];
  readonly notBefore?: string;
  readonly notAfter?: string;
  readonly maxUses?: number;
  readonly onward?: boolean;
  readonly obligations?: readonly Obligation[];
}
