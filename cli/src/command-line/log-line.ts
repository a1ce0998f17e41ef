/** Writes a line of a service's log: one JSON object on standard error, with its time (docs/logs.md). */
export function logLine(line: object): void {
  process.stderr.write(`${JSON.stringify({ time: new Date().toISOString(), ...line })}\n`);
}
