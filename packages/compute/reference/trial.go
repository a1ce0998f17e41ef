package main

// The trial: an encryption of zeros that nobody chooses, opened before shares take effect.

func (r resharing) trialLabel(fingerprints []shareHash) string {
	return canonicalJSON([]any{r.profile.name, r.keyID, r.epoch, r.to.encoded(), pairsOf(fingerprints)})
}

func (p profile) trialCiphertext(key []byte, label string) ([]byte, error) {
	pair, err := p.readPublicKey(key)
	if err != nil {
		return nil, err
	}
	data := p.zeros(pair, label, "data", p.moduli)
	special := p.zeros(pair, label, "special", p.all())
	c0 := sumOf(p.moduli, data[0], p.dividedBySpecial(special[0]))
	c1 := sumOf(p.moduli, data[1], p.dividedBySpecial(special[1]))
	return bytesOf(p.ciphertextHeader(), c0, c1), nil
}

// zeros are b·u and a·u + e, in coefficient form.
func (p profile) zeros(key []rows, label, part string, moduli []uint64) [2]rows {
	derived := func(name string) rows {
		text := canonicalJSON([]any{"salus trial v2", p.name, part, name, label})
		return transformed(moduli, derivedTernary(text))
	}
	u, e := derived("u"), derived("e")
	return [2]rows{
		fromForms(moduli, multiplied(moduli, key[0], u)),
		fromForms(moduli, sumOf(moduli, multiplied(moduli, key[1], u), e)),
	}
}

// dividedBySpecial divides by the special modulus and rounds: (x - r)/P, r the remainder nearest to zero.
func (p profile) dividedBySpecial(x rows) rows {
	remainders := integersOf([]uint64{p.special}, x[len(p.moduli):])
	return combine(p.moduli, func(i int, modulus uint64) poly {
		inverse := powMod(p.special%modulus, modulus-2, modulus)
		rest := residues(remainders, modulus)
		out := make(poly, degree)
		for k := range out {
			out[k] = mulMod(subMod(x[i][k], rest[k], modulus), inverse, modulus)
		}
		return out
	})
}
