// A second implementation of the computing layer's proofs, plain and slow, to hold the first against.
//
//	go run . verify FOLDER    judges FOLDER/claim.json and the files that it names; exit code 1: refused
//	go run . noise PROFILE    prints the noise of twice a proven ciphertext at the most
package main

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	if len(os.Args) != 3 {
		fail("give one of: verify FOLDER, noise PROFILE", 2)
	}
	switch os.Args[1] {
	case "verify":
		c, err := readClaim(os.Args[2])
		if err != nil {
			fail(err.Error(), 2)
		}
		if err := verify(c); err != nil {
			fail(err.Error(), 1)
		}
		fmt.Println("the proof holds")
	case "noise":
		p, known := profiles[os.Args[2]]
		if !known {
			fail("no such profile", 2)
		}
		fmt.Println(provenNoise(p, 35))
	default:
		fail("no such command", 2)
	}
}

func readClaim(folder string) (claim, error) {
	var described struct {
		Profile     string
		PublicKey   string
		Ciphertexts []string
		Proof       string
		ContextHash string
	}
	text, err := os.ReadFile(filepath.Join(folder, "claim.json"))
	if err != nil {
		return claim{}, err
	}
	if err := json.Unmarshal(text, &described); err != nil {
		return claim{}, err
	}
	c := claim{profile: profiles[described.Profile]}
	if c.profile.name == "" {
		return claim{}, fmt.Errorf("no such profile: %s", described.Profile)
	}
	if c.contextHash, err = hex.DecodeString(described.ContextHash); err != nil {
		return claim{}, err
	}
	read := func(name string) []byte {
		bytes, failed := os.ReadFile(filepath.Join(folder, name))
		if failed != nil {
			err = failed
		}
		return bytes
	}
	c.publicKey, c.proof = read(described.PublicKey), read(described.Proof)
	for _, name := range described.Ciphertexts {
		c.ciphertexts = append(c.ciphertexts, read(name))
	}
	return c, err
}

func fail(text string, code int) {
	fmt.Fprintln(os.Stderr, text)
	os.Exit(code)
}
