package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
)

// Polynomials as they travel: SEAL's uncompressed forms, and rows of words without a header.

const headerLength = 113

// rows are the residues of one polynomial, modulus by modulus.
type rows []poly

func littleEndian(values ...uint64) []byte {
	var out []byte
	for _, value := range values {
		out = binary.LittleEndian.AppendUint64(out, value)
	}
	return out
}

// sealPrefix is the header of every object of SEAL 4.1: magic, its own length, version, no compression.
func sealPrefix(length uint64) []byte {
	return append([]byte{0x5e, 0xa1, 16, 4, 1, 0, 0, 0}, littleEndian(length)...)
}

// parametersID is how SEAL names parameters: BLAKE2b of the scheme (1 is BFV), degree, moduli and t.
func parametersID(moduli []uint64, t int64) [32]byte {
	return blake2b256(littleEndian(append(append([]uint64{1, degree}, moduli...), uint64(t))...))
}

// sealHeader is what SEAL writes before the words of a pair of polynomials.
func sealHeader(moduli []uint64, t int64, isNTT bool) []byte {
	words := uint64(2 * degree * len(moduli))
	id := parametersID(moduli, t)
	ntt := byte(0)
	if isNTT {
		ntt = 1
	}
	header := append(sealPrefix(headerLength+8*words), id[:]...)
	header = append(header, ntt)
	header = append(header, littleEndian(2, degree, uint64(len(moduli)), math.Float64bits(1), 1)...)
	header = append(header, sealPrefix(24+8*words)...)
	return append(header, littleEndian(words)...)
}

func (p profile) ciphertextHeader() []byte { return sealHeader(p.moduli, p.t, false) }

func (p profile) publicKeyHeader() []byte { return sealHeader(p.all(), p.t, true) }

// readRows reads polynomials, `count` of them, and refuses other headers, lengths and residues.
func readRows(file, header []byte, moduli []uint64, count int, what string) ([]rows, error) {
	if len(file) != len(header)+8*degree*len(moduli)*count {
		return nil, fmt.Errorf("%s has the wrong length", what)
	}
	if !bytes.Equal(file[:len(header)], header) {
		return nil, fmt.Errorf("%s has a foreign header or other parameters", what)
	}
	words := file[len(header):]
	all := make([]rows, count)
	for i := range all {
		for _, modulus := range moduli {
			row := make(poly, degree)
			for k := range row {
				row[k] = binary.LittleEndian.Uint64(words[8*k:])
				if row[k] >= modulus {
					return nil, fmt.Errorf("%s: a coefficient is not below its modulus", what)
				}
			}
			all[i] = append(all[i], row)
			words = words[8*degree:]
		}
	}
	return all, nil
}

func (p profile) readCiphertext(file []byte, what string) ([]rows, error) {
	return readRows(file, p.ciphertextHeader(), p.moduli, 2, what)
}

func (p profile) readPublicKey(file []byte) ([]rows, error) {
	return readRows(file, p.publicKeyHeader(), p.all(), 2, "the public key")
}

// a contribution: one polynomial over all moduli, in NTT form
func (p profile) readContribution(file []byte, what string) (rows, error) {
	return readOne(file, p.all(), what)
}

// a partial opening, in coefficient form, or the secret of a share, in NTT form
func (p profile) readData(file []byte, what string) (rows, error) {
	return readOne(file, p.moduli, what)
}

func readOne(file []byte, moduli []uint64, what string) (rows, error) {
	all, err := readRows(file, nil, moduli, 1, what)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// bytesOf writes polynomials behind a header, which may be empty.
func bytesOf(header []byte, polynomials ...rows) []byte {
	out := append([]byte{}, header...)
	for _, polynomial := range polynomials {
		for _, row := range polynomial {
			out = append(out, littleEndian(row...)...)
		}
	}
	return out
}

func hashOf(parts ...[]byte) string {
	sum := sha256.New()
	for _, part := range parts {
		sum.Write(part)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Arithmetic of whole polynomials, modulus by modulus.

// combine makes rows of corresponding rows.
func combine(moduli []uint64, act func(i int, p uint64) poly) rows {
	out := make(rows, len(moduli))
	for i, p := range moduli {
		out[i] = act(i, p)
	}
	return out
}

func sumOf(moduli []uint64, all ...rows) rows {
	return combine(moduli, func(i int, p uint64) poly {
		total := make(poly, degree)
		for _, one := range all {
			total = add(total, one[i], p)
		}
		return total
	})
}

func negated(moduli []uint64, a rows) rows {
	return combine(moduli, func(i int, p uint64) poly { return scale(a[i], p-1, p) })
}

// product of polynomials in NTT form
func multiplied(moduli []uint64, a, b rows) rows {
	return combine(moduli, func(i int, p uint64) poly { return multiplyValues(a[i], b[i], p) })
}

func scaled(moduli []uint64, a rows, factor uint64) rows {
	return combine(moduli, func(i int, p uint64) poly { return scale(a[i], factor, p) })
}

// SEAL's NTT form of residues in coefficient form
func transformedRows(moduli []uint64, a rows) rows {
	return combine(moduli, func(i int, p uint64) poly { return toForm(a[i], p) })
}

// SEAL's NTT form of integer coefficients
func transformed(moduli []uint64, coefficients []*big.Int) rows {
	return combine(moduli, func(_ int, p uint64) poly { return toForm(residues(coefficients, p), p) })
}

func toForms(moduli []uint64, a rows) rows {
	return combine(moduli, func(i int, p uint64) poly { return toForm(a[i], p) })
}

func fromForms(moduli []uint64, a rows) rows {
	return combine(moduli, func(i int, p uint64) poly { return fromForm(a[i], p) })
}

// integersOf are the coefficients with these residues, nearest to zero: the Chinese remainder theorem.
func integersOf(moduli []uint64, a rows) []*big.Int {
	q := big.NewInt(1)
	for _, p := range moduli {
		q.Mul(q, new(big.Int).SetUint64(p))
	}
	half := new(big.Int).Rsh(q, 1)
	bases := make([]*big.Int, len(moduli))
	for i, p := range moduli {
		modulus := new(big.Int).SetUint64(p)
		others := new(big.Int).Div(q, modulus)
		inverse := new(big.Int).ModInverse(others, modulus)
		bases[i] = others.Mul(others, inverse)
	}
	out := make([]*big.Int, degree)
	for k := range out {
		value := new(big.Int)
		for i := range moduli {
			term := new(big.Int).SetUint64(a[i][k])
			value.Add(value, term.Mul(term, bases[i]))
		}
		value.Mod(value, q)
		if value.Cmp(half) > 0 {
			value.Sub(value, q)
		}
		out[k] = value
	}
	return out
}

// greatest magnitude of a coefficient
func greatest(integers []*big.Int) *big.Int {
	most := new(big.Int)
	for _, value := range integers {
		if value.CmpAbs(most) > 0 {
			most.Abs(value)
		}
	}
	return most
}
