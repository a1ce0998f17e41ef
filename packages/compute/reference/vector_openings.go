package main

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Openings and a resharing, as the vectors have them.

// tryOut opens the trial of new shares.
func tryOut(r resharing, key []byte, shares []share, fingerprints []shareHash) (openingVector, error) {
	label := r.trialLabel(fingerprints)
	ciphertext, err := r.profile.trialCiphertext(key, label)
	if err != nil {
		return openingVector{}, err
	}
	out, err := open(r.about, shares, ciphertext, degree)
	out.Label = label
	if err == nil && out.Slots != hashOfSlots(make([]int64, degree)) {
		err = errors.New("the trial does not open to zeros")
	}
	return out, err
}

// open opens by partial openings, and holds the slots that are shown against what the sum of all shares decrypts.
func open(k about, shares []share, ciphertext []byte, shown int) (openingVector, error) {
	out := openingVector{Ciphertext: hashOf(ciphertext), Shown: shown}
	partials, err := partialsOf(k, shares, ciphertext, shown)
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
	if !slices.Equal(opened.slots[:shown], decrypted.slots[:shown]) {
		return out, errors.New("the shares together decrypt something else")
	}
	out.FirstSlots, out.Slots = opened.slots[:min(8, shown)], hashOfSlots(opened.slots)
	return out, nil
}

func partialsOf(k about, shares []share, ciphertext []byte, shown int) ([]rows, error) {
	var partials []rows
	for _, one := range shares {
		d, err := k.partialOpening(one, ciphertext, shown)
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
	partials, err := partialsOf(k, shares, ciphertext, vectorShown)
	if err != nil {
		return nil, err
	}
	foreign, err := k.partialOpening(shares[0], other, vectorShown)
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
	var fingerprints []shareHash
	for _, set := range r.to.holderSets() {
		one, err := r.join(set.ShareID, dealt)
		if err != nil {
			return out, err
		}
		joined = append(joined, one)
		fingerprints = append(fingerprints, shareHash{set.ShareID, r.fingerprint(one)})
		out.Accepted = append(out.Accepted, r.fingerprint(one))
		public := r.resharedContribution(inputSeed(p, "seed"), one)
		out.Contributions = append(out.Contributions, hashOf(bytesOf(nil, public[:]...)))
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
	out.Opening, err = open(r.about, joined, ciphertext, vectorShown)
	return out, err
}
