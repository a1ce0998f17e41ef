import { outOfRange } from './refusals.js';

/**
 * A real figure as an integer, `decimals` digits after the point, rounded half away from zero.
 * Sums of such integers are exact; they are divided once, after opening.
 *
 * @example
 * toFixedPoint(36.65, 1); // 367
 *
 * @throws ComputeError ERR_VALUE_OUT_OF_RANGE
 */
export function toFixedPoint(value: number, decimals: number): number {
  const scale = scaleOf(decimals);
  const magnitude = Math.round(Number((Math.abs(value) * scale).toPrecision(15)));
  if (!Number.isSafeInteger(magnitude)) {
    throw outOfRange('a figure has no fixed-point form', 'value', 'a finite number', value);
  }
  return value < 0 && magnitude > 0 ? -magnitude : magnitude;
}

/** The real figure that a fixed-point integer stands for. */
export function fromFixedPoint(value: number, decimals: number): number {
  return value / scaleOf(decimals);
}

function scaleOf(decimals: number): number {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 9) {
    throw outOfRange('wrong number of decimals', 'decimals', 'an integer from 0 to 9', decimals);
  }
  return 10 ** decimals;
}
