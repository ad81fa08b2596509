package key

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" // of keys that exist; nothing is encrypted here
	"crypto/pbkdf2"
	"crypto/sha1" // the same: as the PRF that RFC 8018 has for its default
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509/pkix"
	"encoding/asn1"
	"fmt"
	"hash"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// What a file may make its reader compute, whether or not it is a key at all: a few
// seconds of PBKDF2, and for scrypt no more memory than there is anywhere.
const (
	maxPBKDF2Iterations = 10_000_000
	maxScryptMemory     = 256 << 20 // bytes
)

// A scheme is an algorithm of PBES2 (RFC 8018 §A.4) by its object identifier.
type scheme[T any] struct {
	oid string
	is  T
}

// kdfs is every function that makes a key out of a password, and the one place to
// add another. Each refuses its parameters before anything is computed.
var kdfs = []scheme[func(parameters []byte) (kdf, error)]{
	{"1.2.840.113549.1.5.12", readPBKDF2},  // RFC 8018 §A.2
	{"1.3.6.1.4.1.11591.4.11", readScrypt}, // RFC 7914 §7
}

// prfs is every hash that PBKDF2 is used with (RFC 8018 §B.1), likewise.
var prfs = []scheme[func() hash.Hash]{
	{"1.2.840.113549.2.7", sha1.New},
	{"1.2.840.113549.2.8", sha256.New224},
	{"1.2.840.113549.2.9", sha256.New},
	{"1.2.840.113549.2.10", sha512.New384},
	{"1.2.840.113549.2.11", sha512.New},
}

// ciphers is every cipher, each in CBC mode (RFC 8018 §B.2), likewise.
var ciphers = []scheme[blockCipher]{
	{"2.16.840.1.101.3.4.1.2", blockCipher{16, aes.BlockSize, aes.NewCipher}},
	{"2.16.840.1.101.3.4.1.22", blockCipher{24, aes.BlockSize, aes.NewCipher}},
	{"2.16.840.1.101.3.4.1.42", blockCipher{32, aes.BlockSize, aes.NewCipher}},
	{"1.2.840.113549.3.7", blockCipher{24, des.BlockSize, des.NewTripleDESCipher}},
}

type kdf func(password []byte, length int) ([]byte, error)

type blockCipher struct {
	key, block int // bytes
	make       func(key []byte) (cipher.Block, error)
}

// choose is the row that an algorithm identifier names.
func choose[T any](what string, rows []scheme[T], named pkix.AlgorithmIdentifier) (T, error) {
	for _, row := range rows {
		if row.oid == named.Algorithm.String() {
			return row.is, nil
		}
	}
	var none T
	return none, unfitf("is encrypted with the %s %s, which is not supported", what, named.Algorithm)
}

const (
	pkcsOID  = "1.2.840.113549.1."
	pbes2OID = pkcsOID + "5.13"
)

func parseEncryptedPKCS8(der []byte, secret *password) (any, error) {
	plain, err := decryptPKCS8(der, secret)
	if err != nil {
		return nil, err
	}
	return parsePKCS8(plain, nil)
}

// decryptPKCS8 is what an EncryptedPrivateKeyInfo (RFC 5958 §3) holds. It asks for
// the password last: a file that cannot be read says so to everybody.
func decryptPKCS8(der []byte, secret *password) ([]byte, error) {
	var info struct {
		Scheme    pkix.AlgorithmIdentifier
		Encrypted []byte
	}
	if err := unmarshal(der, &info); err != nil {
		return nil, err
	}
	switch oid := info.Scheme.Algorithm.String(); {
	case oid == pbes2OID:
	case strings.HasPrefix(oid, pkcsOID): // PBES1 (RFC 8018 §A.3), PKCS #12 (RFC 7292 §C)
		return nil, errOldScheme
	default:
		return nil, errBroken
	}
	var chosen struct{ KDF, Cipher pkix.AlgorithmIdentifier }
	if err := unmarshal(info.Scheme.Parameters.FullBytes, &chosen); err != nil {
		return nil, err
	}
	read, err := choose("key derivation", kdfs, chosen.KDF)
	if err != nil {
		return nil, err
	}
	derive, err := read(chosen.KDF.Parameters.FullBytes)
	if err != nil {
		return nil, err
	}
	cbc, err := choose("cipher", ciphers, chosen.Cipher)
	if err != nil {
		return nil, err
	}
	var iv []byte
	if err := unmarshal(chosen.Cipher.Parameters.FullBytes, &iv); err != nil {
		return nil, err
	}
	if n := len(info.Encrypted); len(iv) != cbc.block || n == 0 || n%cbc.block != 0 {
		return nil, errBroken
	}

	text, ok := secret.get()
	if !ok {
		return nil, errEncrypted
	}
	k, err := derive(text, cbc.key)
	if err != nil {
		return nil, errBroken
	}
	block, err := cbc.make(k)
	if err != nil {
		return nil, errBroken
	}
	plain := make([]byte, len(info.Encrypted))
	cipher.NewCBCDecrypter(block, iv).CryptBlocks(plain, info.Encrypted)
	plain, ok = unpad(plain, cbc.block)
	if !ok || !isOneSequence(plain) {
		return nil, secret.wrong()
	}
	return plain, nil
}

func readPBKDF2(parameters []byte) (kdf, error) {
	var p struct {
		Salt       []byte
		Iterations int64
		Length     int                      `asn1:"optional"` // of the key, which the cipher says too
		PRF        pkix.AlgorithmIdentifier `asn1:"optional"`
	}
	if err := unmarshal(parameters, &p); err != nil {
		return nil, err
	}
	switch {
	case p.Iterations < 1:
		return nil, errBroken
	case p.Iterations > maxPBKDF2Iterations:
		return nil, unfitf("demands %d iterations of PBKDF2; more than %d are refused", p.Iterations, maxPBKDF2Iterations)
	}
	prf := prfs[0].is // the default
	if p.PRF.Algorithm != nil {
		var err error
		if prf, err = choose("PRF", prfs, p.PRF); err != nil {
			return nil, err
		}
	}
	return func(password []byte, length int) ([]byte, error) {
		return pbkdf2.Key(prf, string(password), p.Salt, int(p.Iterations), length)
	}, nil
}

func readScrypt(parameters []byte) (kdf, error) {
	var p struct {
		Salt    []byte
		N, R, P int64
		Length  int `asn1:"optional"`
	}
	if err := unmarshal(parameters, &p); err != nil {
		return nil, err
	}
	// RFC 7914 §2 needs 128·r·(N + p) bytes; the product of all bounds the time too.
	cost := int64(128)
	for _, factor := range []int64{p.N, p.R, p.P} {
		switch {
		case factor < 1:
			return nil, errBroken
		case factor > maxScryptMemory/cost:
			return nil, unfitf("demands scrypt with N=%d, r=%d, p=%d; more than %d MiB are refused", p.N, p.R, p.P, maxScryptMemory>>20)
		}
		cost *= factor
	}
	if p.N == 1 || p.N&(p.N-1) != 0 { // RFC 7914 §2: a power of 2
		return nil, errBroken
	}
	return func(password []byte, length int) ([]byte, error) {
		return scrypt.Key(password, p.Salt, int(p.N), int(p.R), int(p.P), length)
	}, nil
}

// unmarshal reads all of der.
func unmarshal(der []byte, value any) error {
	if rest, err := asn1.Unmarshal(der, value); err != nil || len(rest) > 0 {
		return errBroken
	}
	return nil
}

// unpad takes the padding of RFC 8018 §6.1.1 away.
func unpad(plain []byte, size int) ([]byte, bool) {
	n := int(plain[len(plain)-1])
	if n < 1 || n > size {
		return nil, false
	}
	text, padding := plain[:len(plain)-n], plain[len(plain)-n:]
	return text, bytes.Equal(padding, bytes.Repeat([]byte{byte(n)}, n))
}

// isOneSequence reports whether der can be a key. One wrong password in 256 leaves
// what ends like padding; hardly any leaves this.
func isOneSequence(der []byte) bool {
	var value asn1.RawValue
	return unmarshal(der, &value) == nil && value.Class == asn1.ClassUniversal && value.Tag == asn1.TagSequence
}

func unfitf(format string, args ...any) error { return unfitError{fmt.Errorf(format, args...)} }
