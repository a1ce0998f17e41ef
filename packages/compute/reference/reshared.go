package main

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/bits"
)

// Contributions of shares that a resharing made: (s + a·e, h·e + e'), over the data moduli in NTT form.

const (
	shareMaskDomain = "salus share mask polynomial v1"
	sharePinDomain  = "salus share pin polynomial v1"
)

// epochSeed is what a later epoch's polynomials a and h are expanded from.
func epochSeed(seed []byte, epoch int) []byte {
	sum := sha256.Sum256(append([]byte(canonicalJSON([]any{"salus share contribution v1", epoch})), seed...))
	return sum[:]
}

func epochPolynomials(p profile, seed []byte, epoch int) (a, h rows) {
	own := epochSeed(seed, epoch)
	return uniformRows(shareMaskDomain, own, p.moduli), uniformRows(sharePinDomain, own, p.moduli)
}

// shareError is error number 0 or 1 of a share's contribution: 21 coins less 21 coins.
func (k about) shareError(one share, place int) []*big.Int {
	text := canonicalJSON([]any{"salus share error v1", k.profile.name, k.keyID, k.epoch, one.shareID, place})
	drawn := make([]byte, 8*degree)
	shake(hmacOf(one.smudgingKey, text)).Read(drawn)
	return coinsOf(drawn)
}

// resharedContribution is public of a share that a resharing made.
func (k about) resharedContribution(seed []byte, one share) [2]rows {
	p := k.profile
	a, h := epochPolynomials(p, seed, k.epoch)
	e := transformed(p.moduli, k.shareError(one, 0))
	other := transformed(p.moduli, k.shareError(one, 1))
	return [2]rows{
		sumOf(p.moduli, one.secret, multiplied(p.moduli, a, e)),
		sumOf(p.moduli, multiplied(p.moduli, h, e), other),
	}
}

// coinsOf takes 21 coins less 21 coins: the low bits of two words for each coefficient.
func coinsOf(drawn []byte) []*big.Int {
	const coins = 1<<mostError - 1
	out := make([]*big.Int, degree)
	for i := range out {
		one := binary.LittleEndian.Uint32(drawn[8*i:]) & coins
		other := binary.LittleEndian.Uint32(drawn[8*i+4:]) & coins
		out[i] = big.NewInt(int64(bits.OnesCount32(one) - bits.OnesCount32(other)))
	}
	return out
}
