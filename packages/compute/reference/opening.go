package main

import (
	"errors"
	"fmt"
	"math/big"
)

// Proofs of partial openings: d = c1·s + f + ⌊q/t⌋·r, c1 of twice the result. The message r is zero in the slots that
// are shown. In the first epoch -b = a·s + e. Later u = s + a·e and v = h·e + e', so d - c1·u = -c1·a·e + f + ⌊q/t⌋·r.

type openingClaim struct {
	profile       profile
	ciphertext    []byte
	seed          []byte
	epoch         int
	contributions [][]byte
	partials      [][]byte
	shown         int
	contextHash   []byte
	proof         []byte
}

func openingParts(p profile, count, epoch int) []part {
	hidden := part{big.NewInt(1), 21}
	if epoch > 0 {
		hidden = part{big.NewInt(mostError), 25}
	}
	most := new(big.Int).Lsh(big.NewInt(1), p.smudgingBits)
	most.Add(most, big.NewInt(p.t))
	return widened([]part{
		hidden,
		{big.NewInt(mostError), 25},
		{most, p.smudgingBits + 17},
	}, count)
}

// openingNoise is the noise of twice a proven partial opening at most.
func openingNoise(p profile) *big.Int {
	messages := new(big.Int).Mul(big.NewInt(degree+1), big.NewInt(p.t))
	return messages.Add(messages, extracted(openingParts(p, mostShares, 0)[2]))
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
	var partials []rows
	for k := range c.contributions {
		d, err := p.readData(c.partials[k], fmt.Sprintf("partial opening %d", k))
		if err != nil {
			return err
		}
		partials = append(partials, d)
		r.each = append(r.each, [][]byte{c.contributions[k], c.partials[k]})
	}
	c1 := transformedRows(p.moduli, scaled(p.moduli, pair[1], 2))
	set := r.setFirst
	if c.epoch > 0 {
		set = r.setLater
	}
	if err := set(c, c1, partials); err != nil {
		return err
	}
	return r.check(c.proof, openingParts(p, count, c.epoch))
}

// setFirst sets the map and its images by contributions to the key.
func (r *relation) setFirst(c openingClaim, c1 rows, partials []rows) error {
	p := c.profile
	r.shared = [][]byte{c.ciphertext, c.seed}
	r.setFactors(c1, uniformRows(commonDomain, c.seed, p.moduli))
	r.images = make([][][2]poly, len(p.moduli))
	for k, d := range partials {
		b, err := p.readContribution(c.contributions[k], fmt.Sprintf("contribution %d", k))
		if err != nil {
			return err
		}
		for i, modulus := range p.moduli {
			image := scale(fromForm(b[i], modulus), modulus-1, modulus)
			r.images[i] = append(r.images[i], [2]poly{d[i], image})
		}
	}
	return nil
}

// setLater does the same by contributions of shares that a resharing made.
func (r *relation) setLater(c openingClaim, c1 rows, partials []rows) error {
	p := c.profile
	r.kind = "reshared opening"
	r.shared = [][]byte{c.ciphertext, epochSeed(c.seed, c.epoch)}
	a, h := epochPolynomials(p, c.seed, c.epoch)
	r.setFactors(negated(p.moduli, multiplied(p.moduli, c1, a)), h)
	r.images = make([][][2]poly, len(p.moduli))
	for k, d := range partials {
		both, err := readRows(c.contributions[k], nil, p.moduli, 2, fmt.Sprintf("contribution %d", k))
		if err != nil {
			return err
		}
		hidden := multiplied(p.moduli, c1, both[0])
		for i, modulus := range p.moduli {
			image := add(d[i], scale(fromForm(hidden[i], modulus), modulus-1, modulus), modulus)
			r.images[i] = append(r.images[i], [2]poly{image, fromForm(both[1][i], modulus)})
		}
	}
	return nil
}

// setFactors takes g and h in SEAL's NTT form.
func (r *relation) setFactors(g, h rows) {
	for i := range g {
		r.g = append(r.g, fromSealForm(g[i]))
		r.h = append(r.h, fromSealForm(h[i]))
	}
}
