package key

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A format is one thing a DER text can be. PEM says which by its label; bare
// DER is tried in this order.
type format struct {
	label string // of the PEM block (RFC 7468)
	name  string
	parse func(der []byte) (any, error) // to a public key or a crypto.Signer
}

// formats is every DER format that is read, and the one place to add another.
var formats = []format{
	{"PUBLIC KEY", "SPKI public key", parseSPKI},
	{"RSA PUBLIC KEY", "PKCS#1 public key", func(der []byte) (any, error) { return x509.ParsePKCS1PublicKey(der) }},
	{"CERTIFICATE", "X.509 certificate", parseCertificate},
	{"PRIVATE KEY", "PKCS#8 private key", parsePKCS8},
	{"RSA PRIVATE KEY", "PKCS#1 private key", parsePKCS1},
	{"EC PRIVATE KEY", "SEC1 private key", parseSEC1},
}

// parseSPKI reads a public key (RFC 5280 §4.1).
func parseSPKI(der []byte) (any, error) {
	var envelope struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	rest, err := asn1.Unmarshal(der, &envelope)
	f, ok := foreignIdentified(envelope.Algorithm.FullBytes)
	if err != nil || !ok {
		return x509.ParsePKIXPublicKey(der)
	}
	if len(rest) > 0 || envelope.Key.BitLength%8 != 0 {
		return nil, errDER
	}
	public, err := f.public(f.kind, envelope.Key.Bytes)
	if err != nil {
		return nil, unfitError{err}
	}
	return public, nil
}

// parsePKCS8 reads a private key (RFC 5958 §2).
func parsePKCS8(der []byte) (any, error) {
	var envelope struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}
	rest, err := asn1.Unmarshal(der, &envelope)
	if err != nil {
		return x509.ParsePKCS8PrivateKey(der)
	}
	f, ok := foreignIdentified(envelope.Algorithm.FullBytes)
	if !ok {
		if err := checkPKCS1(envelope.Key); err != nil {
			return nil, err
		}
		return x509.ParsePKCS8PrivateKey(der)
	}
	if len(rest) > 0 {
		return nil, errDER
	}
	private, err := f.pkcs8(f.kind, envelope.Key)
	if err != nil {
		return nil, unfitError{err}
	}
	return private, nil
}

var errDER = errors.New("it is not the DER of one key")

func parseCertificate(der []byte) (any, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	return certificate.PublicKey, nil
}

func parsePKCS1(der []byte) (any, error) {
	if err := checkPKCS1(der); err != nil {
		return nil, err
	}
	return x509.ParsePKCS1PrivateKey(der)
}

// checkPKCS1 refuses a private RSA key that is not fit, in an [unfitError]. It
// comes first because crypto/x509 computes with a key while it reads it. What is
// no PKCS#1 is left to crypto/x509.
func checkPKCS1(der []byte) error {
	var front struct { // RFC 8017 §A.1.2
		Version int // 0 if there are only two primes
		N       *big.Int
		E       int
		D, P, Q *big.Int
	}
	if _, err := asn1.Unmarshal(der, &front); err != nil {
		return nil
	}
	err := cmp.Or(checkRSA(&rsa.PublicKey{N: front.N, E: front.E}), checkNumbers(front.N, front.D, front.P, front.Q, front.Version == 0))
	if err != nil {
		return unfitError{err}
	}
	return nil
}

// An unfitError is about a key that was read and cannot be used.
type unfitError struct{ error }

func (f format) read(der []byte) (Key, error) {
	parsed, err := f.parse(der)
	if err != nil {
		return Key{}, &UnusableError{What: f.name, Why: readable(err)}
	}
	if private, ok := parsed.(crypto.Signer); ok {
		return newPrivate(private, f.name)
	}
	return newPublic(parsed, f.name)
}

// readable words the errors of crypto/x509 for someone who holds the file.
func readable(err error) string {
	if _, ok := err.(unfitError); ok { //nolint:errorlint // made in this file, never wrapped
		return err.Error()
	}
	text := strings.TrimPrefix(err.Error(), "x509: ")
	switch {
	case strings.Contains(text, "unknown public key algorithm"), strings.Contains(text, "unknown algorithm"):
		return "is of a type that is not supported"
	case strings.Contains(text, "elliptic curve"):
		return "is on a curve that is not supported"
	}
	if strings.Contains(text, "asn1:") {
		return "is broken: it is not what its label says"
	}
	return "is broken: " + text
}

func isPEM(data []byte) bool { return bytes.Contains(data, []byte("-----BEGIN ")) }

func parsePEM(data []byte) (Set, error) {
	var set Set
	var first error
	certificates := 0
	for index := 0; ; index++ {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			if index == 0 {
				return Set{}, &UnusableError{What: "PEM", Why: "is broken: there is a BEGIN line, but no whole block"}
			}
			break
		}
		switch block.Type {
		case "EC PARAMETERS": // openssl ecparam writes the curve's name before the key
			continue
		case "CERTIFICATE":
			if certificates++; certificates > 1 { // the rest of the chain
				continue
			}
		}
		k, err := readBlock(block)
		if err != nil {
			if first == nil {
				first = err
			}
			set.Unusable = append(set.Unusable, Unusable{Index: index, Why: err.Error()})
			continue
		}
		k.Index = index
		set.add(k)
	}
	if len(set.Keys) == 0 {
		if first == nil {
			first = &UnusableError{What: "PEM", Why: "holds no key"}
		}
		return Set{}, first
	}
	return set, nil
}

// add appends a key, unless it is the other half of one that is there.
func (s *Set) add(k Key) {
	for i, other := range s.Keys {
		if !other.HasID && !k.HasID && other.Thumbprint() == k.Thumbprint() {
			if k.CanSign() {
				s.Keys[i] = k
			}
			return
		}
	}
	s.Keys = append(s.Keys, k)
}

func readBlock(block *pem.Block) (Key, error) {
	encrypted := &UnusableError{What: strings.ToLower(block.Type), Why: "is encrypted with a password", Fix: Decrypt}
	if _, ok := block.Headers["DEK-Info"]; ok {
		return Key{}, encrypted
	}
	switch block.Type {
	case "ENCRYPTED PRIVATE KEY":
		return Key{}, encrypted
	case "OPENSSH PRIVATE KEY":
		return Key{}, &UnusableError{What: "OpenSSH private key", Why: "is in a format that is not supported", Fix: Convert}
	}
	for _, f := range formats {
		if f.label == block.Type {
			return f.read(block.Bytes)
		}
	}
	return Key{}, &UnusableError{What: fmt.Sprintf("PEM block %s", strict.Quote(block.Type)), Why: "is no key"}
}

func isDER(data []byte) bool { return len(data) > 2 && data[0] == 0x30 && data[1] >= 0x20 }

func parseDER(der []byte) (Set, error) {
	for _, f := range formats {
		k, err := f.read(der)
		if err == nil {
			return Set{Keys: []Key{k}}, nil
		}
		if u, ok := errors.AsType[*UnusableError](err); ok && !strings.HasPrefix(u.Why, "is broken") {
			return Set{}, err // it was this format, and the key is not fit
		}
	}
	return Set{}, errNoKeyInDER
}

var errNoKeyInDER = &UnusableError{What: "DER", Why: "holds no key in a format that is supported"}
