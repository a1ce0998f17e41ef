package main

import (
	"crypto/sha3"
	"encoding/binary"
	"errors"
	"fmt"
	"math/big"
	"math/bits"
)

// Proofs of partial openings: d = c1·s + f and -b = a·s + e, c1 of twice the result.

type openingClaim struct {
	profile       profile
	ciphertext    []byte
	seed          []byte
	contributions [][]byte
	partials      [][]byte
	contextHash   []byte
	proof         []byte
}

func openingParts(count int) []part {
	smudging := new(big.Int).Lsh(big.NewInt(1), smudgingBits)
	return widened([]part{
		{big.NewInt(1), 19},
		{big.NewInt(mostError), 23},
		{smudging, smudgingBits + 18},
	}, count)
}

func openingNoise() *big.Int {
	return new(big.Int).Rsh(extracted(openingParts(mostShares)[2]), 1)
}

func verifyOpening(c openingClaim) error {
	count := len(c.contributions)
	if count < 1 || count > mostShares || len(c.partials) != count {
		return errors.New("a proof covers a partial opening of each contribution")
	}
	if err := checkResidues(c.ciphertext, c.profile.moduli, "the result"); err != nil {
		return err
	}
	r := relation{kind: "opening", profile: c.profile, contextHash: c.contextHash}
	r.shared = [][]byte{c.ciphertext, c.seed}
	for k := range c.contributions {
		if len(c.contributions[k]) != keyModuli*degree*8 || len(c.partials[k]) != len(c.profile.moduli)*degree*8 {
			return fmt.Errorf("share %d has the wrong length", k)
		}
		r.each = append(r.each, [][]byte{c.contributions[k], c.partials[k]})
	}
	for i, p := range c.profile.moduli {
		c1 := scale(rowOf(c.ciphertext, len(c.profile.moduli)+i), 2, p)
		r.g = append(r.g, toValues(c1, p))
		r.h = append(r.h, fromSealForm(commonRow(c.seed, i, p)))
		var images [][2]poly
		for k := range c.contributions {
			b := fromValues(fromSealForm(bareRow(c.contributions[k], i)), p)
			d := bareRow(c.partials[k], i)
			for _, value := range append(append(poly{}, d...), bareRow(c.contributions[k], i)...) {
				if value >= p {
					return fmt.Errorf("share %d: a coefficient is not below its modulus", k)
				}
			}
			images = append(images, [2]poly{d, scale(b, p-1, p)})
		}
		r.images = append(r.images, images)
	}
	return r.check(c.proof, openingParts(count))
}

// a row of a file without a header
func bareRow(file []byte, row int) poly {
	out := make(poly, degree)
	for i := range out {
		out[i] = binary.LittleEndian.Uint64(file[8*(row*degree+i):])
	}
	return out
}

// the common polynomial a for one modulus, in SEAL's form
func commonRow(seed []byte, index int, p uint64) poly {
	out := poly{}
	mask := uint64(1)<<bits.Len64(p) - 1
	for block := byte(0); len(out) < degree; block++ {
		stream := sha3.NewSHAKE256()
		stream.Write([]byte("salus common polynomial v1"))
		stream.Write(seed)
		stream.Write([]byte{byte(index), block})
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
