package main

import (
	"errors"
	"math/big"
)

// partialOpening is d = c1·s + smudging + ⌊q/t⌋·mask, in coefficient form; c1 of twice the result where that is opened.
// The mask hides all slots but the first ones, which are shown.
func (k about) partialOpening(one share, ciphertext []byte, shown int) (rows, error) {
	p := k.profile
	pair, err := p.readCiphertext(ciphertext, "the ciphertext")
	if err != nil {
		return nil, err
	}
	c1 := toForms(p.moduli, scaled(p.moduli, pair[1], p.factor()))
	product := fromForms(p.moduli, multiplied(p.moduli, c1, one.secret))
	noise := smudging(one.smudgingKey, k.smudgingContext(one.shareID, ciphertext), p.smudgingBits)
	scale := new(big.Int).Div(p.q(), big.NewInt(p.t))
	for i, coefficient := range k.slotMask(one, ciphertext, shown) {
		noise[i].Add(noise[i], new(big.Int).Mul(scale, new(big.Int).SetUint64(coefficient)))
	}
	return combine(p.moduli, func(i int, modulus uint64) poly {
		return add(product[i], residues(noise, modulus), modulus)
	}), nil
}

// slotMask is a message: the first slots are zero, the others uniform.
func (k about) slotMask(one share, ciphertext []byte, shown int) poly {
	p := k.profile
	context := []any{p.name, k.keyID, k.epoch, one.shareID, hashOf(ciphertext), shown}
	drawn := uniformRow(maskDomain, hmacOf(one.smudgingKey, canonicalJSON(context)), 0, uint64(p.t))
	slots := make([]int64, degree)
	for i := shown; i < degree; i++ {
		slots[i] = int64(drawn[i])
	}
	return encode(slots, p.t)
}

func (k about) smudgingContext(shareID string, ciphertext []byte) []any {
	return []any{"salus smudging v2", k.profile.name, k.keyID, k.epoch, shareID, hashOf(ciphertext)}
}

// opening is what partial openings, one of each share, or a secret open.
type opening struct {
	slots  []int64
	budget int
}

var errNoise = errors.New("the partial openings open nothing but noise")

// combineOpening adds partial openings to c0.
func (p profile) combineOpening(ciphertext []byte, partials []rows) (opening, error) {
	pair, err := p.readCiphertext(ciphertext, "the ciphertext")
	if err != nil {
		return opening{}, err
	}
	c0 := scaled(p.moduli, pair[0], p.factor())
	// Twice the sum where partial openings may be proven: a proof is about twice a partial opening.
	sum := scaled(p.moduli, sumOf(p.moduli, append(partials, c0)...), p.factor())
	message, budget := p.opened(sum)
	if budget < p.openedBudget {
		return opening{}, errNoise
	}
	slots := decode(message, p.t)
	if p.factor() == 2 {
		slots = halved(halved(slots, p.t), p.t)
	}
	return opening{slots, budget}, nil
}

// decrypt is what nobody but a test does: it opens under the sum of all shares.
func (p profile) decrypt(ciphertext []byte, secret rows) (opening, error) {
	pair, err := p.readCiphertext(ciphertext, "the ciphertext")
	if err != nil {
		return opening{}, err
	}
	product := multiplied(p.moduli, toForms(p.moduli, pair[1]), secret)
	message, budget := p.opened(sumOf(p.moduli, pair[0], fromForms(p.moduli, product)))
	return opening{decode(message, p.t), budget}, nil
}

func secretOf(p profile, shares []share) rows {
	secrets := make([]rows, len(shares))
	for i, one := range shares {
		secrets[i] = one.secret
	}
	return sumOf(p.moduli, secrets...)
}

// encryptWith makes c0 = b·u + e0 + q·m/t and c1 = a·u + e1 over the data moduli.
func (p profile) encryptWith(key []byte, slots []int64, u, e0, e1 []*big.Int) ([]byte, error) {
	pair, err := p.readPublicKey(key)
	if err != nil {
		return nil, err
	}
	product := func(factor rows) rows {
		return fromForms(p.moduli, multiplied(p.moduli, factor, transformed(p.moduli, u)))
	}
	small := func(integers []*big.Int) rows {
		return combine(p.moduli, func(_ int, modulus uint64) poly { return residues(integers, modulus) })
	}
	c0 := sumOf(p.moduli, product(pair[0]), small(e0), p.scaledMessage(encode(slots, p.t)))
	c1 := sumOf(p.moduli, product(pair[1]), small(e1))
	return bytesOf(p.ciphertextHeader(), c0, c1), nil
}

// sumOfCiphertexts is what the program sum.v1 computes.
func (p profile) sumOfCiphertexts(ciphertexts ...[]byte) ([]byte, error) {
	var first, second []rows
	for _, one := range ciphertexts {
		pair, err := p.readCiphertext(one, "an input")
		if err != nil {
			return nil, err
		}
		first, second = append(first, pair[0]), append(second, pair[1])
	}
	return bytesOf(p.ciphertextHeader(), sumOf(p.moduli, first...), sumOf(p.moduli, second...)), nil
}
