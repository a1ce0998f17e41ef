package main

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/sha3"
	"encoding/binary"
	"math/big"
	"math/bits"
)

// What everybody derives alike from seeds, keys and texts.

const (
	commonDomain = "salus common polynomial v1"
	partDomain   = "salus share part v1"
	maskDomain   = "salus slot mask v1"
)

// uniformRows expands a seed into uniform residues, modulus by modulus.
func uniformRows(domain string, seed []byte, moduli []uint64) rows {
	return combine(moduli, func(i int, p uint64) poly { return uniformRow(domain, seed, i, p) })
}

func uniformRow(domain string, seed []byte, index int, p uint64) poly {
	out := poly{}
	mask := uint64(1)<<bits.Len64(p) - 1
	for block := byte(0); len(out) < degree; block++ {
		stream := shake([]byte(domain), seed, []byte{byte(index), block})
		words := make([]byte, 8*8192)
		stream.Read(words)
		for i := 0; i < 8192 && len(out) < degree; i++ {
			value := binary.LittleEndian.Uint64(words[8*i:]) & mask
			if value < p {
				out = append(out, value)
			}
		}
	}
	return out
}

func shake(parts ...[]byte) *sha3.SHAKE {
	stream := sha3.NewSHAKE256()
	for _, part := range parts {
		stream.Write(part)
	}
	return stream
}

func hmacOf(key []byte, text string) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return mac.Sum(nil)
}

// derivedTernary gives coefficients -1, 0 and 1: bytes below 255, modulo three.
func derivedTernary(text string) []*big.Int {
	out := []*big.Int{}
	for block := 0; len(out) < degree; block++ {
		drawn := make([]byte, degree)
		shake([]byte(canonicalJSON([]any{text, block}))).Read(drawn)
		out = appendTernary(out, drawn)
	}
	return out
}

func appendTernary(out []*big.Int, drawn []byte) []*big.Int {
	for _, one := range drawn {
		if one != 255 && len(out) < degree {
			out = append(out, big.NewInt(int64(one%3)-1))
		}
	}
	return out
}

// smudging gives N integers, uniform in [-2^bits, 2^bits).
func smudging(key []byte, context []any, width uint) []*big.Int {
	drawn := make([]byte, 16*degree)
	shake(hmacOf(key, canonicalJSON(context))).Read(drawn)
	bound := new(big.Int).Lsh(big.NewInt(1), width)
	mask := new(big.Int).Lsh(bound, 1)
	mask.Sub(mask, big.NewInt(1))
	out := make([]*big.Int, degree)
	for i := range out {
		low := new(big.Int).SetUint64(binary.LittleEndian.Uint64(drawn[16*i:]))
		high := new(big.Int).SetUint64(binary.LittleEndian.Uint64(drawn[16*i+8:]))
		value := high.Lsh(high, 64).Add(high, low)
		out[i] = value.And(value, mask).Sub(value, bound)
	}
	return out
}
