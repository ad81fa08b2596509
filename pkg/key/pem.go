package key

import (
	"bytes"
	"cmp"
	"crypto"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A format is one thing a DER text can be. PEM says which by its label; bare
// DER is tried in this order.
type format struct {
	label string // of the PEM block (RFC 7468)
	name  string
	parse func(der []byte, secret *password) (any, error) // to a public key, a crypto.Signer, the pss of one, or what is certified
}

// formats is every format of PEM that is read, and the one place to add another.
var formats = []format{
	{"PUBLIC KEY", "SPKI public key", parseSPKI},
	{"RSA PUBLIC KEY", "PKCS#1 public key", func(der []byte, _ *password) (any, error) { return x509.ParsePKCS1PublicKey(der) }},
	{"CERTIFICATE", "X.509 certificate", parseCertificate},
	{"PRIVATE KEY", "PKCS#8 private key", parsePKCS8},
	{"ENCRYPTED PRIVATE KEY", "PKCS#8 private key", parseEncryptedPKCS8},
	{"RSA PRIVATE KEY", "PKCS#1 private key", parsePKCS1},
	{"EC PRIVATE KEY", "SEC1 private key", func(der []byte, _ *password) (any, error) { return parseSEC1(der) }},
	{"OPENSSH PRIVATE KEY", "OpenSSH private key", parseOpenSSHPrivate}, // which is no DER
}

// parseSPKI reads a public key (RFC 5280 §4.1).
func parseSPKI(der []byte, _ *password) (any, error) {
	var envelope struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}
	rest, err := asn1.Unmarshal(der, &envelope)
	if err != nil {
		return x509.ParsePKIXPublicKey(der)
	}
	if parameters, ok := pssParameters(envelope.Algorithm); ok && len(rest) == 0 {
		public, err := x509.ParsePKCS1PublicKey(envelope.Key.RightAlign())
		return readPSS(parameters, public, err)
	}
	f, ok := foreignIdentified(envelope.Algorithm.FullBytes)
	if !ok {
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

// pssParameters are those of an AlgorithmIdentifier (RFC 5280 §4.1.1.2), if it is
// that of RSASSA-PSS.
func pssParameters(identifier asn1.RawValue) (parameters asn1.RawValue, ok bool) {
	var algorithm pkix.AlgorithmIdentifier
	if _, err := asn1.Unmarshal(identifier.FullBytes, &algorithm); err != nil {
		return asn1.RawValue{}, false
	}
	return algorithm.Parameters, algorithm.Algorithm.String() == pssOID
}

// parsePKCS8 reads a private key (RFC 5958 §2).
func parsePKCS8(der []byte, _ *password) (any, error) {
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
		if parameters, ok := pssParameters(envelope.Algorithm); ok {
			private, err := x509.ParsePKCS1PrivateKey(envelope.Key)
			return readPSS(parameters, private, err)
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

// certified is a public key and the certificate that it stands in.
type certified struct {
	public      any
	certificate *x509.Certificate
}

func parseCertificate(der []byte, _ *password) (any, error) {
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, err
	}
	public, err := parseSPKI(certificate.RawSubjectPublicKeyInfo, nil)
	return certified{public, certificate}, err
}

func parsePKCS1(der []byte, _ *password) (any, error) {
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
		return nil //nolint:nilerr // it is for who parses it to say what is wrong
	}
	err := cmp.Or(checkRSA(&rsa.PublicKey{N: front.N, E: front.E}), checkNumbers(front.N, front.D, front.P, front.Q, front.Version == 0))
	if err != nil {
		return unfitError{err}
	}
	return nil
}

// An unfitError is about a key that was read and cannot be used.
type unfitError struct{ error }

func (f format) read(der []byte, secret *password) (Key, error) {
	parsed, err := f.parse(der, secret)
	if err != nil {
		return Key{}, f.unusable(err)
	}
	var chain []*x509.Certificate
	if c, ok := parsed.(certified); ok {
		parsed, chain = c.public, []*x509.Certificate{c.certificate}
	}
	only, isPSS := parsed.(pss)
	if isPSS {
		parsed = only.key
	}
	var k Key
	if private, ok := parsed.(crypto.Signer); ok {
		k, err = newPrivate(private, f.name)
	} else {
		k, err = newPublic(parsed, f.name)
	}
	k.PSS, k.Alg, k.Chain = isPSS, only.alg, chain
	return k, err
}

func (f format) unusable(err error) error {
	e := &UnusableError{What: f.name, Why: readable(err)}
	switch {
	case errors.Is(err, errEncrypted):
		e.Fix = Decrypt
	case errors.Is(err, errOldScheme):
		e.Fix = Convert
	}
	return e
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
	if strings.Contains(text, "invalid uncompressed public key") {
		return "has a compressed point, which is not supported"
	}
	if strings.Contains(text, "asn1:") {
		return "is broken: it is not what its label says"
	}
	return "is broken: " + text
}

func isPEM(data []byte) bool { return bytes.Contains(data, []byte("-----BEGIN ")) }

func parsePEM(data []byte, secret *password) (Set, error) {
	if !bytes.ContainsRune(data, '\n') { // a variable that has line breaks written out
		data = bytes.ReplaceAll(data, []byte(`\n`), []byte("\n"))
	}
	keys := collector{what: "PEM"}
	certificates := 0
	for index := 0; ; index++ {
		var block *pem.Block
		if block, data = pem.Decode(data); block == nil {
			if index == 0 {
				return Set{}, &UnusableError{What: "PEM", Why: "is broken: there is a BEGIN line, but no whole block"}
			}
			return keys.collected()
		}
		switch block.Type {
		case "EC PARAMETERS": // openssl ecparam writes the curve's name before the key
			continue
		case "CERTIFICATE":
			if certificates++; certificates > 1 { // the rest of the chain; one that cannot be read is missing from it
				if issuer, err := x509.ParseCertificate(block.Bytes); err == nil {
					keys.issuers = append(keys.issuers, issuer)
				}
				continue
			}
		}
		k, err := readBlock(block, secret)
		keys.add(index, k, err)
	}
}

// A collector makes a set of a source that holds one key after the other.
type collector struct {
	what   string // the source: "PEM"
	set    Set
	first  error          // about a key
	places map[string]int // in set.Keys, by thumbprint

	issuers []*x509.Certificate // behind the one that a key stands in
}

// add appends the key at a place in the source, unless it is the other half of one
// that is there, or says why there is none. The certificate of a half is that of both.
func (c *collector) add(index int, k Key, err error) {
	if err != nil {
		if c.first == nil {
			c.first = err
		}
		c.set.Unusable = append(c.set.Unusable, Unusable{Index: index, Why: err.Error()})
		return
	}
	k.Index = index
	place, twice := c.places[k.Thumbprint()]
	switch {
	case !twice:
		if c.places == nil {
			c.places = map[string]int{}
		}
		c.places[k.Thumbprint()] = len(c.set.Keys)
		c.set.Keys = append(c.set.Keys, k)
	default:
		there := &c.set.Keys[place]
		chain := slices.Concat(there.Chain, k.Chain) // one of them is nil
		if k.CanSign() {
			*there = k
		}
		there.Chain = chain
	}
}

// collected is the set. A source without a key is an error: that of the first.
func (c *collector) collected() (Set, error) {
	switch n := len(c.set.Keys); {
	case n > MaxSetKeys:
		return Set{}, &UnusableError{What: c.what, Why: fmt.Sprintf("has %d keys; more than %d are refused", n, MaxSetKeys)}
	case n > 0:
		for i, k := range c.set.Keys {
			if k.Chain != nil {
				c.set.Keys[i].Chain = append(k.Chain, c.issuers...)
			}
		}
		return c.set, nil
	case c.first != nil:
		return Set{}, c.first
	}
	return Set{}, &UnusableError{What: c.what, Why: "holds no key"}
}

func readBlock(block *pem.Block, secret *password) (Key, error) {
	for _, f := range formats {
		if f.label != block.Type {
			continue
		}
		if _, encrypted := block.Headers["DEK-Info"]; encrypted {
			der, err := decryptLegacy(block, secret)
			if err != nil {
				return Key{}, f.unusable(err)
			}
			block.Bytes = der
		}
		return f.read(block.Bytes, secret)
	}
	return Key{}, &UnusableError{What: fmt.Sprintf("PEM block %s", strict.Quote(block.Type)), Why: "is no key"}
}

func isDER(data []byte) bool { return len(data) > 2 && data[0] == 0x30 && data[1] >= 0x20 }

func parseDER(der []byte, secret *password) (Set, error) {
	for _, f := range formats {
		k, err := f.read(der, secret)
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
