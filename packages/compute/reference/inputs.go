package main

import (
	"crypto/sha256"
	"math/big"
)

// Inputs of the vectors. Nothing is secret here: both implementations derive them from texts.

func inputText(p profile, more ...any) []byte {
	return []byte(canonicalJSON(append([]any{"salus vectors v1", p.name}, more...)))
}

func inputSeed(p profile, more ...any) []byte {
	sum := sha256.Sum256(inputText(p, more...))
	return sum[:]
}

func inputSecret(p profile, shareID string) []*big.Int {
	return derivedTernary(string(inputText(p, "secret", shareID)))
}

// errors from -21 to 21, a byte each
func inputError(p profile, shareID string) []*big.Int {
	drawn := make([]byte, degree)
	shake(inputText(p, "error", shareID)).Read(drawn)
	out := make([]*big.Int, degree)
	for i, one := range drawn {
		out[i] = big.NewInt(int64(one%43) - mostError)
	}
	return out
}

// inputStream stands for randomness: each draw is a hash of its own.
type inputStream struct {
	profile profile
	name    string
	draws   int
}

func (s *inputStream) draw(length int) []byte {
	drawn := make([]byte, length)
	shake(inputText(s.profile, "randomness", s.name, s.draws)).Read(drawn)
	s.draws++
	return drawn
}

// ternary draws N bytes at a time, as the engine's sampler does.
func (s *inputStream) ternary() []*big.Int {
	out := []*big.Int{}
	for len(out) < degree {
		out = appendTernary(out, s.draw(8192))
	}
	return out
}

// mistakes are 21 coins less 21 coins: the low bits of two words.
func (s *inputStream) mistakes() []*big.Int {
	return coinsOf(s.draw(8 * degree))
}

// a value in every slot, from -(2^32 - 1) to 2^32 - 1
func inputSlots() []int64 {
	slots := make([]int64, degree)
	for i := range slots {
		slots[i] = int64(i)*829_348_951%(1<<33-1) - (1<<32 - 1)
	}
	return slots
}
