package main

// The form of vectors.json.

type vectors struct {
	Contexts        []contextVector   `json:"contexts"`
	OpeningContexts []contextVector   `json:"openingContexts"`
	Committees      []committeeVector `json:"committees"`
	Profiles        []profileVector   `json:"profiles"`
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
	// slots that recipients get; `slots` hashes all, the masked ones included
	Shown      int     `json:"shown"`
	FirstSlots []int64 `json:"firstSlots"`
	Slots      string  `json:"slots"`
}

type reshareVector struct {
	Epoch    int       `json:"epoch"`
	To       committee `json:"to"`
	Dealt    []string  `json:"dealt"`
	Accepted []string  `json:"accepted"`
	// of the new shares
	Contributions []string      `json:"contributions"`
	Secret        string        `json:"secret"`
	Trial         openingVector `json:"trial"`
	Opening       openingVector `json:"opening"`
}

type smudgingVector struct {
	First string `json:"first"`
	Last  string `json:"last"`
	Hash  string `json:"hash"`
}
