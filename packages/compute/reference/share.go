package main

import (
	"errors"
	"fmt"
	"math/big"
)

// Shares of a key: contributions, packages, fingerprints.

// about says which key, in which epoch, hashed texts are of.
type about struct {
	profile profile
	keyID   string
	epoch   int
}

type share struct {
	shareID string
	// in NTT form over the data moduli
	secret      rows
	smudgingKey []byte
}

const packedLength = degree / 4

// contribution is b = -a·s - e over all moduli, in NTT form.
func contribution(p profile, seed []byte, secret, mistake []*big.Int) rows {
	moduli := p.all()
	a := uniformRows(commonDomain, seed, moduli)
	product := multiplied(moduli, a, transformed(moduli, secret))
	return negated(moduli, sumOf(moduli, product, transformed(moduli, mistake)))
}

// packageOf writes coefficients four to a byte, lowest bits first, -1 as 2; then the smudging key.
func packageOf(secret []*big.Int, smudgingKey []byte) []byte {
	out := make([]byte, packedLength)
	for i, coefficient := range secret {
		digit := (coefficient.Int64() + 3) % 3
		out[i/4] |= byte(digit) << (2 * (i % 4))
	}
	return append(out, smudgingKey...)
}

func readPackage(file []byte) (secret []*big.Int, smudgingKey []byte, err error) {
	if len(file) != packedLength+32 {
		return nil, nil, errors.New("the package has the wrong length")
	}
	for i := 0; i < degree; i++ {
		digit := int64(file[i/4] >> (2 * (i % 4)) & 3)
		if digit == 3 {
			return nil, nil, errors.New("the secret is not ternary")
		}
		if digit == 2 {
			digit = -1
		}
		secret = append(secret, big.NewInt(digit))
	}
	return secret, file[packedLength:], nil
}

// accept takes a share out of its package if -b - a·s is an error of SEAL's size, modulo all moduli.
func accept(p profile, seed []byte, shareID string, b rows, file []byte) (share, error) {
	secret, smudgingKey, err := readPackage(file)
	if err != nil {
		return share{}, err
	}
	moduli := p.all()
	s := transformed(moduli, secret)
	a := uniformRows(commonDomain, seed, moduli)
	mistake := fromForms(moduli, negated(moduli, sumOf(moduli, b, multiplied(moduli, a, s))))
	if greatest(integersOf(moduli, mistake)).Cmp(big.NewInt(mostError)) > 0 {
		return share{}, fmt.Errorf("the share %s is not the contribution's", shareID)
	}
	return share{shareID, s[:len(p.moduli)], smudgingKey}, nil
}

// publicKey is (the sum of the contributions, a), as SEAL writes it.
func publicKey(p profile, seed []byte, contributions []rows) []byte {
	b := sumOf(p.all(), contributions...)
	return bytesOf(p.publicKeyHeader(), b, uniformRows(commonDomain, seed, p.all()))
}

func (k about) fingerprint(one share) string {
	text := canonicalJSON([]any{"salus share v1", k.profile.name, k.keyID, k.epoch, one.shareID})
	return hashOf([]byte(text), one.smudgingKey, bytesOf(nil, one.secret))
}

func (k about) commitment(member string, seed []byte, contributions []shareHash) string {
	list := []any{"salus key dealing v1", k.profile.name, k.keyID, k.epoch, member, pairsOf(contributions)}
	return hashOf([]byte(canonicalJSON(list)), seed)
}
