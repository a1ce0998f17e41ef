package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
)

// The vectors of docs/compute-threshold.md: what any implementation gives from the same inputs.

func makeVectors() ([]byte, error) {
	all := vectors{
		Contexts:        contextVectors(),
		OpeningContexts: openingContextVectors(),
		Committees:      committeeVectors(),
	}
	for _, name := range []string{"bfv-8192-sum-v1", "bfv-8192-proven-v1"} {
		one, err := makeProfileVector(profiles[name])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all.Profiles = append(all.Profiles, one)
	}
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	err := encoder.Encode(all)
	return out.Bytes(), err
}

// names that a careless JSON writer, or a careless look-up, gets wrong
var vectorCommittee = committee{2, []string{"Zürich \"Süd\" <MSP> & Co", "__proto__", "Tab\t\\\u2028MSP"}}
var laterCommittee = committee{3, []string{"A", "__proto__", "constructor", "Ω", "\U0001f3e5"}}

const vectorKeyID = "vectors <1>"

// slots that recipients get of the sum
const vectorShown = 5

func makeProfileVector(p profile) (profileVector, error) {
	k := about{p, vectorKeyID, 0}
	out := profileVector{
		Profile:          p.name,
		CiphertextHeader: hex.EncodeToString(p.ciphertextHeader()),
		PublicKeyHeader:  hex.EncodeToString(p.publicKeyHeader()),
	}
	shares, fingerprints, key, err := out.dealKey(k)
	if err != nil {
		return out, err
	}
	ceremony := resharing{k, vectorCommittee}
	if out.Trial, err = tryOut(ceremony, key, shares, fingerprints); err != nil {
		return out, err
	}
	first, err := encryptInput(p, key, "first", []int64{1250, 0, -7, 1<<32 - 1, -(1<<32 - 1), 65_535})
	if err != nil {
		return out, err
	}
	every, err := encryptInput(p, key, "every", inputSlots())
	if err != nil {
		return out, err
	}
	sum, err := p.sumOfCiphertexts(first, every)
	if err != nil {
		return out, err
	}
	out.Ciphertexts = []string{hashOf(first), hashOf(every)}
	if out.Opening, err = open(k, shares, sum, vectorShown); err != nil {
		return out, err
	}
	if out.Refused, err = refusedOpenings(k, shares, sum, first); err != nil {
		return out, err
	}
	noise := smudging(shares[0].smudgingKey, k.smudgingContext("s0", sum), p.smudgingBits)
	texts := make([]string, degree)
	for i, one := range noise {
		texts[i] = one.String()
	}
	out.Smudging = smudgingVector{texts[0], texts[degree-1], hashOf([]byte(strings.Join(texts, " ")))}
	out.Resharing, err = reshare(k, shares, key, sum)
	return out, err
}

func (out *profileVector) dealKey(k about) ([]share, []shareHash, []byte, error) {
	p := k.profile
	seed := inputSeed(p, "seed")
	out.Key = keyVector{
		KeyID:     k.keyID,
		Committee: vectorCommittee,
		Seed:      hex.EncodeToString(seed),
		Common:    hashOf(bytesOf(nil, uniformRows(commonDomain, seed, p.all()))),
	}
	var shares []share
	var contributions []rows
	var fingerprints []shareHash
	committed := map[string][]shareHash{}
	for _, set := range vectorCommittee.holderSets() {
		id := set.ShareID
		secret := inputSecret(p, id)
		file := packageOf(secret, inputSeed(p, "smudging key", id))
		b := contribution(p, seed, secret, inputError(p, id))
		one, err := accept(p, seed, id, b, file)
		if err != nil {
			return nil, nil, nil, err
		}
		hash := hashOf(bytesOf(nil, b))
		shares, contributions = append(shares, one), append(contributions, b)
		committed[set.Dealer] = append(committed[set.Dealer], shareHash{id, hash})
		fingerprints = append(fingerprints, shareHash{id, k.fingerprint(one)})
		out.Key.Shares = append(out.Key.Shares, shareVector{id, hashOf(file), hash, k.fingerprint(one)})
	}
	for _, member := range vectorCommittee.Members {
		hash := k.commitment(member, seed, committed[member])
		out.Key.Commitments = append(out.Key.Commitments, commitment{member, hash})
	}
	key := publicKey(p, seed, contributions)
	out.Key.PublicKey = hashOf(key)
	out.Key.Secret = hashOf(bytesOf(nil, secretOf(p, shares)))
	out.Key.Acceptance = acceptanceChecks(p, seed)
	return shares, fingerprints, key, nil
}

// Whether contributions with an error at its bound, beyond it, or under one modulus only, are accepted.
func acceptanceChecks(p profile, seed []byte) []acceptanceCheck {
	checks := []acceptanceCheck{{0, 21, true}, {0, -21, true}, {0, 22, true}, {0, -22, true}, {1, 0, true}}
	for i := range checks {
		secret, mistake := inputSecret(p, "s0"), inputError(p, "s0")
		mistake[0] = big.NewInt(checks[i].Error)
		b := contribution(p, seed, secret, mistake)
		last := b[len(b)-1]
		last[0] = addMod(last[0], checks[i].AddedToSpecial, p.special)
		_, err := accept(p, seed, "s0", b, packageOf(secret, inputSeed(p, "smudging key", "s0")))
		checks[i].Accepted = err == nil
	}
	return checks
}

func encryptInput(p profile, key []byte, name string, slots []int64) ([]byte, error) {
	stream := &inputStream{profile: p, name: name}
	u, e0, e1 := stream.ternary(), stream.mistakes(), stream.mistakes()
	return p.encryptWith(key, slots, u, e0, e1)
}
