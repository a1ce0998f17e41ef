import { sha256Hex, type ComputeErrorCode, type Engine, type Hashed } from '@salus/compute';
import { badHeaders, malformed, type Polynomials, type Spoiling } from './spoiled-polynomials.js';

/** An operation of the engine, and one argument of it that a hostile party sends. */
export interface Target {
  readonly name: string;
  readonly honest: Polynomials;
  /** How often inputs that keep to the form are drawn, and others. */
  readonly wellFormedWeight: number;
  readonly malformedWeight: number;
  readonly wellFormed: Readonly<Record<string, Spoiling>>;
  readonly malformed: Readonly<Record<string, Spoiling>>;
  /**
   * Asks with the hostile argument.
   * @throws WrongAnswer where the engine answers, but not right; else what the engine throws
   */
  readonly ask: (engine: Engine, hostile: unknown) => Promise<void>;
  readonly refusals: readonly ComputeErrorCode[];
}

/** The engine took hostile bytes for what they are not, or computed something else. */
export class WrongAnswer extends Error {
  override readonly name = 'WrongAnswer';
}

/** @throws WrongAnswer */
export function requireRight(isRight: boolean, what: string): void {
  if (!isRight) throw new WrongAnswer(what);
}

export function requireHashed({ bytes, hash }: Hashed, length: number): void {
  requireRight(bytes.length === length, 'a result has another length');
  requireRight(sha256Hex(bytes) === hash, 'a result does not have its hash');
}

export const malformedWithHeader = { ...malformed, ...badHeaders };

/** What the engine's interface asks for; a hostile caller sends something else. */
export const asBytes = (hostile: unknown) => hostile as Uint8Array;
