// Package alg is the table of signature algorithms.
package alg

import (
	"crypto"
	_ "crypto/sha256" // the hashes that the table names
	_ "crypto/sha512"
	"errors"
	"fmt"
	"slices"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// An Algorithm is one row of the table. The zero Algorithm does nothing.
type Algorithm struct {
	Name string   // as in the header member "alg"; case counts
	Kind key.Kind // the only kind of key it takes

	hash   crypto.Hash
	size   int // of a signature, in bytes; 0: of the key's modulus
	isPSS  bool
	sign   func(a Algorithm, k key.Key, input []byte) ([]byte, error)
	verify func(a Algorithm, k key.Key, input, signature []byte) error
}

// table is every algorithm we know, and the one place to add another: RFC 7518
// §3.1, RFC 8037 §3.1, RFC 8812 §3.2, RFC 9864 §2.2, RFC 9964. "none" is not an algorithm and is not here.
// The first row of a kind is what its keys sign with when nobody says more.
var table = []Algorithm{
	{Name: "HS256", Kind: key.Secret, hash: crypto.SHA256, size: 32, sign: signHMAC, verify: verifyHMAC},
	{Name: "HS384", Kind: key.Secret, hash: crypto.SHA384, size: 48, sign: signHMAC, verify: verifyHMAC},
	{Name: "HS512", Kind: key.Secret, hash: crypto.SHA512, size: 64, sign: signHMAC, verify: verifyHMAC},
	{Name: "RS256", Kind: key.RSA, hash: crypto.SHA256, sign: signRSA, verify: verifyRSA},
	{Name: "RS384", Kind: key.RSA, hash: crypto.SHA384, sign: signRSA, verify: verifyRSA},
	{Name: "RS512", Kind: key.RSA, hash: crypto.SHA512, sign: signRSA, verify: verifyRSA},
	{Name: "PS256", Kind: key.RSA, hash: crypto.SHA256, isPSS: true, sign: signPSS, verify: verifyPSS},
	{Name: "PS384", Kind: key.RSA, hash: crypto.SHA384, isPSS: true, sign: signPSS, verify: verifyPSS},
	{Name: "PS512", Kind: key.RSA, hash: crypto.SHA512, isPSS: true, sign: signPSS, verify: verifyPSS},
	{Name: "ES256", Kind: key.P256, hash: crypto.SHA256, size: 64, sign: signECDSA, verify: verifyECDSA},
	{Name: "ES384", Kind: key.P384, hash: crypto.SHA384, size: 96, sign: signECDSA, verify: verifyECDSA},
	{Name: "ES512", Kind: key.P521, hash: crypto.SHA512, size: 132, sign: signECDSA, verify: verifyECDSA},
	{Name: "ES256K", Kind: key.Secp256k1, hash: crypto.SHA256, size: 64, sign: signSecp256k1, verify: verifySecp256k1},
	{Name: "EdDSA", Kind: key.Ed25519, size: 64, sign: signEd25519, verify: verifyEd25519},
	{Name: "Ed25519", Kind: key.Ed25519, size: 64, sign: signEd25519, verify: verifyEd25519},
	{Name: "ML-DSA-44", Kind: key.MLDSA44, size: 2420, sign: signMLDSA, verify: verifyMLDSA},
	{Name: "ML-DSA-65", Kind: key.MLDSA65, size: 3309, sign: signMLDSA, verify: verifyMLDSA},
	{Name: "ML-DSA-87", Kind: key.MLDSA87, size: 4627, sign: signMLDSA, verify: verifyMLDSA},
}

// All are the algorithms in the table's order.
func All() []Algorithm { return slices.Clone(table) }

// Names are the names of all algorithms, in the table's order.
func Names() []string { return names(table) }

func names(algorithms []Algorithm) []string {
	list := make([]string, len(algorithms))
	for i, a := range algorithms {
		list[i] = a.Name
	}
	return list
}

// Lookup is the algorithm with exactly this name.
func Lookup(name string) (Algorithm, bool) {
	for i := range table {
		if table[i].Name == name {
			return table[i], true
		}
	}
	return Algorithm{}, false
}

// For are the algorithms a key may be used with: those of its kind, or the one
// that its own "alg" names (RFC 7517 §4.4) if it is of that kind. The first is
// what it signs with by default.
func For(k key.Key) []Algorithm {
	var fit []Algorithm
	for _, a := range table {
		if a.Fits(k) == nil {
			fit = append(fit, a)
		}
	}
	if len(fit) == 2 && fit[1].Name == k.Alg { // of the two names of EdDSA, its own first
		fit[0], fit[1] = fit[1], fit[0]
	}
	return fit
}

// same reports whether two names mean one algorithm: RFC 9864 §2.2 gives the
// polymorphic "EdDSA", on this curve, the name "Ed25519".
func same(a, b string) bool {
	return (a == "EdDSA" || a == "Ed25519") && (b == "EdDSA" || b == "Ed25519")
}

// MinSecret is how many bytes an HMAC secret needs: as many as the hash (RFC 7518
// §3.2). It is 0 for an algorithm that takes no secret.
func (a Algorithm) MinSecret() int {
	if a.Kind == key.Secret {
		return a.hash.Size()
	}
	return 0
}

// ErrSignature says that a signature is not this key's over this input.
var ErrSignature = errors.New("the signature does not match")

// A KeyError says that a key can never be used with an algorithm.
type KeyError struct {
	Alg  string
	Want key.Kind
	Got  key.Kind
	Only string // what the key itself says it is for, if that is the reason: "PS384", "RSASSA-PSS"
}

func (e *KeyError) Error() string {
	if e.Only != "" {
		return fmt.Sprintf("%s does not fit the key, which is for %s only", e.Alg, e.Only)
	}
	return fmt.Sprintf("%s needs a key of kind %s, not %s", e.Alg, e.Want, e.Got)
}

// Fits refuses a key that is not the one kind a takes, or is marked for another
// algorithm (RFC 8725 §3.1: each key with exactly one algorithm), in a [*KeyError].
func (a Algorithm) Fits(k key.Key) error {
	var only string
	switch {
	case a.Kind == "" || a.Kind != k.Kind():
	case k.Alg != "" && k.Alg != a.Name && !same(k.Alg, a.Name):
		only = k.Alg
	case k.PSS && !a.isPSS:
		only = "RSASSA-PSS"
	default:
		return nil
	}
	return &KeyError{Alg: a.Name, Want: a.Kind, Got: k.Kind(), Only: only}
}

// Sign is the signature of k over input. Errors are [*KeyError], [ErrNoPrivate],
// or those of the primitive.
func (a Algorithm) Sign(k key.Key, input []byte) ([]byte, error) {
	if err := a.Fits(k); err != nil {
		return nil, err
	}
	if !k.CanSign() {
		return nil, ErrNoPrivate
	}
	return a.sign(a, k, input)
}

// ErrNoPrivate says that a public key was given where the private one is needed.
var ErrNoPrivate = errors.New("the key is a public one; signing needs the private one")

// Verify is nil if signature is that of k over exactly these bytes, [ErrSignature]
// if it is not, and a [*KeyError] if k could never have made it.
func (a Algorithm) Verify(k key.Key, input, signature []byte) error {
	if err := a.Fits(k); err != nil {
		return err
	}
	size := a.size
	if size == 0 {
		size = (k.Bits() + 7) / 8
	}
	if len(signature) != size || a.verify(a, k, input, signature) != nil {
		return ErrSignature
	}
	return nil
}
