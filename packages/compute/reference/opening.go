package main

import (
	"errors"
	"fmt"
	"math/big"
)

// Proofs of partial openings: d = c1·s + f + ⌊q/t⌋·r and -b = a·s + e, c1 of twice the result. The message r is zero in
// the slots that are shown.

type openingClaim struct {
	profile       profile
	ciphertext    []byte
	seed          []byte
	contributions [][]byte
	partials      [][]byte
	shown         int
	contextHash   []byte
	proof         []byte
}

func openingParts(p profile, count int) []part {
	most := new(big.Int).Lsh(big.NewInt(1), p.smudgingBits)
	most.Add(most, big.NewInt(p.t))
	return widened([]part{
		{big.NewInt(1), 21},
		{big.NewInt(mostError), 25},
		{most, p.smudgingBits + 17},
	}, count)
}

// openingNoise is the noise of twice a proven partial opening at most.
func openingNoise(p profile) *big.Int {
	messages := new(big.Int).Mul(big.NewInt(degree+1), big.NewInt(p.t))
	return messages.Add(messages, extracted(openingParts(p, mostShares)[2]))
}

func verifyOpening(c openingClaim) error {
	count := len(c.contributions)
	if count < 1 || count > mostShares || len(c.partials) != count {
		return errors.New("a proof covers a partial opening of each contribution")
	}
	if c.shown < 0 || c.shown > degree {
		return errors.New("an opening shows no such number of slots")
	}
	p := c.profile
	pair, err := p.readCiphertext(c.ciphertext, "the result")
	if err != nil {
		return err
	}
	r := relation{kind: "opening", profile: p, contextHash: c.contextHash, masked: true, shown: c.shown}
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
