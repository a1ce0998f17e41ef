// A second implementation of the computing layer, plain and slow, to hold the first against: the threshold
// scheme of docs/compute-threshold.md, and the verifier of docs/compute-proofs.md.
//
//	go run . vectors                     prints the vectors of the threshold scheme
//	go run . open FOLDER                 opens FOLDER/ciphertext by the shares of FOLDER/ceremony.json
//	go run . verify-encryption FOLDER    judges FOLDER/claim.json and the files beside it
//	go run . verify-opening FOLDER       the same for partial openings
//	go run . noise PROFILE               prints the noise of twice a proven ciphertext at the most
//	go run . opening-noise PROFILE       prints the noise of a proven partial opening at the most
//
// Exit code 1: refused, with the reason.
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "vectors" {
		show(makeVectors())
		return
	}
	if len(os.Args) != 3 {
		fail("give a command and a folder or a profile", 2)
	}
	command, argument := os.Args[1], os.Args[2]
	switch command {
	case "open":
		show(openCeremony(argument))
	case "verify-encryption", "verify-opening":
		err := judge(command, argument)
		if err != nil {
			fail(err.Error(), 1)
		}
		fmt.Println("the proof holds")
	case "noise":
		fmt.Println(provenNoise(provenProfile(argument), 35))
	case "opening-noise":
		fmt.Println(openingNoise(provenProfile(argument)))
	default:
		fail("no such command", 2)
	}
}

func show(out []byte, err error) {
	if err != nil {
		fail(err.Error(), 1)
	}
	os.Stdout.Write(out)
}

func knownProfile(name string) profile {
	p, known := profiles[name]
	if !known {
		fail("no such profile", 2)
	}
	return p
}

// Proofs are made under profiles that want them.
func provenProfile(name string) profile {
	p := knownProfile(name)
	if !p.proven {
		fail("the profile has no proofs", 2)
	}
	return p
}

func judge(command, folder string) error {
	var about struct {
		Profile       string
		ContextHash   string
		Ciphertexts   int
		Contributions int
		Partials      int
		Slots         int
		Epoch         int
	}
	if err := json.Unmarshal(file(folder, "claim.json"), &about); err != nil {
		fail(err.Error(), 2)
	}
	p := provenProfile(about.Profile)
	context, err := hex.DecodeString(about.ContextHash)
	if err != nil {
		fail(err.Error(), 2)
	}
	proof := file(folder, "proof")
	if command == "verify-encryption" {
		ciphertexts := files(folder, "ciphertexts", about.Ciphertexts)
		return verifyEncryption(claim{p, file(folder, "publicKey"), ciphertexts, context, proof})
	}
	return verifyOpening(openingClaim{
		profile:       p,
		ciphertext:    file(folder, "ciphertext"),
		seed:          file(folder, "seed"),
		epoch:         about.Epoch,
		contributions: files(folder, "contributions", about.Contributions),
		partials:      files(folder, "partials", about.Partials),
		shown:         about.Slots,
		contextHash:   context,
		proof:         proof,
	})
}

func files(folder, name string, count int) [][]byte {
	var all [][]byte
	for i := 0; i < count; i++ {
		all = append(all, file(folder, fmt.Sprintf("%s-%d", name, i)))
	}
	return all
}

func file(folder, name string) []byte {
	bytes, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		fail(err.Error(), 2)
	}
	return bytes
}

func fail(text string, code int) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(code)
}
