package main

import "fmt"

type committee struct {
	Threshold int      `json:"threshold"`
	Members   []string `json:"members"`
}

type holderSet struct {
	ShareID string   `json:"shareId"`
	Holders []string `json:"holders"`
	Dealer  string   `json:"dealer"`
}

// holderSets lists a share for each set of n - t + 1 members, in the order of the members' places. Its dealer is
// the holder that deals the fewest so far.
func (c committee) holderSets() []holderSet {
	var sets []holderSet
	dealt := map[string]int{}
	for index, holders := range subsets(c.Members, len(c.Members)-c.Threshold+1) {
		dealer := holders[0]
		for _, one := range holders {
			if dealt[one] < dealt[dealer] {
				dealer = one
			}
		}
		dealt[dealer]++
		sets = append(sets, holderSet{fmt.Sprintf("s%d", index), holders, dealer})
	}
	return sets
}

func subsets(items []string, size int) [][]string {
	if size == 0 {
		return [][]string{{}}
	}
	var all [][]string
	for i, first := range items {
		for _, rest := range subsets(items[i+1:], size-1) {
			all = append(all, append([]string{first}, rest...))
		}
	}
	return all
}

// a committee as it enters hashed texts
func (c committee) encoded() []any {
	list := []any{c.Threshold}
	for _, member := range c.Members {
		list = append(list, member)
	}
	return list
}

// shareHash is a hash that belongs to a share.
type shareHash struct{ shareID, hash string }

// hashes by share as they enter hashed texts
func pairsOf(all []shareHash) []any {
	list := []any{}
	for _, one := range all {
		list = append(list, []any{one.shareID, one.hash})
	}
	return list
}
