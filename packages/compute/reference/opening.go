package main

import (
	"errors"
	"fmt"
	"math/big"
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

func openingParts(p profile, count int) []part {
	most := new(big.Int).Lsh(big.NewInt(1), p.smudgingBits)
	return widened([]part{
		{big.NewInt(1), 19},
		{big.NewInt(mostError), 23},
		{most, p.smudgingBits + 18},
	}, count)
}

func openingNoise(p profile) *big.Int {
	return new(big.Int).Rsh(extracted(openingParts(p, mostShares)[2]), 1)
}

func verifyOpening(c openingClaim) error {
	count := len(c.contributions)
	if count < 1 || count > mostShares || len(c.partials) != count {
		return errors.New("a proof covers a partial opening of each contribution")
	}
	p := c.profile
	pair, err := p.readCiphertext(c.ciphertext, "the result")
	if err != nil {
		return err
	}
	r := relation{kind: "opening", profile: p, contextHash: c.contextHash}
	r.shared = [][]byte{c.ciphertext, c.seed}
	var contributions, partials []rows
	for k := range c.contributions {
		b, err := p.readContribution(c.contributions[k], fmt.Sprintf("contribution %d", k))
		if err != nil {
			return err
		}
		d, err := p.readData(c.partials[k], fmt.Sprintf("partial opening %d", k))
		if err != nil {
			return err
		}
		contributions, partials = append(contributions, b), append(partials, d)
		r.each = append(r.each, [][]byte{c.contributions[k], c.partials[k]})
	}
	a := uniformRows(commonDomain, c.seed, p.moduli)
	for i, modulus := range p.moduli {
		r.g = append(r.g, toValues(scale(pair[1][i], 2, modulus), modulus))
		r.h = append(r.h, fromSealForm(a[i]))
		var images [][2]poly
		for k := range contributions {
			b := fromForm(contributions[k][i], modulus)
			images = append(images, [2]poly{partials[k][i], scale(b, modulus-1, modulus)})
		}
		r.images = append(r.images, images)
	}
	return r.check(c.proof, openingParts(p, count))
}
