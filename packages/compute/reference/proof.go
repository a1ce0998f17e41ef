package main

import (
	"bytes"
	"crypto/sha256"
	"crypto/sha3"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"math/big"
)

// The verifier of docs/compute-proofs.md.

const (
	repetitions     = 10
	mostCiphertexts = 4
	mostError       = 21
	mostShares      = 32
)

type claim struct {
	profile     profile
	publicKey   []byte
	ciphertexts [][]byte
	contextHash []byte
	proof       []byte
}

// part of a response: what a witness holds at most, and the bits of a mask
type part struct {
	witness  *big.Int
	maskBits uint
}

// widths of a mask for a number of statements in one proof
func widened(parts []part, count int) []part {
	wider := uint(0)
	for 1<<wider < count {
		wider++
	}
	for i := range parts {
		parts[i].maskBits += wider
	}
	return parts
}

func encryptionParts(p profile, count int) []part {
	return widened([]part{
		{big.NewInt(1), 19},
		{big.NewInt(mostError), 23},
		{big.NewInt(mostError*p.t + (p.t+1)/2), 63},
	}, count)
}

// bitReader reads unsigned integers, least significant bit first.
type bitReader struct {
	bytes []byte
	at    uint
}

func (r *bitReader) next(width uint) *big.Int {
	value := new(big.Int)
	for i := uint(0); i < width; i++ {
		bit := r.bytes[r.at/8] >> (r.at % 8) & 1
		value.SetBit(value, int(i), uint(bit))
		r.at++
	}
	return value
}

var errLength = errors.New("the proof has the wrong length")

// response of one repetition: the integers of each part, and a message where slots are hidden
type response struct {
	parts   [][]*big.Int
	message poly
}

func (r relation) readResponses(proof []byte, parts []part) ([]response, error) {
	count := len(r.each)
	width := uint(0)
	for _, one := range parts {
		width += one.maskBits + 1
	}
	hidden := 0
	if r.masked {
		hidden = degree - r.shown
	}
	if len(proof) != 32+repetitions*(degree*int(width)/8+5*hidden) {
		return nil, errLength
	}
	reader := &bitReader{bytes: proof[32:]}
	responses := make([]response, repetitions)
	for j := range responses {
		for _, one := range parts {
			half := new(big.Int).Lsh(big.NewInt(1), one.maskBits)
			slack := new(big.Int).Mul(one.witness, big.NewInt(int64(count)))
			end := new(big.Int).Sub(half, slack)
			least := new(big.Int).Neg(end)
			coefficients := make([]*big.Int, degree)
			for i := range coefficients {
				z := reader.next(one.maskBits + 1)
				z.Sub(z, half)
				if z.Cmp(least) < 0 || z.Cmp(end) >= 0 {
					return nil, fmt.Errorf("a response of repetition %d is too long", j)
				}
				coefficients[i] = z
			}
			responses[j].parts = append(responses[j].parts, coefficients)
		}
		if !r.masked {
			continue
		}
		slots := make([]int64, degree)
		for i := r.shown; i < degree; i++ {
			slots[i] = reader.next(40).Int64()
			if slots[i] >= r.profile.t {
				return nil, errors.New("a slot is not below the plain modulus")
			}
		}
		responses[j].message = encode(slots, r.profile.t)
	}
	return responses, nil
}

func verifyEncryption(c claim) error {
	count := len(c.ciphertexts)
	if count < 1 || count > mostCiphertexts {
		return errors.New("a proof covers no such number of ciphertexts")
	}
	key, err := c.profile.readPublicKey(c.publicKey)
	if err != nil {
		return err
	}
	r := relation{kind: "encryption", profile: c.profile, contextHash: c.contextHash}
	r.shared = [][]byte{c.publicKey}
	var pairs [][]rows
	for i, each := range c.ciphertexts {
		pair, err := c.profile.readCiphertext(each, fmt.Sprintf("ciphertext %d", i))
		if err != nil {
			return err
		}
		pairs = append(pairs, pair)
		r.each = append(r.each, [][]byte{each})
	}
	t := uint64(c.profile.t)
	for i, p := range c.profile.moduli {
		r.g = append(r.g, scale(fromSealForm(key[0][i]), t, p))
		r.h = append(r.h, fromSealForm(key[1][i]))
		var images [][2]poly
		for _, pair := range pairs {
			images = append(images, [2]poly{scale(pair[0][i], t, p), pair[1][i]})
		}
		r.images = append(r.images, images)
	}
	return r.check(c.proof, encryptionParts(c.profile, count))
}

// relation is A(x, e, w) = (g·x + w, h·x + e) and what the proof says of it. A message m adds ⌊q/t⌋·m to the first.
type relation struct {
	kind        string
	profile     profile
	contextHash []byte
	shared      [][]byte
	each        [][][]byte
	// values of g and h, by modulus
	g, h []poly
	// by modulus and statement
	images [][][2]poly
	// whether a message is part of each witness, zero in the first slots
	masked bool
	shown  int
}

func (r relation) check(proof []byte, parts []part) error {
	responses, err := r.readResponses(proof, parts)
	if err != nil {
		return err
	}
	challenge := proof[:32]
	shifts := expandChallenges(r.kind, challenge, len(r.each))
	transcript := sha256.New()
	transcript.Write([]byte("salus " + r.kind + " proof v1\x00" + r.profile.name + "\x00"))
	transcript.Write(r.contextHash)
	writeHashes(transcript, r.shared)
	transcript.Write([]byte{byte(len(r.each))})
	for _, one := range r.each {
		writeHashes(transcript, one)
	}
	if r.masked {
		binary.Write(transcript, binary.LittleEndian, uint16(r.shown))
	}
	scale := new(big.Int).Div(r.profile.q(), big.NewInt(r.profile.t))
	for j, response := range responses {
		x, e, w := response.parts[0], response.parts[1], response.parts[2]
		for i, coefficient := range response.message {
			w[i] = new(big.Int).Add(w[i], new(big.Int).Mul(scale, new(big.Int).SetUint64(coefficient)))
		}
		for i, p := range r.profile.moduli {
			values := toValues(residues(x, p), p)
			first := add(fromValues(multiplyValues(values, r.g[i], p), p), residues(w, p), p)
			second := add(fromValues(multiplyValues(values, r.h[i], p), p), residues(e, p), p)
			for k, image := range r.images[i] {
				first = subtractShifted(first, image[0], shifts[j][k], p)
				second = subtractShifted(second, image[1], shifts[j][k], p)
			}
			binary.Write(transcript, binary.LittleEndian, first)
			binary.Write(transcript, binary.LittleEndian, second)
		}
	}
	if !bytes.Equal(transcript.Sum(nil), challenge) {
		return errors.New("the proof does not hold")
	}
	return nil
}

func writeHashes(into hash.Hash, all [][]byte) {
	for _, one := range all {
		sum := sha256.Sum256(one)
		into.Write(sum[:])
	}
}

func expandChallenges(kind string, challenge []byte, count int) [][]int {
	stream := sha3.NewSHAKE256()
	stream.Write([]byte("salus " + kind + " proof challenges v1"))
	stream.Write(challenge)
	shifts := make([][]int, repetitions)
	for j := range shifts {
		for k := 0; k < count; k++ {
			var two [2]byte
			stream.Read(two[:])
			shifts[j] = append(shifts[j], int(binary.LittleEndian.Uint16(two[:]))%(2*degree))
		}
	}
	return shifts
}

// extracted is what is proven of a part, for twice the statement.
func extracted(one part) *big.Int {
	return new(big.Int).Lsh(big.NewInt(2*degree), one.maskBits)
}

// provenNoise is the noise of twice a proven ciphertext at the most, for a number of shares.
func provenNoise(p profile, shares int64) *big.Int {
	parts := encryptionParts(p, mostCiphertexts)
	x, e, w := extracted(parts[0]), extracted(parts[1]), extracted(parts[2])
	total := x.Mul(x, big.NewInt(mostError)).Add(x, e)
	total.Mul(total, big.NewInt(degree*shares))
	w.Div(w, big.NewInt(p.t))
	return total.Add(total, w).Add(total, big.NewInt(1))
}
