package main

import "math/big"

// Parameters, as docs/compute.md lists them.

const keyModuli = 5

type profile struct {
	name    string
	moduli  []uint64 // without the special one
	special uint64
	t       int64
	// whether ciphertexts come with proofs: then twice a result is opened
	proven       bool
	smudgingBits uint
	// bits of the noise budget that an opening leaves at the least
	openedBudget int
}

var profiles = map[string]profile{
	"bfv-8192-sum-v1": {
		name:         "bfv-8192-sum-v1",
		moduli:       []uint64{0x7fffffd8001, 0x7fffffc8001, 0xfffffffc001, 0xffffff6c001},
		special:      0xfffffebc001,
		t:            1099511480321,
		smudgingBits: 100,
		openedBudget: 27,
	},
	"bfv-8192-proven-v1": {
		name:         "bfv-8192-proven-v1",
		moduli:       []uint64{0x3ffffffffc001, 0x3fffffffcc001, 0x3ffffffef4001, 0x3ffffffe94001},
		special:      0x24001,
		t:            1099511480321,
		proven:       true,
		smudgingBits: 117,
		openedBudget: 35,
	},
}

// all moduli, which contributions and public keys carry
func (p profile) all() []uint64 { return append(append([]uint64{}, p.moduli...), p.special) }

// product of the data moduli
func (p profile) q() *big.Int {
	q := big.NewInt(1)
	for _, modulus := range p.moduli {
		q.Mul(q, new(big.Int).SetUint64(modulus))
	}
	return q
}

// what an opening is of: the result, or twice the result
func (p profile) factor() uint64 {
	if p.proven {
		return 2
	}
	return 1
}
