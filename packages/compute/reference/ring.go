package main

import (
	"math/big"
	"math/bits"
)

// Polynomials modulo X^N + 1 and a prime p, as N residues. Written for reading: no tables, no lazy
// reduction, nothing shared with the TypeScript implementation.

const degree = 8192

type poly []uint64

func mulMod(a, b, p uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	_, rest := bits.Div64(hi, lo, p)
	return rest
}

func addMod(a, b, p uint64) uint64 { return (a + b) % p }

func subMod(a, b, p uint64) uint64 { return (a + p - b) % p }

func powMod(base, exponent, p uint64) uint64 {
	result := uint64(1)
	for ; exponent > 0; exponent >>= 1 {
		if exponent&1 == 1 {
			result = mulMod(result, base, p)
		}
		base = mulMod(base, base, p)
	}
	return result
}

// least root of order 2N, on which SEAL's NTT form rests
func leastRoot(p uint64) uint64 {
	const order = 2 * degree
	var root uint64
	for base := uint64(2); ; base++ {
		root = powMod(base, (p-1)/order, p)
		if powMod(root, order/2, p) == p-1 {
			break
		}
	}
	least := root
	square := mulMod(root, root, p)
	for i := 1; i < degree; i++ {
		root = mulMod(root, square, p)
		if root < least {
			least = root
		}
	}
	return least
}

// evaluate gives the values of a polynomial of length n at the n-th roots of w, in natural order:
// the textbook's recursion on even and odd coefficients.
func evaluate(a poly, w, p uint64) poly {
	n := len(a)
	if n == 1 {
		return poly{a[0]}
	}
	even, odd := make(poly, n/2), make(poly, n/2)
	for i := range even {
		even[i], odd[i] = a[2*i], a[2*i+1]
	}
	square := mulMod(w, w, p)
	left, right := evaluate(even, square, p), evaluate(odd, square, p)
	out := make(poly, n)
	x := uint64(1)
	for i := range left {
		term := mulMod(x, right[i], p)
		out[i], out[i+n/2] = addMod(left[i], term, p), subMod(left[i], term, p)
		x = mulMod(x, w, p)
	}
	return out
}

// values of a polynomial at psi^(2i+1), i = 0 … N-1
func toValues(a poly, p uint64) poly {
	psi := leastRoot(p)
	twisted := make(poly, degree)
	x := uint64(1)
	for i := range a {
		twisted[i] = mulMod(a[i], x, p)
		x = mulMod(x, psi, p)
	}
	return evaluate(twisted, mulMod(psi, psi, p), p)
}

// the polynomial with these values
func fromValues(values poly, p uint64) poly {
	psi := leastRoot(p)
	inverse := powMod(psi, p-2, p)
	twisted := evaluate(values, mulMod(inverse, inverse, p), p)
	share := powMod(degree, p-2, p)
	out := make(poly, degree)
	for i := range out {
		out[i] = mulMod(twisted[i], share, p)
		share = mulMod(share, inverse, p)
	}
	return out
}

// SEAL's NTT form holds the value at psi^(2i+1) at the index with i's 13 bits reversed.
func fromSealForm(form poly) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = form[bits.Reverse16(uint16(i))>>3]
	}
	return out
}

// SEAL's NTT form of coefficients: bits reversed twice are what they were.
func toForm(a poly, p uint64) poly { return fromSealForm(toValues(a, p)) }

// coefficients of SEAL's NTT form
func fromForm(form poly, p uint64) poly { return fromValues(fromSealForm(form), p) }

func residues(integers []*big.Int, p uint64) poly {
	modulus := new(big.Int).SetUint64(p)
	out := make(poly, len(integers))
	for i, value := range integers {
		out[i] = new(big.Int).Mod(value, modulus).Uint64()
	}
	return out
}

func add(a, b poly, p uint64) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = addMod(a[i], b[i], p)
	}
	return out
}

func scale(a poly, factor, p uint64) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = mulMod(a[i], factor%p, p)
	}
	return out
}

func multiplyValues(a, b poly, p uint64) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = mulMod(a[i], b[i], p)
	}
	return out
}

// a - X^shift·b; X^N is -1
func subtractShifted(a, b poly, shift int, p uint64) poly {
	out := append(poly{}, a...)
	for i := range b {
		to := (i + shift) % (2 * degree)
		if to < degree {
			out[to] = subMod(out[to], b[i], p)
		} else {
			out[to-degree] = addMod(out[to-degree], b[i], p)
		}
	}
	return out
}
