package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
)

// The vectors of docs/compute-threshold.md: what any implementation gives from the same inputs.

type vectors struct {
	Contexts   []contextVector   `json:"contexts"`
	Committees []committeeVector `json:"committees"`
	Profiles   []profileVector   `json:"profiles"`
}

type contextVector struct {
	Use  map[string]any `json:"use"`
	Hash string         `json:"hash"`
}

type committeeVector struct {
	Threshold int `json:"threshold"`
	Members   int `json:"members"`
	// the places of the holders, and of the dealer
	Sets []string `json:"sets"`
}

type profileVector struct {
	Profile          string         `json:"profile"`
	CiphertextHeader string         `json:"ciphertextHeader"`
	PublicKeyHeader  string         `json:"publicKeyHeader"`
	Key              keyVector      `json:"key"`
	Trial            openingVector  `json:"trial"`
	Ciphertexts      []string       `json:"ciphertexts"`
	Opening          openingVector  `json:"opening"`
	Refused          []string       `json:"refusedOpenings"`
	Resharing        reshareVector  `json:"resharing"`
	Smudging         smudgingVector `json:"smudging"`
}

type keyVector struct {
	KeyID       string            `json:"keyId"`
	Committee   committee         `json:"committee"`
	Seed        string            `json:"seed"`
	Common      string            `json:"commonPolynomial"`
	Shares      []shareVector     `json:"shares"`
	Commitments []commitment      `json:"commitments"`
	PublicKey   string            `json:"publicKey"`
	Secret      string            `json:"secret"`
	Acceptance  []acceptanceCheck `json:"acceptance"`
}

type shareVector struct {
	ShareID      string `json:"shareId"`
	Package      string `json:"package"`
	Contribution string `json:"contribution"`
	Fingerprint  string `json:"fingerprint"`
}

type commitment struct {
	Member string `json:"member"`
	Hash   string `json:"hash"`
}

type acceptanceCheck struct {
	// added to the contribution's word 0 modulo the special modulus
	AddedToSpecial uint64 `json:"addedToSpecial"`
	// the error's coefficient 0
	Error    int64 `json:"error"`
	Accepted bool  `json:"accepted"`
}

type openingVector struct {
	Label      string   `json:"label,omitempty"`
	Ciphertext string   `json:"ciphertext"`
	Partials   []string `json:"partials"`
	FirstSlots []int64  `json:"firstSlots"`
	Slots      string   `json:"slots"`
}

type reshareVector struct {
	Epoch    int           `json:"epoch"`
	To       committee     `json:"to"`
	Dealt    []string      `json:"dealt"`
	Accepted []string      `json:"accepted"`
	Secret   string        `json:"secret"`
	Trial    openingVector `json:"trial"`
	Opening  openingVector `json:"opening"`
}

type smudgingVector struct {
	First string `json:"first"`
	Last  string `json:"last"`
	Hash  string `json:"hash"`
}

func makeVectors() ([]byte, error) {
	all := vectors{Contexts: contextVectors(), Committees: committeeVectors()}
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

func contextVectors() []contextVector {
	use := func(change map[string]any) contextVector {
		made := map[string]any{
			"channel": "edge-east", "chaincode": "claims", "keyId": "claims-2026",
			"publicKeyHash": strings.Repeat("ab", 32), "epoch": 2, "purpose": "claims",
			"measure": "claim-1", "period": "once", "slots": 5,
			"range":  map[string]any{"least": 0, "most": 1<<32 - 1},
			"sender": map[string]any{"mspId": "CityHospitalMSP", "id": strings.Repeat("cd", 32)},
		}
		for name, value := range change {
			made[name] = value
		}
		hashed := map[string]any{"domain": "salus ciphertext use v1"}
		for name, value := range made {
			hashed[name] = value
		}
		return contextVector{made, hashOf([]byte(canonicalJSON(hashed)))}
	}
	return []contextVector{
		use(map[string]any{"subject": "claim-1"}),
		use(map[string]any{
			"subject": "étude \"\u2028\" <1> & \\ \U0001f3e5\t\u0001",
			"range":   map[string]any{"least": -(1<<32 - 1), "most": 1<<32 - 1},
			"sender":  map[string]any{"mspId": "__proto__", "id": strings.Repeat("00", 32)},
		}),
		use(nil),
	}
}

func committeeVectors() []committeeVector {
	var all []committeeVector
	for _, size := range [][2]int{{2, 3}, {2, 4}, {3, 5}, {2, 7}, {4, 7}} {
		one := committeeVector{Threshold: size[0], Members: size[1]}
		members := strings.Split("0123456"[:size[1]], "")
		for _, set := range (committee{size[0], members}).holderSets() {
			one.Sets = append(one.Sets, strings.Join(set.Holders, " ")+", dealt by "+set.Dealer)
		}
		all = append(all, one)
	}
	return all
}

// names that a careless JSON writer, or a careless look-up, gets wrong
var vectorCommittee = committee{2, []string{"Zürich \"Süd\" <MSP> & Co", "__proto__", "Tab\t\\\u2028MSP"}}
var laterCommittee = committee{3, []string{"A", "__proto__", "constructor", "Ω", "\U0001f3e5"}}

const vectorKeyID = "vectors <1>"

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
	if out.Opening, err = open(k, shares, sum); err != nil {
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

func (out *profileVector) dealKey(k about) ([]share, []named[string], []byte, error) {
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
	var fingerprints []named[string]
	committed := map[string][]named[string]{}
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
		committed[set.Dealer] = append(committed[set.Dealer], named[string]{id, hash})
		fingerprints = append(fingerprints, named[string]{id, k.fingerprint(one)})
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

// tryOut opens the trial of new shares.
func tryOut(r resharing, key []byte, shares []share, fingerprints []named[string]) (openingVector, error) {
	label := r.trialLabel(fingerprints)
	ciphertext, err := r.profile.trialCiphertext(key, label)
	if err != nil {
		return openingVector{}, err
	}
	out, err := open(r.about, shares, ciphertext)
	out.Label = label
	if err == nil && slices.ContainsFunc(out.FirstSlots, func(slot int64) bool { return slot != 0 }) {
		err = errors.New("the trial does not open to zeros")
	}
	return out, err
}

// open opens by partial openings, and holds the slots against what the sum of all shares decrypts.
func open(k about, shares []share, ciphertext []byte) (openingVector, error) {
	out := openingVector{Ciphertext: hashOf(ciphertext)}
	partials, err := partialsOf(k, shares, ciphertext)
	if err != nil {
		return out, err
	}
	for _, one := range partials {
		out.Partials = append(out.Partials, hashOf(bytesOf(nil, one)))
	}
	opened, err := k.profile.combineOpening(ciphertext, partials)
	if err != nil {
		return out, err
	}
	decrypted, err := k.profile.decrypt(ciphertext, secretOf(k.profile, shares))
	if err != nil {
		return out, err
	}
	if !slices.Equal(opened.slots, decrypted.slots) {
		return out, errors.New("the shares together decrypt something else")
	}
	out.FirstSlots, out.Slots = opened.slots[:8], hashOfSlots(opened.slots)
	return out, nil
}

func partialsOf(k about, shares []share, ciphertext []byte) ([]rows, error) {
	var partials []rows
	for _, one := range shares {
		d, err := k.partialOpening(one, ciphertext)
		if err != nil {
			return nil, err
		}
		partials = append(partials, d)
	}
	return partials, nil
}

// slots, joined by spaces
func hashOfSlots(slots []int64) string {
	text := strings.Trim(fmt.Sprint(slots), "[]")
	return hashOf([]byte(text))
}

// refusedOpenings tells which of two wrong combinations open nothing but noise.
func refusedOpenings(k about, shares []share, ciphertext, other []byte) ([]string, error) {
	partials, err := partialsOf(k, shares, ciphertext)
	if err != nil {
		return nil, err
	}
	foreign, err := k.partialOpening(shares[0], other)
	if err != nil {
		return nil, err
	}
	var refused []string
	if _, err := k.profile.combineOpening(ciphertext, []rows{foreign, partials[1], partials[2]}); err != nil {
		refused = append(refused, "s0 of another ciphertext")
	}
	moved := scaled(k.profile.moduli, partials[0], 2)
	if _, err := k.profile.combineOpening(ciphertext, []rows{moved, partials[1], partials[2]}); err != nil {
		refused = append(refused, "s0 twice")
	}
	return refused, nil
}

func reshare(k about, shares []share, key, ciphertext []byte) (reshareVector, error) {
	p := k.profile
	r := resharing{about{p, k.keyID, k.epoch + 1}, laterCommittee}
	out := reshareVector{Epoch: r.epoch, To: r.to}
	var dealt []resharedShare
	for _, old := range shares {
		one := r.split(old)
		dealt = append(dealt, one)
		out.Dealt = append(out.Dealt, one.hash)
	}
	var joined []share
	var fingerprints []named[string]
	for _, set := range r.to.holderSets() {
		one, err := r.join(set.ShareID, dealt)
		if err != nil {
			return out, err
		}
		joined = append(joined, one)
		fingerprints = append(fingerprints, named[string]{set.ShareID, r.fingerprint(one)})
		out.Accepted = append(out.Accepted, r.fingerprint(one))
	}
	before, after := bytesOf(nil, secretOf(p, shares)), bytesOf(nil, secretOf(p, joined))
	if !bytes.Equal(before, after) {
		return out, errors.New("the new shares add up to another secret")
	}
	out.Secret = hashOf(after)
	var err error
	if out.Trial, err = tryOut(r, key, joined, fingerprints); err != nil {
		return out, err
	}
	out.Opening, err = open(r.about, joined, ciphertext)
	return out, err
}
