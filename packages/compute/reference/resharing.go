package main

import (
	"crypto/sha256"
	"errors"
	"fmt"
)

// Resharing: shares of another committee, under the same public key.

// resharing says which epoch and committee a key goes to. A new key's trial has one too.
type resharing struct {
	about
	to committee
}

const seedLength = 32

type subshare struct {
	shareID     string // the new share
	bytes       []byte
	fingerprint string
}

type resharedShare struct {
	shareID   string // the old share
	hash      string
	subshares []subshare
}

// split derives subshares of an old share for all new ones; the last is what is left of it.
func (r resharing) split(old share) resharedShare {
	p := r.profile
	sets := r.to.holderSets()
	rest := old.secret
	out := resharedShare{shareID: old.shareID}
	var fingerprints []shareHash
	for i, set := range sets {
		text := canonicalJSON([]any{"salus part v1", p.name, r.keyID, r.epoch, r.to.encoded(), old.shareID, set.ShareID})
		bytes := hmacOf(old.smudgingKey, text)
		if i < len(sets)-1 {
			rest = sumOf(p.moduli, rest, negated(p.moduli, uniformRows(partDomain, bytes, p.moduli)))
		} else {
			bytes = append(bytes, bytesOf(nil, rest)...)
		}
		fingerprint := r.partFingerprint(old.shareID, set.ShareID, bytes)
		out.subshares = append(out.subshares, subshare{set.ShareID, bytes, fingerprint})
		fingerprints = append(fingerprints, shareHash{set.ShareID, fingerprint})
	}
	out.hash = hashOf([]byte(r.text("parts", old.shareID, pairsOf(fingerprints))))
	return out
}

func (r resharing) partFingerprint(from, shareID string, bytes []byte) string {
	return hashOf([]byte(r.text("part", from, shareID)), bytes)
}

func (r resharing) text(more ...any) string {
	list := []any{"salus resharing v1", r.profile.name, r.keyID, r.epoch, r.to.encoded()}
	return canonicalJSON(append(list, more...))
}

// join adds up the subshares that all old shares have for a new one.
func (r resharing) join(shareID string, dealt []resharedShare) (share, error) {
	p := r.profile
	sets := r.to.holderSets()
	last := sets[len(sets)-1].ShareID
	list := []any{"salus smudging key v1", p.name, r.keyID, r.epoch, r.to.encoded(), shareID}
	key := sha256.New()
	key.Write([]byte(canonicalJSON(list)))
	secret := combine(p.moduli, func(int, uint64) poly { return make(poly, degree) })
	for _, old := range dealt {
		one, err := old.subshareFor(shareID)
		if err != nil {
			return share{}, err
		}
		if r.partFingerprint(old.shareID, shareID, one.bytes) != one.fingerprint {
			return share{}, errors.New("the part is not the one agreed on")
		}
		seed := one.bytes[:seedLength]
		key.Write(hmacOf(seed, "smudging key"))
		var sigma rows
		if shareID == last {
			if sigma, err = p.readData(one.bytes[seedLength:], "the last part"); err != nil {
				return share{}, err
			}
		} else {
			sigma = uniformRows(partDomain, seed, p.moduli)
		}
		secret = sumOf(p.moduli, secret, sigma)
	}
	return share{shareID, secret, key.Sum(nil)}, nil
}

func (s resharedShare) subshareFor(shareID string) (subshare, error) {
	for _, one := range s.subshares {
		if one.shareID == shareID {
			return one, nil
		}
	}
	return subshare{}, fmt.Errorf("no part of %s for %s", s.shareID, shareID)
}
