/** Matrices over GF(2^8), as rows. */
import { inverse, multiply, power } from './galois.js';

export type Matrix = readonly Uint8Array[];

/** Row `r`, column `c` holds `r` to the power of `c`: any `columns` of its rows are independent. */
export function vandermonde(rows: number, columns: number): Matrix {
  return Array.from({ length: rows }, (_, r) =>
    Uint8Array.from({ length: columns }, (__, c) => power(r, c)),
  );
}

export function times(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]?.length ?? 0;
  return left.map((row) =>
    Uint8Array.from({ length: columns }, (_, c) =>
      row.reduce((sum, value, r) => sum ^ multiply(value, right[r]?.[c] ?? 0), 0),
    ),
  );
}

/**
 * Inverts a square matrix (Gauss–Jordan).
 *
 * @throws RangeError for a singular one
 */
export function invert(matrix: Matrix): Matrix {
  const size = matrix.length;
  const rows = matrix.map((row, r) => {
    const wide = new Uint8Array(2 * size);
    wide.set(row);
    wide[size + r] = 1;
    return wide;
  });
  for (let column = 0; column < size; column += 1) {
    const pivot = takePivot(rows, column);
    scale(pivot, inverse(pivot[column] ?? 0));
    rows.forEach((row, r) => {
      if (r !== column) addScaled(row, pivot, row[column] ?? 0);
    });
  }
  return rows.map((row) => row.slice(size));
}

/** Brings a row with something in the column to its place. */
function takePivot(rows: Uint8Array[], column: number): Uint8Array {
  const at = rows.findIndex((row, r) => r >= column && row[column] !== 0);
  const [pivot, other] = [rows[at], rows[column]];
  if (pivot === undefined || other === undefined) throw new RangeError('The matrix is singular');
  rows[at] = other;
  rows[column] = pivot;
  return pivot;
}

function scale(row: Uint8Array, factor: number): void {
  row.forEach((value, c) => {
    row[c] = multiply(value, factor);
  });
}

function addScaled(row: Uint8Array, other: Uint8Array, factor: number): void {
  other.forEach((value, c) => {
    row[c] = (row[c] ?? 0) ^ multiply(value, factor);
  });
}
