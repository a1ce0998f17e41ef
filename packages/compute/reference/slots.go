package main

import "math/big"

// Slots of a message polynomial, as SEAL's batch encoder numbers them: slot i < N/2 is the value at
// psi^(3^i), and slot N/2 + i is the value at psi^(-3^i), psi the least root of order 2N modulo t.

// exponents of psi, slot by slot
func slotExponents() []int {
	const order = 2 * degree
	exponents := make([]int, degree)
	power := 1
	for i := 0; i < degree/2; i++ {
		exponents[i], exponents[degree/2+i] = power, order-power
		power = power * 3 % order
	}
	return exponents
}

// encode gives the message polynomial of slots, with coefficients from 0 to t - 1.
func encode(slots []int64, t int64) poly {
	values := make(poly, degree)
	exponents := slotExponents()
	for slot, value := range slots {
		if value < 0 {
			value += t
		}
		// toValues holds the value at psi^(2i + 1) at i.
		values[exponents[slot]/2] = uint64(value)
	}
	return fromValues(values, uint64(t))
}

// decode gives the slots of a message polynomial, nearest to zero.
func decode(message poly, t int64) []int64 {
	values := toValues(message, uint64(t))
	slots := make([]int64, degree)
	for slot, exponent := range slotExponents() {
		slots[slot] = int64(values[exponent/2])
		if slots[slot] > t/2 {
			slots[slot] -= t
		}
	}
	return slots
}

// halved halves slots modulo t, which is odd.
func halved(slots []int64, t int64) []int64 {
	out := make([]int64, len(slots))
	for i, slot := range slots {
		if slot%2 != 0 {
			if slot > 0 {
				slot -= t
			} else {
				slot += t
			}
		}
		out[i] = slot / 2
	}
	return out
}

// scaledMessage is q·m/t, rounded: the multiple of a message that a ciphertext holds.
func (p profile) scaledMessage(message poly) rows {
	q, t := p.q(), big.NewInt(p.t)
	half := big.NewInt((p.t + 1) / 2)
	out := make([]*big.Int, degree)
	for i, coefficient := range message {
		value := new(big.Int).SetUint64(coefficient)
		value.Mul(value, q).Add(value, half)
		out[i] = value.Div(value, t)
	}
	return combine(p.moduli, func(_ int, modulus uint64) poly { return residues(out, modulus) })
}

// opened rounds t·x/q to the message, and tells how many bits of noise budget are left, as SEAL does.
func (p profile) opened(x rows) (message poly, budget int) {
	q, t := p.q(), big.NewInt(p.t)
	half := new(big.Int).Rsh(q, 1)
	message = make(poly, degree)
	rests := make([]*big.Int, degree)
	for i, value := range integersOf(p.moduli, x) {
		value.Mul(value, t)
		nearest := new(big.Int).Add(value, half)
		nearest.Div(nearest, q)
		rests[i] = value.Sub(value, new(big.Int).Mul(nearest, q))
		message[i] = nearest.Mod(nearest, t).Uint64()
	}
	return message, max(0, q.BitLen()-greatest(rests).BitLen()-1)
}
