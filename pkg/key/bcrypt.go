package key

import (
	"bytes"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/binary"
	"slices"

	//lint:ignore SA1019 only to read keys that exist; nothing is encrypted here
	"golang.org/x/crypto/blowfish" //nolint:staticcheck // the same for golangci-lint
)

// bcryptPBKDF is the key derivation of OpenSSH, which is PBKDF2 (RFC 8018 §5.2) with
// two changes: its hash is bcrypt, and each block is spread over the whole key, so
// that no part of it comes cheaper than the others.
// Source: https://man.openbsd.org/bcrypt_pbkdf.3
func bcryptPBKDF(password, salt []byte, rounds, length int) []byte {
	secret := sha512.Sum512(password)
	blocks := (length + bcryptSize - 1) / bcryptSize
	derived := make([]byte, blocks*bcryptSize)
	for i := range blocks {
		u := bcryptHash(secret, sha512.Sum512(binary.BigEndian.AppendUint32(bytes.Clone(salt), uint32(i+1))))
		block := u
		for range rounds - 1 {
			u = bcryptHash(secret, sha512.Sum512(u[:]))
			subtle.XORBytes(block[:], block[:], u[:])
		}
		for j, b := range block {
			derived[j*blocks+i] = b
		}
	}
	return derived[:length]
}

// bcryptSize is how long the hash of bcryptHash is, in bytes.
const bcryptSize = 32

// bcryptHash is bcrypt as bcryptPBKDF has it, with a cost of 2^6, and another text
// that is encrypted (Provos and Mazières, "A Future-Adaptable Password Scheme", §5).
func bcryptHash(secret, salt [sha512.Size]byte) (hash [bcryptSize]byte) {
	const times = 64 // the key is expanded, and the text encrypted
	state, err := blowfish.NewSaltedCipher(secret[:], salt[:])
	if err != nil {
		panic(err) // of a key without a byte
	}
	for range times {
		blowfish.ExpandKey(salt[:], state)
		blowfish.ExpandKey(secret[:], state)
	}
	copy(hash[:], "OxychromaticBlowfishSwatDynamite")
	for block := range slices.Chunk(hash[:], blowfish.BlockSize) {
		for range times {
			state.Encrypt(block, block)
		}
	}
	for word := range slices.Chunk(hash[:], 4) { // which are little endian in the end
		slices.Reverse(word)
	}
	return hash
}
