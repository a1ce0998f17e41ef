package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha3"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
)

// The verifier of docs/compute-proofs.md.

const (
	repetitions     = 10
	mostCiphertexts = 4
	mostError       = 21
	headerLength    = 113
	keyModuli       = 5
)

type profile struct {
	name    string
	moduli  []uint64 // without the special one
	special uint64
	t       int64
}

var profiles = map[string]profile{
	"bfv-8192-proven-v1": {
		name:    "bfv-8192-proven-v1",
		moduli:  []uint64{0x3ffffffffc001, 0x3fffffffcc001, 0x3ffffffef4001, 0x3ffffffe94001},
		special: 0x24001,
		t:       1099511480321,
	},
}

type claim struct {
	profile     profile
	publicKey   []byte
	ciphertexts [][]byte
	contextHash []byte
	proof       []byte
}

// part of a response: what a witness holds at most, and the bits of a mask
type part struct {
	witness  int64
	maskBits uint
}

func partsFor(t int64, count int) []part {
	wider := uint(0)
	for 1<<wider < count {
		wider++
	}
	return []part{
		{1, 19 + wider},
		{mostError, 23 + wider},
		{mostError*t + (t+1)/2, 63 + wider},
	}
}

// bitReader reads unsigned integers, least significant bit first.
type bitReader struct {
	bytes []byte
	at    uint
}

func (r *bitReader) next(width uint) *big.Int {
	value := new(big.Int)
	for i := uint(0); i < width; i++ {
		bit := r.bytes[r.at/8] >> (r.at % 8) & 1
		value.SetBit(value, int(i), uint(bit))
		r.at++
	}
	return value
}

var errLength = errors.New("the proof has the wrong length")

func readResponses(c claim) ([][][]*big.Int, error) {
	parts := partsFor(c.profile.t, len(c.ciphertexts))
	width := uint(0)
	for _, one := range parts {
		width += one.maskBits + 1
	}
	if len(c.proof) != 32+repetitions*degree*int(width)/8 {
		return nil, errLength
	}
	reader := &bitReader{bytes: c.proof[32:]}
	responses := make([][][]*big.Int, repetitions)
	for j := range responses {
		for _, one := range parts {
			half := new(big.Int).Lsh(big.NewInt(1), one.maskBits)
			slack := big.NewInt(one.witness * int64(len(c.ciphertexts)))
			end := new(big.Int).Sub(half, slack)
			least := new(big.Int).Neg(end)
			coefficients := make([]*big.Int, degree)
			for i := range coefficients {
				z := reader.next(one.maskBits + 1)
				z.Sub(z, half)
				if z.Cmp(least) < 0 || z.Cmp(end) >= 0 {
					return nil, fmt.Errorf("a response of repetition %d is too long", j)
				}
				coefficients[i] = z
			}
			responses[j] = append(responses[j], coefficients)
		}
	}
	return responses, nil
}

// word row of a file: rows of N little-endian words behind the header
func rowOf(file []byte, row int) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(file[headerLength+8*(row*degree+i):])
	}
	return out
}

func checkResidues(file []byte, moduli []uint64, what string) error {
	if len(file) != headerLength+2*len(moduli)*degree*8 {
		return fmt.Errorf("%s has the wrong length", what)
	}
	for row := 0; row < 2*len(moduli); row++ {
		for _, value := range rowOf(file, row) {
			if value >= moduli[row%len(moduli)] {
				return fmt.Errorf("%s: a coefficient is not below its modulus", what)
			}
		}
	}
	return nil
}

func verify(c claim) error {
	count := len(c.ciphertexts)
	if count < 1 || count > mostCiphertexts {
		return errors.New("a proof covers no such number of ciphertexts")
	}
	if err := checkResidues(c.publicKey, append(append([]uint64{}, c.profile.moduli...), c.profile.special), "the public key"); err != nil {
		return err
	}
	for i, each := range c.ciphertexts {
		if err := checkResidues(each, c.profile.moduli, fmt.Sprintf("ciphertext %d", i)); err != nil {
			return err
		}
	}
	responses, err := readResponses(c)
	if err != nil {
		return err
	}
	challenge := c.proof[:32]
	shifts := expandChallenges(challenge, count)

	transcript := sha256.New()
	transcript.Write([]byte("salus encryption proof v1\x00" + c.profile.name + "\x00"))
	transcript.Write(c.contextHash)
	keyHash := sha256.Sum256(c.publicKey)
	transcript.Write(keyHash[:])
	transcript.Write([]byte{byte(count)})
	for _, each := range c.ciphertexts {
		hash := sha256.Sum256(each)
		transcript.Write(hash[:])
	}
	for j, response := range responses {
		u, e1, w := response[0], response[1], response[2]
		for i, p := range c.profile.moduli {
			values := toValues(residues(u, p), p)
			b := fromSealForm(rowOf(c.publicKey, i))
			a := fromSealForm(rowOf(c.publicKey, keyModuli+i))
			first := scale(fromValues(multiplyValues(values, b, p), p), uint64(c.profile.t), p)
			first = add(first, residues(w, p), p)
			second := fromValues(multiplyValues(values, a, p), p)
			second = add(second, residues(e1, p), p)
			for k, each := range c.ciphertexts {
				c0 := scale(rowOf(each, i), uint64(c.profile.t), p)
				c1 := rowOf(each, len(c.profile.moduli)+i)
				first = subtractShifted(first, c0, shifts[j][k], p)
				second = subtractShifted(second, c1, shifts[j][k], p)
			}
			binary.Write(transcript, binary.LittleEndian, first)
			binary.Write(transcript, binary.LittleEndian, second)
		}
	}
	if !bytes.Equal(transcript.Sum(nil), challenge) {
		return errors.New("the proof does not hold")
	}
	return nil
}

func expandChallenges(challenge []byte, count int) [][]int {
	stream := sha3.NewSHAKE256()
	stream.Write([]byte("salus encryption proof challenges v1"))
	stream.Write(challenge)
	shifts := make([][]int, repetitions)
	for j := range shifts {
		for k := 0; k < count; k++ {
			var two [2]byte
			stream.Read(two[:])
			shifts[j] = append(shifts[j], int(binary.LittleEndian.Uint16(two[:]))%(2*degree))
		}
	}
	return shifts
}

// provenNoise is the noise of twice a proven ciphertext at the most, for a number of shares.
func provenNoise(p profile, shares int64) *big.Int {
	parts := partsFor(p.t, mostCiphertexts)
	n := big.NewInt(degree)
	extracted := func(one part) *big.Int {
		bound := new(big.Int).Lsh(big.NewInt(2), one.maskBits)
		return bound.Mul(bound, n)
	}
	u, e1, w := extracted(parts[0]), extracted(parts[1]), extracted(parts[2])
	total := u.Mul(u, big.NewInt(mostError)).Add(u, e1)
	total.Mul(total, n).Mul(total, big.NewInt(shares))
	w.Div(w, big.NewInt(p.t))
	return total.Add(total, w).Add(total, big.NewInt(1))
}
