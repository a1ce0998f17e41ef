import type { RecordVersion, RecordVersions } from '@salus/protocol';

/** The versions of a record, the first in front. */
export type Series = readonly RecordVersion[];

/** What a series keeps of a version: all that consent goes by. */
export function versionOf({ recordId, categoryTag, labelTags }: RecordVersion): RecordVersion {
  return { recordId, categoryTag, labelTags };
}

/** The versions before and after one of a series. */
export function aroundVersion(series: Series, recordId: string): RecordVersions {
  const at = series.findIndex((version) => version.recordId === recordId);
  return {
    earlier: series.slice(0, at).map((version) => version.recordId),
    later: series.slice(at + 1),
  };
}
