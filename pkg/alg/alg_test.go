package alg_test

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"filippo.io/mldsa"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
)

var input = []byte("eyJhbGciOiJ4In0.eyJzdWIiOiJhbGljZSJ9")

// load reads one of the published test keys.
func load(t testing.TB, name string) key.Key {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, data)
}

func parse(t testing.TB, data []byte) key.Key {
	t.Helper()
	set, err := key.Parse(data)
	if err != nil || len(set.Keys) != 1 {
		t.Fatalf("%.40q: %v, %v", data, set, err)
	}
	return set.Keys[0]
}

func secret(t testing.TB, bytes string) key.Key {
	t.Helper()
	k, err := key.NewSecret([]byte(bytes))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// keys is one private key of each kind.
func keys(t testing.TB) map[key.Kind]key.Key {
	return map[key.Kind]key.Key{
		key.Secret:    secret(t, "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"),
		key.RSA:       load(t, "rsa.pem"),
		key.P256:      load(t, "ec256.pem"),
		key.P384:      load(t, "ec384.pem"),
		key.P521:      load(t, "ec521.pem"),
		key.Secp256k1: load(t, "ec256k.pem"),
		key.Ed25519:   load(t, "ed25519.pem"),
		key.MLDSA44:   load(t, "mldsa44.pem"),
		key.MLDSA65:   load(t, "mldsa65.pem"),
		key.MLDSA87:   load(t, "mldsa87.pem"),
	}
}

// publicKeys is the public half of each of them.
func publicKeys(t testing.TB) map[key.Kind]key.Key {
	return map[key.Kind]key.Key{
		key.RSA:       load(t, "rsa.pub.pem"),
		key.P256:      load(t, "ec256.pub.pem"),
		key.P384:      load(t, "ec384.pub.pem"),
		key.P521:      load(t, "ec521.pub.pem"),
		key.Secp256k1: load(t, "ec256k.pub.pem"),
		key.Ed25519:   load(t, "ed25519.pub.pem"),
		key.MLDSA44:   load(t, "mldsa44.pub.pem"),
		key.MLDSA65:   load(t, "mldsa65.pub.pem"),
		key.MLDSA87:   load(t, "mldsa87.pub.pem"),
	}
}

func lookup(t testing.TB, name string) alg.Algorithm {
	t.Helper()
	a, ok := alg.Lookup(name)
	if !ok {
		t.Fatalf("%s is not in the table", name)
	}
	return a
}

// sign signs the input; what is signed must also verify.
func sign(t testing.TB, a alg.Algorithm, k key.Key) []byte {
	t.Helper()
	signature, err := a.Sign(k, input)
	if err != nil {
		t.Fatalf("%s: %v", a.Name, err)
	}
	if err := a.Verify(k, input, signature); err != nil {
		t.Fatalf("%s does not verify what it signed: %v", a.Name, err)
	}
	return signature
}

// The table, written out again: what the standards say.
var standard = []struct {
	name   string
	kind   key.Kind
	hash   crypto.Hash
	family string
	size   int // of a signature with the test keys
}{
	{"HS256", key.Secret, crypto.SHA256, "HMAC", 32},
	{"HS384", key.Secret, crypto.SHA384, "HMAC", 48},
	{"HS512", key.Secret, crypto.SHA512, "HMAC", 64},
	{"RS256", key.RSA, crypto.SHA256, "PKCS#1", 256},
	{"RS384", key.RSA, crypto.SHA384, "PKCS#1", 256},
	{"RS512", key.RSA, crypto.SHA512, "PKCS#1", 256},
	{"PS256", key.RSA, crypto.SHA256, "PSS", 256},
	{"PS384", key.RSA, crypto.SHA384, "PSS", 256},
	{"PS512", key.RSA, crypto.SHA512, "PSS", 256},
	{"ES256", key.P256, crypto.SHA256, "ECDSA", 64},
	{"ES384", key.P384, crypto.SHA384, "ECDSA", 96},
	{"ES512", key.P521, crypto.SHA512, "ECDSA", 132},
	{"ES256K", key.Secp256k1, crypto.SHA256, "ECDSA", 64},
	{"EdDSA", key.Ed25519, 0, "Ed25519", 64},
	{"Ed25519", key.Ed25519, 0, "Ed25519", 64},
	{"ML-DSA-44", key.MLDSA44, 0, "ML-DSA", 2420},
	{"ML-DSA-65", key.MLDSA65, 0, "ML-DSA", 3309},
	{"ML-DSA-87", key.MLDSA87, 0, "ML-DSA", 4627},
}

// TestSignAndVerify: what is signed is what the standard library verifies.
func TestSignAndVerify(t *testing.T) {
	if got := alg.Names(); len(got) != len(standard) || len(alg.All()) != len(standard) {
		t.Errorf("the table has %q", got)
	}
	all, public := keys(t), publicKeys(t)
	for _, row := range standard {
		a := lookup(t, row.name)
		if a.Name != row.name || a.Kind != row.kind {
			t.Errorf("%s is %s of %s", row.name, a.Name, a.Kind)
			continue
		}
		signature := sign(t, a, all[row.kind])
		if len(signature) != row.size {
			t.Errorf("%s signs with %d bytes, want %d", row.name, len(signature), row.size)
		}
		if !genuine(all[row.kind], row.family, row.hash, signature) {
			t.Errorf("the signature of %s is not that of the standard", row.name)
		}
		half, ok := public[row.kind]
		if !ok {
			continue
		}
		if err := a.Verify(half, input, signature); err != nil {
			t.Errorf("%s with the public half: %v", row.name, err)
		}
		if made, err := a.Sign(half, input); !errors.Is(err, alg.ErrNoPrivate) || made != nil {
			t.Errorf("%s signs with the public half: %x, %v", row.name, made, err)
		}
	}
}

// genuine judges a signature over the input without the package.
func genuine(k key.Key, family string, hash crypto.Hash, signature []byte) bool {
	var digest []byte
	if hash != 0 {
		h := hash.New()
		h.Write(input)
		digest = h.Sum(nil)
	}
	switch family {
	case "HMAC":
		mac := hmac.New(hash.New, k.Secret())
		mac.Write(input)
		return bytes.Equal(mac.Sum(nil), signature)
	case "PKCS#1":
		return rsa.VerifyPKCS1v15(k.Public().(*rsa.PublicKey), hash, digest, signature) == nil
	case "PSS":
		return rsa.VerifyPSS(k.Public().(*rsa.PublicKey), hash, digest, signature, &rsa.PSSOptions{SaltLength: hash.Size()}) == nil
	case "ECDSA":
		half := len(signature) / 2
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		return ecdsa.Verify(ecdsaKey(k), digest, r, s)
	case "Ed25519":
		return ed25519.Verify(k.Public().(ed25519.PublicKey), input, signature)
	case "ML-DSA":
		public := k.Public().(*mldsa.PublicKey)
		other := mldsa.Verify(public, input, signature, &mldsa.Options{Context: "JWS"})
		return mldsa.Verify(public, input, signature, &mldsa.Options{}) == nil && other != nil
	}
	return false
}

// ecdsaKey is a key of any of the curves. On secp256k1, crypto/ecdsa computes with
// big numbers.
func ecdsaKey(k key.Key) *ecdsa.PublicKey {
	if public, ok := k.Public().(*ecdsa.PublicKey); ok {
		return public
	}
	point, err := secp256k1.ParsePubKey(k.Public().(key.Secp256k1PublicKey))
	if err != nil {
		panic(err)
	}
	return point.ToECDSA()
}

// TestKnownAnswer has the signatures of RFC 7515 §A.1 and RFC 8037 §A.4, which
// are always the same. RFC 8812 has none; the one for ES256K, with the private key
// 1, is one that every Bitcoin library is tested with, and s is in its lower half.
func TestKnownAnswer(t *testing.T) {
	for _, row := range []struct{ name, jwk, input, want string }{
		{
			"HS256",
			`{"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"}`,
			"eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ",
			"dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		},
		{
			"EdDSA",
			`{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc",
			"hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg",
		},
		{
			"ES256K",
			`{"kty":"EC","crv":"secp256k1","x":"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g","y":"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg","d":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE"}`,
			"Satoshi Nakamoto",
			"k0seoQpLPBdX4rDAF9C2FDzjyafmpKSYYNemqyEO49gkQs6dK5FgZBCAFHg-kj7Da0l0Pi_6HESW8BpRKq_Z5Q",
		},
	} {
		got, err := lookup(t, row.name).Sign(parse(t, []byte(row.jwk)), []byte(row.input))
		if text := base64.RawURLEncoding.EncodeToString(got); err != nil || text != row.want {
			t.Errorf("%s signs %s, %v; want %s", row.name, text, err, row.want)
		}
	}
}

// TestA1Names: exact names only. "none" in any case is not an algorithm.
func TestA1Names(t *testing.T) {
	for _, name := range []string{
		"none", "None", "NONE", "nOnE", "noNE", "", " none", "none\x00", "HS256 ", "hs256", "Hs256", "HS1", "HS224", "RS1",
		"ES256k", "ES521", "EDDSA", "eddsa", "ED25519", "ed25519", "Ed448", "RSA-OAEP", "dir", "A256GCM", "ML-DSA", "ML-DSA-45", "ml-dsa-44",
	} {
		if a, ok := alg.Lookup(name); ok || a.Name != "" {
			t.Errorf("%q is in the table", name)
		}
	}
}

func TestZeroAlgorithm(t *testing.T) {
	var a alg.Algorithm
	for _, k := range append(slices.Collect(maps.Values(keys(t))), key.Key{}) {
		if _, err := a.Sign(k, input); !isKeyError(err) {
			t.Errorf("the zero Algorithm signs with a %v: %v", k, err)
		}
		if err := a.Verify(k, input, nil); !isKeyError(err) {
			t.Errorf("the zero Algorithm verifies with a %v: %v", k, err)
		}
	}
	if a.MinSecret() != 0 {
		t.Error("the zero Algorithm wants a secret")
	}
}

func isKeyError(err error) bool {
	_, ok := errors.AsType[*alg.KeyError](err)
	return ok
}

// TestA3A6WrongKind: an algorithm takes keys of one kind. In particular, no HMAC
// takes a public key (A3), and no ECDSA another curve (A6).
func TestA3A6WrongKind(t *testing.T) {
	all, public := keys(t), publicKeys(t)
	for _, a := range alg.All() {
		signature := sign(t, a, all[a.Kind])
		for _, set := range []map[key.Kind]key.Key{all, public, {"": {}}} {
			for kind, k := range set {
				if kind == a.Kind {
					continue
				}
				e, ok := errors.AsType[*alg.KeyError](a.Verify(k, input, signature))
				if !ok || e.Alg != a.Name || e.Want != a.Kind || e.Got != kind || e.Only != "" {
					t.Errorf("%s verifies with a %v: %v", a.Name, k, e)
				}
				if made, err := a.Sign(k, input); !isKeyError(err) || made != nil {
					t.Errorf("%s signs with a %v: %v", a.Name, k, err)
				}
			}
		}
	}
}

// TestA3Confusion: a token that an attacker signed with HS256 and the text of a
// public key. Neither the key nor its text can be made to verify it.
func TestA3Confusion(t *testing.T) {
	hs256 := lookup(t, "HS256")
	for _, name := range []string{"rsa.pub.pem", "rsa.pkcs1.pub.pem", "rsa.cert.pem", "ec256.pub.pem", "ec256k.pub.pem", "ed25519.pub.pem"} {
		text, err := os.ReadFile(filepath.Join("../../testdata/keys", name))
		if err != nil {
			t.Fatal(err)
		}
		mac := hmac.New(crypto.SHA256.New, text)
		mac.Write(input)
		k := load(t, name)
		if err := hs256.Verify(k, input, mac.Sum(nil)); !isKeyError(err) || k.Secret() != nil {
			t.Errorf("%s verifies as a secret: %v", name, err)
		}
		if k, err := key.NewSecret(text); err == nil {
			t.Errorf("%s became a %v", name, k)
		}
		for _, a := range alg.For(k) {
			if a.MinSecret() > 0 {
				t.Errorf("%s may be used with %s", name, a.Name)
			}
		}
	}
}

// TestChanged: no bit of signature or input may differ. Of long signatures, not
// every byte is tried.
func TestChanged(t *testing.T) {
	all := keys(t)
	for _, a := range alg.All() {
		k := all[a.Kind]
		signature := sign(t, a, k)
		for i := 0; i < len(signature); i += 1 + len(signature)/500 {
			changed := bytes.Clone(signature)
			changed[i] ^= 1 << (i % 8)
			if err := a.Verify(k, input, changed); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s with another byte %d: %v", a.Name, i, err)
			}
		}
		for i := range input {
			changed := bytes.Clone(input)
			changed[i] ^= 1 << (i % 8)
			if err := a.Verify(k, changed, signature); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s over another byte %d: %v", a.Name, i, err)
			}
		}
		for _, changed := range [][]byte{nil, input[1:], input[:len(input)-1], append(bytes.Clone(input), 0), append(bytes.Clone(input), '\n')} {
			if err := a.Verify(k, changed, signature); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s over %q: %v", a.Name, changed, err)
			}
		}
	}
}

// TestA2Length: a signature that is empty, cut, padded or all zero.
func TestA2Length(t *testing.T) {
	all := keys(t)
	for _, a := range alg.All() {
		k := all[a.Kind]
		signature := sign(t, a, k)
		n := len(signature)
		for what, wrong := range map[string][]byte{
			"nothing":           nil,
			"one byte":          signature[:1],
			"16 bytes":          signature[:16],
			"half":              signature[:n/2],
			"a byte less":       signature[:n-1],
			"the first byte":    signature[1:],
			"a byte more":       append(bytes.Clone(signature), 0),
			"a zero before":     append([]byte{0}, signature...),
			"twice":             append(bytes.Clone(signature), signature...),
			"zeros":             make([]byte, n),
			"ones":              bytes.Repeat([]byte{0xff}, n),
			"its base64url":     []byte(base64.RawURLEncoding.EncodeToString(signature)),
			"the word null":     []byte("null"),
			"a million of them": bytes.Repeat([]byte{1}, 1<<20),
		} {
			if err := a.Verify(k, input, wrong); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s with %s: %v", a.Name, what, err)
			}
		}
	}
}

// TestA5AnotherKeyOrAlgorithm: another key of the same kind, and another algorithm
// with the same key.
func TestA5AnotherKeyOrAlgorithm(t *testing.T) {
	all := keys(t)
	p256, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), big.NewInt(7).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	point, err := p256.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	for _, row := range []struct {
		name  string
		other key.Key
	}{
		{"HS256", secret(t, "another secret")},
		{"HS512", secret(t, string(all[key.Secret].Secret())+"\n")}, // H3
		{"RS256", load(t, "rsa1024.pem")},
		{"PS256", load(t, "rsa1024.pem")},
		{"ES256", parse(t, fmt.Appendf(nil, `{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}`, b64(point[1:33]), b64(point[33:])))},
		{"ES256K", parse(t, []byte(`{"kty":"EC","crv":"secp256k1","x":"eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g","y":"SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"}`))},
		{"EdDSA", parse(t, []byte(`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`))},
	} {
		a := lookup(t, row.name)
		if err := a.Verify(row.other, input, sign(t, a, all[a.Kind])); !errors.Is(err, alg.ErrSignature) {
			t.Errorf("%s with another key: %v", row.name, err)
		}
	}
	for _, a := range alg.All() {
		for _, b := range alg.All() {
			if a.Kind == b.Kind && a.Name != b.Name && a.Kind != key.Ed25519 {
				if err := b.Verify(all[a.Kind], input, sign(t, a, all[a.Kind])); !errors.Is(err, alg.ErrSignature) {
					t.Errorf("%s verifies what %s signed: %v", b.Name, a.Name, err)
				}
			}
		}
	}
}

// TestA8PSSSalt: the salt is as long as the hash (RFC 7518 §3.5).
func TestA8PSSSalt(t *testing.T) {
	k := load(t, "rsa.pem")
	private := k.Private().(*rsa.PrivateKey)
	for _, row := range standard {
		if row.family != "PSS" {
			continue
		}
		h := row.hash.New()
		h.Write(input)
		digest := h.Sum(nil)
		longest := private.Size() - 2 - row.hash.Size()
		for _, salt := range []int{1, 20, row.hash.Size() - 1, row.hash.Size(), row.hash.Size() + 1, longest} {
			signature, err := rsa.SignPSS(rand.Reader, private, row.hash, digest, &rsa.PSSOptions{SaltLength: salt})
			if err != nil {
				t.Fatal(err)
			}
			err = lookup(t, row.name).Verify(k, input, signature)
			if want := salt == row.hash.Size(); (err == nil) != want {
				t.Errorf("%s with a salt of %d bytes: %v", row.name, salt, err)
			}
		}
	}
}

// TestA9RSAPadding: the padding of RS256 is exactly that of RFC 8017 §9.2. Each
// row is signed truly, so that nothing but the padding is wrong.
func TestA9RSAPadding(t *testing.T) {
	k := load(t, "rsa.pem")
	private := k.Private().(*rsa.PrivateKey)
	h := crypto.SHA256.New()
	h.Write(input)
	digest := h.Sum(nil)
	info := append([]byte{0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 5, 0, 4, 0x20}, digest...)
	noNull := append([]byte{0x30, 0x2f, 0x30, 0x0b, 6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1, 4, 0x20}, digest...)
	sha1 := append([]byte{0x30, 0x21, 0x30, 9, 6, 5, 0x2b, 0x0e, 3, 2, 0x1a, 5, 0, 4, 0x14}, digest[:20]...)
	filled := func(front []byte, fill byte, end []byte) []byte {
		middle := bytes.Repeat([]byte{fill}, 256-len(front)-len(end))
		return slices.Concat(front, middle, end)
	}
	end := append([]byte{0}, info...)
	rs256 := lookup(t, "RS256")
	for _, row := range []struct {
		name   string
		padded []byte
		ok     bool
	}{
		{"as it should be", filled([]byte{0, 1}, 0xff, end), true},
		{"something behind the digest (Bleichenbacher)", filled(slices.Concat([]byte{0, 1}, bytes.Repeat([]byte{0xff}, 8), end), 0x41, nil), false},
		{"a byte behind the digest", filled([]byte{0, 1}, 0xff, append(end, 0)), false},
		{"the padding of encryption", filled([]byte{0, 2}, 0xff, end), false},
		{"zeros for padding", filled([]byte{0, 0}, 0, end), false},
		{"other bytes for padding", filled([]byte{0, 1}, 0xfe, end), false},
		{"no separator", filled([]byte{0, 1}, 0xff, info), false},
		{"no parameters, as RFC 8017 once allowed", filled([]byte{0, 1}, 0xff, append([]byte{0}, noNull...)), false},
		{"another hash", filled([]byte{0, 1}, 0xff, append([]byte{0}, sha1...)), false},
		{"no DigestInfo", filled([]byte{0, 1}, 0xff, append([]byte{0}, digest...)), false},
		{"no padding", filled(nil, 0, digest), false},
		{"zero", make([]byte, 256), false},
		{"one", filled(nil, 0, []byte{1}), false},
	} {
		signature := new(big.Int).Exp(new(big.Int).SetBytes(row.padded), private.D, private.N).FillBytes(make([]byte, 256))
		if err := rs256.Verify(k, input, signature); (err == nil) != row.ok {
			t.Errorf("%s: %v", row.name, err)
		}
	}
	for name, number := range map[string]*big.Int{"n": private.N, "n - 1": new(big.Int).Sub(private.N, big.NewInt(1)), "n + 1": new(big.Int).Add(private.N, big.NewInt(1))} {
		if err := rs256.Verify(k, input, number.Bytes()); !errors.Is(err, alg.ErrSignature) {
			t.Errorf("the signature %s: %v", name, err)
		}
	}
}

// TestA4ECDSA: CVE-2022-21449 and its kin.
func TestA4ECDSA(t *testing.T) {
	all := keys(t)
	for _, row := range standard {
		if row.family != "ECDSA" {
			continue
		}
		a, k := lookup(t, row.name), all[row.kind]
		order, half := ecdsaKey(k).Params().N, row.size/2
		join := func(r, s *big.Int) []byte {
			return append(r.FillBytes(make([]byte, half)), s.FillBytes(make([]byte, half))...)
		}
		zero, one := big.NewInt(0), big.NewInt(1)
		limits := []*big.Int{
			zero, one, new(big.Int).Sub(order, one), order, new(big.Int).Add(order, one),
			new(big.Int).Sub(new(big.Int).Lsh(one, uint(8*half)), one),
		}
		for _, r := range limits {
			for _, s := range limits {
				if err := a.Verify(k, input, join(r, s)); !errors.Is(err, alg.ErrSignature) {
					t.Errorf("%s with r = %v, s = %v: %v", row.name, r, s, err)
				}
			}
		}

		signature := sign(t, a, k)
		r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
		for _, limit := range limits {
			for _, wrong := range [][]byte{join(r, limit), join(limit, s)} {
				if err := a.Verify(k, input, wrong); !errors.Is(err, alg.ErrSignature) {
					t.Errorf("%s with one half %v: %v", row.name, limit, err)
				}
			}
		}
		if err := a.Verify(k, input, join(s, r)); !errors.Is(err, alg.ErrSignature) {
			t.Errorf("%s with its halves exchanged: %v", row.name, err)
		}
		for _, beyond := range []*big.Int{new(big.Int).Add(r, order), new(big.Int).Add(s, order)} {
			if beyond.BitLen() > 8*half {
				continue // only P-521 has the room
			}
			if err := a.Verify(k, input, join(beyond, s)); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s with r beyond the order: %v", row.name, err)
			}
			if err := a.Verify(k, input, join(r, beyond)); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s with s beyond the order: %v", row.name, err)
			}
		}
		// Malleable, but JWS does not ask for the lower of the two.
		if err := a.Verify(k, input, join(r, new(big.Int).Sub(order, s))); err != nil {
			t.Errorf("%s with n - s: %v", row.name, err)
		}

		h := row.hash.New()
		h.Write(input)
		der, err := k.Private().Sign(rand.Reader, h.Sum(nil), row.hash)
		if err != nil {
			t.Fatal(err)
		}
		for _, wrong := range [][]byte{der, append(der, make([]byte, max(0, row.size-len(der)))...), der[:min(row.size, len(der))]} {
			if err := a.Verify(k, input, wrong); !errors.Is(err, alg.ErrSignature) {
				t.Errorf("%s takes DER: %v", row.name, err)
			}
		}
	}
}

// TestES256KOfOpenSSL: s is in the upper half of its range, as it is in every second
// signature that is not made for Bitcoin.
func TestES256KOfOpenSSL(t *testing.T) {
	signature, err := hex.DecodeString("e7c1e862591b3904f05f55057300193542d5e5f5c0edac0e92062e8eab20fd16" +
		"bd273fedb112154908c6b3b78ffdf9d1b8bbbe7d33b4dec40aee760183bc3d69")
	if err != nil {
		t.Fatal(err)
	}
	if err := lookup(t, "ES256K").Verify(load(t, "ec256k.pub.pem"), input, signature); err != nil {
		t.Error(err)
	}
}

// TestA7EdDSA: "EdDSA" and "Ed25519" are one algorithm (RFC 9864 §2.2).
func TestA7EdDSA(t *testing.T) {
	k := load(t, "ed25519.pem")
	eddsa, ed25519 := lookup(t, "EdDSA"), lookup(t, "Ed25519")
	for _, own := range []string{"", "EdDSA", "Ed25519"} {
		k.Alg = own
		signature := sign(t, eddsa, k)
		if err := ed25519.Verify(k, input, signature); err != nil {
			t.Errorf("a key for %q: %v", own, err)
		}
		if !bytes.Equal(signature, sign(t, ed25519, k)) {
			t.Errorf("a key for %q signs differently under the two names", own)
		}
	}
	k.Alg = "Ed448"
	if _, err := eddsa.Sign(k, input); !isKeyError(err) {
		t.Errorf("a key for Ed448: %v", err)
	}
}

// TestFor: what a key may be used with, the default first.
func TestFor(t *testing.T) {
	all := keys(t)
	hmacs, rsas := []string{"HS256", "HS384", "HS512"}, []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	for _, row := range []struct {
		kind key.Kind
		own  string // the key's alg
		want []string
	}{
		{key.Secret, "", hmacs},
		{key.RSA, "", rsas},
		{key.P256, "", []string{"ES256"}},
		{key.P384, "", []string{"ES384"}},
		{key.P521, "", []string{"ES512"}},
		{key.Secp256k1, "", []string{"ES256K"}},
		{key.Ed25519, "", []string{"EdDSA", "Ed25519"}},
		{key.MLDSA44, "", []string{"ML-DSA-44"}},
		{key.MLDSA65, "ML-DSA-65", []string{"ML-DSA-65"}},
		{key.MLDSA87, "ML-DSA-87", []string{"ML-DSA-87"}},

		{key.Secret, "HS512", []string{"HS512"}},
		{key.RSA, "PS384", []string{"PS384"}},
		{key.P256, "ES256", []string{"ES256"}},
		{key.Ed25519, "EdDSA", []string{"EdDSA", "Ed25519"}},
		{key.Ed25519, "Ed25519", []string{"Ed25519", "EdDSA"}},

		// An alg of another kind, or that is none, leaves nothing (F3).
		{key.RSA, "ES256", nil},
		{key.RSA, "HS256", nil},
		{key.RSA, "RSA-OAEP", nil},
		{key.P256, "ES384", nil},
		{key.P256, "ES256K", nil},
		{key.Secp256k1, "ES256", nil},
		{key.MLDSA44, "ML-DSA-65", nil},
		{key.P521, "ES521", nil},
		{key.Secret, "none", nil},
		{key.Secret, "hs256", nil},
		{key.Secret, "A256GCM", nil},
		{key.Ed25519, "Ed448", nil},
	} {
		k := all[row.kind]
		k.Alg = row.own
		var got []string
		for _, a := range alg.For(k) {
			got = append(got, a.Name)
		}
		if !slices.Equal(got, row.want) {
			t.Errorf("a %v for %q may be used with %q, want %q", k, row.own, got, row.want)
		}
	}
	if got := alg.For(key.Key{}); len(got) > 0 {
		t.Errorf("no key may be used with %d algorithms", len(got))
	}
}

// TestF3KeysOwnAlg: a key that names an algorithm is for that one only.
func TestF3KeysOwnAlg(t *testing.T) {
	all := keys(t)
	for _, row := range []struct {
		own, used string
		ok        bool
	}{
		{"RS256", "RS256", true},
		{"RS256", "RS384", false},
		{"RS256", "PS256", false},
		{"PS256", "RS256", false},
		{"HS256", "HS512", false},
		{"HS512", "HS512", true},
		{"rs256", "RS256", false},
		{"none", "HS256", false},
		{"EdDSA", "Ed25519", true},
	} {
		a := lookup(t, row.used)
		k := all[a.Kind]
		signature := sign(t, a, k)
		k.Alg = row.own
		verified := a.Verify(k, input, signature)
		_, signed := a.Sign(k, input)
		for _, err := range []error{verified, signed} {
			e, refused := errors.AsType[*alg.KeyError](err)
			if row.ok && err != nil || !row.ok && (!refused || e.Only != row.own || e.Alg != row.used) {
				t.Errorf("a key for %s with %s: %v", row.own, row.used, err)
			}
		}
	}
}

func TestMinSecret(t *testing.T) {
	want := map[string]int{"HS256": 32, "HS384": 48, "HS512": 64} // RFC 7518 §3.2
	for _, a := range alg.All() {
		if a.MinSecret() != want[a.Name] {
			t.Errorf("%s needs %d bytes, want %d", a.Name, a.MinSecret(), want[a.Name])
		}
	}
	// A short one works all the same: to judge it is for the caller.
	sign(t, lookup(t, "HS512"), secret(t, "x"))
}

// TestAllIsACopy: nobody can change the table.
func TestAllIsACopy(t *testing.T) {
	alg.All()[0].Name = "none"
	alg.Names()[0] = "none"
	if _, ok := alg.Lookup("none"); ok || alg.Names()[0] != "HS256" || alg.All()[0].Name != "HS256" {
		t.Error("the table was changed")
	}
}

// TestA12ErrorsSayNothing: an error has neither the right signature nor the
// secret in it, because it is always the same.
func TestA12ErrorsSayNothing(t *testing.T) {
	all := keys(t)
	for _, a := range alg.All() {
		k := all[a.Kind]
		signature := sign(t, a, k)
		changed := bytes.Clone(signature)
		changed[0] ^= 1
		if err := a.Verify(k, input, changed); err != alg.ErrSignature { //nolint:errorlint // nothing around it either
			t.Errorf("%s: %v", a.Name, err)
		}
	}
}

func TestKeyError(t *testing.T) {
	k := load(t, "ec256.pub.pem")
	if err := lookup(t, "HS256").Verify(k, nil, nil); err.Error() != "HS256 needs a key of kind secret, not P-256" {
		t.Error(err)
	}
	k.Alg = "ES256K"
	if err := lookup(t, "ES256").Verify(k, nil, nil); err.Error() != "ES256 does not fit the key, which is for ES256K only" {
		t.Error(err)
	}
}

func BenchmarkSign(b *testing.B) {
	all := keys(b)
	for _, a := range alg.All() {
		b.Run(a.Name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := a.Sign(all[a.Kind], input); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkVerify(b *testing.B) {
	all := keys(b)
	for _, a := range alg.All() {
		b.Run(a.Name, func(b *testing.B) {
			signature := sign(b, a, all[a.Kind])
			b.ReportAllocs()
			for b.Loop() {
				if err := a.Verify(all[a.Kind], input, signature); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestPSSOnly: a key for RSASSA-PSS makes no other signatures (RFC 4055 §1.2).
func TestPSSOnly(t *testing.T) {
	for name, want := range map[string][]string{"rsapss.pem": {"PS256", "PS384", "PS512"}, "rsapss.sha384.pub.pem": {"PS384"}} {
		k := load(t, name)
		var got []string
		for _, a := range alg.For(k) {
			got = append(got, a.Name)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s is for %q, want %q", name, got, want)
		}
		rs256, _ := alg.Lookup("RS256")
		if e, ok := errors.AsType[*alg.KeyError](rs256.Verify(k, nil, nil)); !ok || e.Only == "" {
			t.Errorf("%s and RS256: %v", name, e)
		}
	}
}
