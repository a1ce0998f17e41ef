import pc from 'picocolors';
import { type Examination, type Finding, findingsOf } from '../doctor.js';
import { countOf, organisationLines, type Width } from './status-text.js';

/** What the doctor found: a summary, then what needs work in full, then all that is well in short. */
export function doctorText(examination: Examination, width: Width): string {
  const { status, machine } = examination;
  const all = findingsOf(examination);
  const failed = all.filter(({ ok }) => !ok).length;
  const counted = status.nodes.length === 0 ? '' : `; ${countOf(status)}`;
  const summary = `${failed === 0 ? 'All is well' : `${failed} of ${all.length} findings need work`}${counted}`;
  const findings = [...machine].sort((a, b) => Number(a.ok) - Number(b.ok)).map(findingLine);
  return [summary, ...findings, ...organisationLines(status, width)].join('\n');
}

function findingLine({ ok, message, remedy }: Finding): string {
  return `${ok ? pc.green('ok  ') : pc.red('FAIL')} ${message}${remedy ? ` -> ${remedy}` : ''}`;
}
