package main

import "strings"

// Vectors that need no polynomials.

// contextOf is the context of a proof: the hash of what it is for, with the domain.
func contextOf(domain string, use, change map[string]any) contextVector {
	made, hashed := map[string]any{}, map[string]any{"domain": domain}
	for _, members := range []map[string]any{use, change} {
		for name, value := range members {
			made[name], hashed[name] = value, value
		}
	}
	return contextVector{made, hashOf([]byte(canonicalJSON(hashed)))}
}

func contextVectors() []contextVector {
	of := func(change map[string]any) contextVector {
		return contextOf("salus ciphertext use v1", map[string]any{
			"channel": "edge-east", "chaincode": "claims", "keyId": "claims-2026",
			"publicKeyHash": strings.Repeat("ab", 32), "epoch": 2, "purpose": "claims",
			"measure": "claim-1", "period": "once", "slots": 5,
			"range":  map[string]any{"least": 0, "most": 1<<32 - 1},
			"sender": map[string]any{"mspId": "CityHospitalMSP", "id": strings.Repeat("cd", 32)},
		}, change)
	}
	return []contextVector{
		of(map[string]any{"subject": "claim-1"}),
		of(map[string]any{
			"subject": "étude \"\u2028\" <1> & \\ \U0001f3e5\t\u0001",
			"range":   map[string]any{"least": -(1<<32 - 1), "most": 1<<32 - 1},
			"sender":  map[string]any{"mspId": "__proto__", "id": strings.Repeat("00", 32)},
		}),
		of(nil),
	}
}

func openingContextVectors() []contextVector {
	of := func(change map[string]any) contextVector {
		return contextOf("salus opening use v1", map[string]any{
			"channel": "edge-east", "chaincode": "claims", "keyId": "claims-2026",
			"publicKeyHash": strings.Repeat("ab", 32), "epoch": 0,
			"openingId": strings.Repeat("cd", 32), "mspId": "CityHospitalMSP",
		}, change)
	}
	return []contextVector{of(nil), of(map[string]any{"mspId": "__proto__", "epoch": 7})}
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
