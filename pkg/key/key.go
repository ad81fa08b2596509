// Package key holds keys and reads the formats they come in. It opens nothing.
package key

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A Kind is what a key can be used for mathematically: its type and, on a
// curve, which one. A key never changes kind, and an algorithm takes exactly
// one, so no public key can ever serve as an HMAC secret (CVE-2015-9235).
type Kind string

const (
	Secret    Kind = "secret" // HMAC, JWK type "oct"
	RSA       Kind = "RSA"
	P256      Kind = "P-256"
	P384      Kind = "P-384"
	P521      Kind = "P-521"
	Secp256k1 Kind = "secp256k1"
	Ed25519   Kind = "Ed25519"
	MLDSA44   Kind = "ML-DSA-44"
	MLDSA65   Kind = "ML-DSA-65"
	MLDSA87   Kind = "ML-DSA-87"
)

// A Key is a key and what its file said about it. Printing one shows its kind,
// never its bytes. The zero Key fits no algorithm.
type Key struct {
	ID    string   // the JWK's "kid"
	HasID bool     // a "kid" that is empty is not a missing one
	Alg   string   // the one algorithm the key may be used with: the JWK's "alg", an RSASSA-PSS key's own
	PSS   bool     // an RSA key for RSASSA-PSS only (RFC 4055 §1.2)
	Use   string   // the JWK's "use"
	Ops   []string // the JWK's "key_ops"
	Index int      // its place in the source, from 0
	Form  string   // what it was read from: "JWK", "PKCS#8 private key", …

	Account Account // whose the key is, if its file says so

	// Chain is the certificate that the key was read from, or that its JWK has of it,
	// and those behind it, in their order. Nobody has judged them. It is nil for a key
	// without one.
	Chain []*x509.Certificate

	// Leaked says that the private part stood where everybody can read it. It is
	// not kept: who would sign with it?
	Leaked bool

	kind Kind
	x5c  Weakness     // of the JWK's "x5c"
	held func() parts // nil in the zero Key
}

// parts are the key itself. A Key holds them in a function, into which nothing
// can look: package fmt prints what is in an unexported field of some struct
// without asking Format, and for a verb that does not fit, through a pointer too.
type parts struct {
	secret  []byte
	public  crypto.PublicKey
	private crypto.Signer
}

func (p parts) hide() func() parts { return func() parts { return p } }

func (k Key) parts() parts {
	if k.held == nil {
		return parts{}
	}
	return k.held()
}

// NewSecret makes an HMAC key of exactly these bytes. Bytes that are a public
// key in any common format are refused with a [*NotSecretError]: whoever verifies
// with them accepts what anybody can sign.
func NewSecret(secret []byte) (Key, error) {
	if len(secret) == 0 {
		return Key{}, ErrEmptySecret
	}
	if what := Recognise(secret); what != "" {
		return Key{}, &NotSecretError{What: what}
	}
	return Key{kind: Secret, Form: "secret", held: parts{secret: slices.Clone(secret)}.hide()}, nil
}

// ErrEmptySecret refuses a secret of no bytes: everybody knows it.
var ErrEmptySecret = errors.New("the secret is empty")

// A NotSecretError says that what was given as an HMAC secret is a key of
// another type.
type NotSecretError struct{ What string } // "a public key in PEM", …

func (e *NotSecretError) Error() string {
	return "the secret is " + e.What + ", which is no HMAC secret"
}

func newPublic(public crypto.PublicKey, form string) (Key, error) {
	kind, err := check(public)
	if err != nil {
		return Key{}, &UnusableError{What: form, Why: err.Error()}
	}
	return Key{kind: kind, Form: form, held: parts{public: public}.hide()}, nil
}

func newPrivate(private crypto.Signer, form string) (Key, error) {
	k, err := newPublic(private.Public(), form)
	if err != nil {
		return Key{}, err
	}
	if err := checkPair(private); err != nil {
		return Key{}, &UnusableError{What: form, Why: err.Error()}
	}
	k.held = parts{public: k.Public(), private: private}.hide()
	return k, nil
}

// Kind is what the key can be used for.
func (k Key) Kind() Kind { return k.kind }

// KTY is the key's type in a JWK, its "kty" (RFC 7517 §4.1): several kinds can be
// of one.
func (k Key) KTY() string {
	switch k.kind {
	case Secret:
		return "oct"
	case RSA:
		return "RSA"
	}
	for _, t := range keyTypes {
		if t.name != "" && t.name == string(k.kind) {
			return t.kty
		}
	}
	return ""
}

// Secret are the bytes of an HMAC key; nil for any other. Do not change them.
func (k Key) Secret() []byte { return k.parts().secret }

// Public is the public key: *rsa.PublicKey, *ecdsa.PublicKey, ed25519.PublicKey,
// [Secp256k1PublicKey] or, of filippo.io/mldsa, *mldsa.PublicKey; nil for a secret.
func (k Key) Public() crypto.PublicKey { return k.parts().public }

// Private is the private key, nil if only the public one is known.
func (k Key) Private() crypto.Signer { return k.parts().private }

// CanSign reports whether the key can make signatures.
func (k Key) CanSign() bool { return k.Private() != nil || k.kind == Secret }

// PublicOnly is the key without its private part, nor what "key_ops" says of that;
// unchanged if it has none or is a secret.
func (k Key) PublicOnly() Key {
	if k.Private() != nil {
		k.Ops = nil
		k.held = parts{public: k.Public()}.hide()
	}
	return k
}

// Bits is the size of the key: of the modulus, the curve, the secret or, for
// ML-DSA, the public key as a whole.
func (k Key) Bits() int {
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		return public.N.BitLen()
	case *ecdsa.PublicKey:
		return public.Curve.Params().BitSize
	case ed25519.PublicKey, Secp256k1PublicKey:
		return 256
	case *mldsa.PublicKey:
		return 8 * len(public.Bytes())
	}
	return 8 * len(k.Secret())
}

// Thumbprint names the key by its public members (RFC 7638, RFC 9964; SHA-256,
// base64url). A secret has none: its hash would help to guess it.
func (k Key) Thumbprint() string {
	members := k.publicMembers()
	if members == "" {
		return ""
	}
	sum := sha256.Sum256([]byte(members))
	return strict.EncodeBase64URL(sum[:])
}

// publicMembers is the JSON text that RFC 7638 §3 hashes: the required members
// only, in the order of their names, without white space.
func (k Key) publicMembers() string {
	b64 := strict.EncodeBase64URL
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		return fmt.Sprintf(`{"e":"%s","kty":"RSA","n":"%s"}`, b64(bigEndian(public.E)), b64(public.N.Bytes()))
	case *ecdsa.PublicKey:
		point, err := public.Bytes() // 04 ‖ x ‖ y
		if err != nil {
			return ""
		}
		return k.pointMembers(point)
	case Secp256k1PublicKey:
		return k.pointMembers(public)
	case ed25519.PublicKey:
		return fmt.Sprintf(`{"crv":"Ed25519","kty":"OKP","x":"%s"}`, b64(public))
	case *mldsa.PublicKey:
		return fmt.Sprintf(`{"alg":"%s","kty":"AKP","pub":"%s"}`, k.kind, b64(public.Bytes()))
	}
	return ""
}

func (k Key) pointMembers(point []byte) string {
	half := len(point) / 2
	return fmt.Sprintf(`{"crv":"%s","kty":"EC","x":"%s","y":"%s"}`, k.kind, strict.EncodeBase64URL(point[1:half+1]), strict.EncodeBase64URL(point[half+1:]))
}

func bigEndian(n int) []byte {
	var b []byte
	for ; n > 0; n >>= 8 {
		b = append(b, byte(n))
	}
	slices.Reverse(b)
	return b
}

// String says what the key is: "RSA 2048 private key".
func (k Key) String() string {
	switch {
	case k.kind == "":
		return "no key"
	case k.kind == Secret:
		return fmt.Sprintf("secret of %d bytes", len(k.Secret()))
	}
	name := string(k.kind)
	if k.kind == RSA {
		name = fmt.Sprintf("RSA %d", k.Bits())
	}
	if k.CanSign() {
		return name + " private key"
	}
	return name + " public key"
}

// Format keeps the key's bytes out of every verb, %#v included.
func (k Key) Format(s fmt.State, _ rune) { _, _ = s.Write([]byte(k.String())) }

// GoString and Format together leave no way to print the bytes by accident.
var _ fmt.Formatter = Key{}

// A Set is the keys of one source.
type Set struct {
	Keys     []Key
	Unusable []Unusable // one bad key never spoils a set (RFC 7517 §5)
}

// An Unusable is an entry of a source that cannot be used, and why.
type Unusable struct {
	Index int    // its place in the source, from 0
	ID    string // its "kid", if it could be read; from a stranger
	Why   string // a predicate: "has kty \"XYZ\", which is not supported"
}

// IDs are the key IDs of a set, in its order, each once.
func (s Set) IDs() []string {
	var ids []string
	for _, k := range s.Keys {
		if k.HasID && !slices.Contains(ids, k.ID) {
			ids = append(ids, k.ID)
		}
	}
	return ids
}

// An UnusableError says what a key is and why it cannot be used.
type UnusableError struct {
	What string // "PKCS#8 private key", "JWK", …
	Why  string // a predicate: "is encrypted"
	Fix  Fix    // what would make it usable, if something would
}

// A Fix is the stable name of what makes an unusable key usable.
type Fix string

const (
	Decrypt Fix = "decrypt" // it is encrypted, and there was no password
	Convert Fix = "convert" // it is encrypted in a way that is not supported
	Decode  Fix = "decode"  // it is encoded once more than keys are
)

func (e *UnusableError) Error() string { return e.What + " " + e.Why }
