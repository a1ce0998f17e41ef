package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// A key as its members made it, and one opening, from the files in which they travel.

type ceremony struct {
	Profile   string
	KeyID     string
	Epoch     int
	Committee committee
	// slots that recipients get
	Slots int
}

type openedCeremony struct {
	Fingerprints []string      `json:"fingerprints"`
	Opening      openingVector `json:"opening"`
}

// openCeremony takes all shares out of their packages, adds up the key, and opens the ciphertext. Files have the
// numbers of shares.
func openCeremony(folder string) ([]byte, error) {
	var of ceremony
	if err := json.Unmarshal(file(folder, "ceremony.json"), &of); err != nil {
		return nil, err
	}
	if of.Slots < 0 || of.Slots > degree {
		return nil, errors.New("an opening shows no such number of slots")
	}
	p := knownProfile(of.Profile)
	k := about{p, of.KeyID, of.Epoch}
	seed := file(folder, "seed")
	var out openedCeremony
	var shares []share
	var contributions []rows
	for i, set := range of.Committee.holderSets() {
		b, err := p.readContribution(file(folder, fmt.Sprintf("contributions-%d", i)), "a contribution")
		if err != nil {
			return nil, err
		}
		one, err := accept(p, seed, set.ShareID, b, file(folder, fmt.Sprintf("packages-%d", i)))
		if err != nil {
			return nil, err
		}
		shares, contributions = append(shares, one), append(contributions, b)
		out.Fingerprints = append(out.Fingerprints, k.fingerprint(one))
	}
	key := file(folder, "publicKey")
	if _, err := p.readPublicKey(key); err != nil {
		return nil, err
	}
	if !bytes.Equal(key, publicKey(p, seed, contributions)) {
		return nil, errors.New("the public key is not the sum of the contributions")
	}
	var err error
	if out.Opening, err = open(k, shares, file(folder, "ciphertext"), of.Slots); err != nil {
		return nil, err
	}
	return json.Marshal(out)
}
