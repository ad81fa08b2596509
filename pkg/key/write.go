package key

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"math/big"
	"slices"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// A writer writes one format.
type writer struct {
	name  string
	write func(Key) ([]byte, error)
}

// writers is every format that keys are written in, and the one place to add
// another.
var writers = []writer{
	{"jwk", func(k Key) ([]byte, error) { return line(k.jwk()) }},
	{"jwks", func(k Key) ([]byte, error) { return EncodeSet([]Key{k}) }},
	{"pem", Key.pem},
	{"der", func(k Key) ([]byte, error) {
		_, der, err := k.der()
		return der, err
	}},
	{"openssh", Key.openSSH},
}

// Formats are the names of the formats that keys are written in.
func Formats() []string {
	list := make([]string, len(writers))
	for i, w := range writers {
		list[i] = w.name
	}
	return list
}

// Encode writes the key in a format, one of [Formats], whole: a private key with its
// private numbers, and a secret. What has no place there is left out, such as the
// kid in PEM. An [*UnusableError] says that the format has no place for the key.
func (k Key) Encode(format string) ([]byte, error) {
	if i := slices.IndexFunc(writers, func(w writer) bool { return w.name == format }); i >= 0 && k.kind != "" {
		return writers[i].write(k)
	}
	return nil, k.cannot("cannot be written as " + string(strict.Quote(format)))
}

// EncodeSet writes keys as a JWK Set (RFC 7517 §5), each whole, as Encode does.
func EncodeSet(keys []Key) ([]byte, error) {
	list := make([][]byte, len(keys))
	for i, k := range keys {
		jwk, err := k.jwk()
		if err != nil {
			return nil, err
		}
		list[i] = jwk
	}
	return line(slices.Concat([]byte(`{"keys":[`), bytes.Join(list, []byte(",")), []byte("]}")), nil)
}

func (k Key) cannot(why string) error { return &UnusableError{What: k.String(), Why: why} }

func line(text []byte, err error) ([]byte, error) {
	if err != nil {
		return nil, err
	}
	return append(text, '\n'), nil
}

// A number is a private member of a JWK.
type number struct {
	name  string
	bytes []byte
}

// privateNumbers are the private members of the key's JWK, in the order of RFC
// 7518 §6.3.2; none of a public key.
func (k Key) privateNumbers() ([]number, error) {
	switch private := k.Private().(type) {
	case *rsa.PrivateKey:
		if len(private.Primes) != 2 {
			return nil, k.cannot("has more than two primes, which few can read in a JWK")
		}
		c := private.Precomputed
		return []number{
			{"d", private.D.Bytes()}, {"p", private.Primes[0].Bytes()}, {"q", private.Primes[1].Bytes()},
			{"dp", c.Dp.Bytes()}, {"dq", c.Dq.Bytes()}, {"qi", c.Qinv.Bytes()},
		}, nil
	case *ecdsa.PrivateKey:
		d, err := private.Bytes() // as long as the curve's order (RFC 7518 §6.2.2.1)
		return []number{{"d", d}}, err
	case secp256k1Signer:
		return []number{{"d", private.private.Serialize()}}, nil
	case ed25519.PrivateKey:
		return []number{{"d", private.Seed()}}, nil
	case *mldsa.PrivateKey:
		return []number{{"priv", private.Bytes()}}, nil
	}
	if k.kind == Secret {
		return []number{{"k", k.Secret()}}, nil
	}
	return nil, nil
}

// jwk is the key as a JWK, with what is private of it: type and numbers, then kid,
// alg, use and key_ops where the key has them.
func (k Key) jwk() (json.RawMessage, error) {
	members := k.publicMembers()
	if k.kind == Secret {
		members = `{"kty":"oct"}`
	}
	public, err := strict.ParseObject([]byte(members))
	if err != nil {
		return nil, k.cannot("has no public key")
	}
	jwk := []byte("{")
	add := func(name string, value json.RawMessage) {
		if len(jwk) > 1 {
			jwk = append(jwk, ',')
		}
		jwk = append(append(append(jwk, strict.Quote(name)...), ':'), value...)
	}
	for _, name := range []string{"kty", "alg", "crv", "n", "e", "x", "y", "pub"} {
		if value, ok := public.Get(name); ok {
			add(name, value)
		}
	}
	private, err := k.privateNumbers()
	if err != nil {
		return nil, err
	}
	for _, n := range private {
		add(n.name, strict.Quote(strict.EncodeBase64URL(n.bytes)))
	}
	if k.HasID {
		add("kid", strict.Quote(k.ID))
	}
	if _, typed := public.Get("alg"); k.Alg != "" && !typed {
		add("alg", strict.Quote(k.Alg))
	}
	if k.Use != "" {
		add("use", strict.Quote(k.Use))
	}
	if k.Ops != nil {
		ops, err := json.Marshal(k.Ops)
		if err != nil {
			return nil, err
		}
		add("key_ops", ops)
	}
	return append(jwk, '}'), nil
}

func (k Key) pem() ([]byte, error) {
	label, der, err := k.der()
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der}), nil
}

// der is the key as PKCS#8 (RFC 5958) or, if it is public, as SPKI (RFC 5280
// §4.1), and the label that PEM has for it (RFC 7468).
func (k Key) der() (label string, der []byte, err error) {
	switch f, isForeign := foreignKind(k.kind); {
	case k.kind == Secret:
		return "", nil, k.cannot("has no form in PEM or DER")
	case k.Private() != nil && isForeign:
		der, err = f.marshalPrivate(k)
		return "PRIVATE KEY", der, err
	case k.Private() != nil:
		der, err = x509.MarshalPKCS8PrivateKey(k.Private())
		return "PRIVATE KEY", der, err
	case isForeign:
		der, err = f.marshalPublic(k.Public())
	default:
		der, err = x509.MarshalPKIXPublicKey(k.Public())
	}
	return "PUBLIC KEY", der, err
}

func (f foreign) marshalPrivate(k Key) ([]byte, error) {
	numbers, err := k.privateNumbers()
	if err != nil {
		return nil, err
	}
	wrapped, err := f.wrap(numbers[0].bytes, encoded(k.Public()))
	if err != nil {
		return nil, err
	}
	return asn1.Marshal(struct {
		Version   int
		Algorithm asn1.RawValue
		Key       []byte
	}{0, asn1.RawValue{FullBytes: []byte(f.identifier)}, wrapped})
}

func (f foreign) marshalPublic(public crypto.PublicKey) ([]byte, error) {
	bits := encoded(public)
	return asn1.Marshal(struct {
		Algorithm asn1.RawValue
		Key       asn1.BitString
	}{asn1.RawValue{FullBytes: []byte(f.identifier)}, asn1.BitString{Bytes: bits, BitLength: 8 * len(bits)}})
}

// encoded is a foreign public key as SPKI has it.
func encoded(public crypto.PublicKey) []byte {
	switch public := public.(type) {
	case Secp256k1PublicKey:
		return public
	case *mldsa.PublicKey:
		return public.Bytes()
	}
	return nil
}

// openSSH is the key as a line of authorized_keys. Private keys are left to
// ssh-keygen, which reads PEM and asks for a password.
func (k Key) openSSH() ([]byte, error) {
	blob := sshBlobOf(k.Public())
	switch {
	case blob == nil:
		return nil, k.cannot("is of a type that OpenSSH does not have")
	case k.CanSign():
		return nil, k.cannot("is not written for OpenSSH; its public half is")
	}
	name := (&sshReader{rest: blob}).text()
	return fmt.Appendf(nil, "%s %s\n", name, base64.StdEncoding.EncodeToString(blob)), nil
}

// sshBlobOf is a public key as SSH sends it (RFC 4253 §6.6, RFC 5656 §3.1, RFC 8709
// §4); nil if there is no such thing.
func sshBlobOf(public crypto.PublicKey) []byte {
	switch public := public.(type) {
	case *rsa.PublicKey:
		e := big.NewInt(int64(public.E))
		return sshStrings([]byte("ssh-rsa"), sshMPInt(e), sshMPInt(public.N))
	case ed25519.PublicKey:
		return sshStrings([]byte("ssh-ed25519"), public)
	case *ecdsa.PublicKey:
		for _, curve := range []string{"nistp256", "nistp384", "nistp521"} {
			name := "ecdsa-sha2-" + curve
			if sshCurve(name) != public.Curve {
				continue
			}
			point, err := public.Bytes()
			if err != nil {
				return nil
			}
			return sshStrings([]byte(name), []byte(curve), point)
		}
	}
	return nil
}

// sshMPInt is a positive number as SSH has it: its first bit is the sign (RFC 4251 §5).
func sshMPInt(n *big.Int) []byte {
	data := n.Bytes()
	if len(data) > 0 && data[0] >= 0x80 {
		return append([]byte{0}, data...)
	}
	return data
}

// sshStrings is each string after its length (RFC 4251 §5).
func sshStrings(list ...[]byte) (blob []byte) {
	for _, s := range list {
		blob = binary.BigEndian.AppendUint32(blob, uint32(len(s)))
		blob = append(blob, s...)
	}
	return blob
}
