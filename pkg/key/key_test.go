package key_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// file is one of the published test keys.
func file(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// one reads data that must hold exactly one key.
func one(t testing.TB, data []byte) key.Key {
	t.Helper()
	set, err := key.Parse(data)
	if err != nil || len(set.Keys) != 1 || len(set.Unusable) > 0 {
		t.Fatalf("%.60q holds %v, not %v: %v", data, set.Keys, set.Unusable, err)
	}
	return set.Keys[0]
}

// wantUnusable checks that an error is an [*key.UnusableError] that says this.
func wantUnusable(t testing.TB, err error, says string) *key.UnusableError {
	t.Helper()
	e, ok := errors.AsType[*key.UnusableError](err)
	if !ok || !strings.Contains(e.Error(), says) {
		t.Errorf("the error is %v, want one that says %q", err, says)
		return &key.UnusableError{}
	}
	return e
}

func TestZeroKey(t *testing.T) {
	var k key.Key
	if k.Kind() != "" || k.CanSign() || k.Public() != nil || k.Private() != nil || k.Secret() != nil || k.Bits() != 0 || k.Thumbprint() != "" || k.Weaknesses() != nil {
		t.Errorf("the zero Key is something: %v", k)
	}
	if k.String() != "no key" {
		t.Errorf("it says %q", k)
	}
}

func TestNewSecret(t *testing.T) {
	given := []byte("secret\n") // H3: these very bytes
	k, err := key.NewSecret(given)
	if err != nil {
		t.Fatal(err)
	}
	if string(k.Secret()) != "secret\n" || k.Kind() != key.Secret || !k.CanSign() || k.Bits() != 56 || k.Form != "secret" {
		t.Errorf("it is %q, a %v", k.Secret(), k)
	}
	if k.Public() != nil || k.Private() != nil {
		t.Error("a secret has no halves")
	}
	if k.Thumbprint() != "" {
		t.Error("a secret has no thumbprint: its hash would help to guess it")
	}
	given[0] = 'X'
	if string(k.Secret()) != "secret\n" {
		t.Error("the key changes with the caller's bytes")
	}
	for _, empty := range [][]byte{nil, {}} { // A10
		if _, err := key.NewSecret(empty); !errors.Is(err, key.ErrEmptySecret) {
			t.Errorf("an empty secret: %v", err)
		}
	}
}

func TestThumbprint(t *testing.T) {
	for _, row := range []struct{ from, jwk, want string }{
		{
			"RFC 7638 §3.1",
			`{
      "kty": "RSA",
      "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
      "e": "AQAB",
      "alg": "RS256",
      "kid": "2011-04-29"
     }`,
			"NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs",
		},
		{
			"RFC 8037 §A.3",
			`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
		},
		{
			"RFC 8037 §A.1, the private key of the same",
			`{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`,
			"kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
		},
		{
			"RFC 9449 §4.1 and §6.1",
			`{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}`,
			"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I",
		},
	} {
		if got := one(t, []byte(row.jwk)).Thumbprint(); got != row.want {
			t.Errorf("%s: %s, want %s", row.from, got, row.want)
		}
	}
}

// TestThumbprintLeadingZeros: coordinates keep their full length, and the modulus
// loses a zero that a careless writer put before it.
func TestThumbprintLeadingZeros(t *testing.T) {
	var public *ecdsa.PublicKey
	for d := 1; public == nil; d++ {
		private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), big.NewInt(int64(d)).FillBytes(make([]byte, 32)))
		if err != nil {
			t.Fatal(err)
		}
		if point, _ := private.PublicKey.Bytes(); point[1] == 0 { // of 04 ‖ x ‖ y
			public = &private.PublicKey
		}
	}
	fromJWK, fromDER := one(t, marshal(ecJWK(t, public))), one(t, spki(t, public))
	if fromJWK.Thumbprint() != fromDER.Thumbprint() {
		t.Error("as a JWK it has another thumbprint than as SPKI")
	}

	plain := rsaJWK(rsaKey(t))
	zero := rsaJWK(rsaKey(t))
	n, _ := strict.Base64URL(zero["n"].(string))
	zero["n"] = strict.EncodeBase64URL(append([]byte{0}, n...))
	if one(t, marshal(plain)).Thumbprint() != one(t, marshal(zero)).Thumbprint() {
		t.Error("a zero before the modulus changes the thumbprint")
	}
}

// TestG6KeysNeverPrint: no way of formatting shows a byte of a secret or private key.
func TestG6KeysNeverPrint(t *testing.T) {
	const marked = "correct horse battery staple hunter2"
	secret, err := key.NewSecret([]byte(marked))
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]key.Key{
		"secret": secret,
		"RSA":    one(t, file(t, "rsa.pem")),
		"EC":     one(t, file(t, "ec256.pem")),
		"OKP":    one(t, file(t, "ed25519.pem")),
		"AKP":    one(t, file(t, "mldsa44.pem")),
	} {
		forbidden := forms(private(k))
		if len(forbidden) == 0 {
			t.Fatalf("%s: nothing to look for", name)
		}
		type exported struct{ Key key.Key }
		type hidden struct {
			key     key.Key
			pointer *key.Key
			list    []key.Key
			byName  map[string]key.Key
			any     any
		}
		inside := hidden{k, &k, []key.Key{k}, map[string]key.Key{"k": k}, k}
		for what, value := range map[string]any{
			"Key": k, "*Key": &k, "exported field": exported{k}, "pointer to a struct": &exported{k}, "unexported fields": inside, "pointer to unexported fields": &inside,
			"slice": []key.Key{k}, "array": [1]key.Key{k}, "map": map[string]key.Key{"k": k}, "Set": key.Set{Keys: []key.Key{k}}, "error": fmt.Errorf("with %v", k),
		} {
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#x", "%d", "%c", "%o", "%b", "%t", "%10.3v", "%e"} {
				said := fmt.Sprintf(verb, value)
				for _, bytes := range forbidden {
					if strings.Contains(strings.ToLower(said), bytes) {
						t.Errorf("%s as %s with %s prints %q", name, what, verb, bytes)
					}
				}
			}
			if text, err := json.Marshal(value); err == nil {
				for _, bytes := range forbidden {
					if strings.Contains(strings.ToLower(string(text)), bytes) {
						t.Errorf("%s as %s in JSON is %s", name, what, text)
					}
				}
			}
		}
	}
}

// private is what of a key must never be seen.
func private(k key.Key) []byte {
	switch private := k.Private().(type) {
	case *rsa.PrivateKey:
		return private.D.Bytes()
	case *ecdsa.PrivateKey:
		raw, _ := private.Bytes()
		return raw
	case ed25519.PrivateKey:
		return private.Seed()
	case *mldsa.PrivateKey:
		return private.Bytes()
	}
	return k.Secret()
}

// forms is how nine bytes of data look in print, in lower case.
func forms(data []byte) []string {
	data = data[len(data)/4/3*3:][:9] // where base64 starts a new group
	inGo := fmt.Sprintf("%#v", data)
	return []string{
		strings.ToLower(string(data)),
		strings.ToLower(b64(data)),
		hex.EncodeToString(data),
		fmt.Sprintf("% x", data),
		inGo[len("[]byte{") : len(inGo)-1],
		strings.Trim(fmt.Sprint(data), "[]"),
		strings.Trim(fmt.Sprintf("%o", data), "[]"),
		strings.Trim(fmt.Sprintf("%b", data), "[]"),
	}
}

func TestStringSaysWhatAKeyIs(t *testing.T) {
	secret, _ := key.NewSecret([]byte("0123456789"))
	for want, k := range map[string]key.Key{
		"secret of 10 bytes":    secret,
		"RSA 2048 private key":  one(t, file(t, "rsa.pem")),
		"RSA 2048 public key":   one(t, file(t, "rsa.pub.pem")),
		"P-521 private key":     one(t, file(t, "ec521.pem")),
		"P-521 public key":      one(t, file(t, "ec521.pub.pem")),
		"Ed25519 public key":    one(t, file(t, "ed25519.pub.pem")),
		"secp256k1 public key":  one(t, file(t, "ec256k.pub.pem")),
		"ML-DSA-87 private key": one(t, file(t, "mldsa87.pem")),
	} {
		if k.String() != want || fmt.Sprint(k) != want || fmt.Sprintf("%#v", k) != want {
			t.Errorf("%s, want %s", k, want)
		}
		if text, err := json.Marshal(k); err != nil || string(text) != `"`+want+`"` {
			t.Errorf("in JSON it is %s, %v", text, err)
		}
	}
}

func TestA11Weaknesses(t *testing.T) {
	for _, row := range []struct {
		name string
		key  key.Key
		want []key.Weakness
	}{
		{"RSA 2048", one(t, file(t, "rsa.pem")), nil},
		{"RSA 1024", one(t, file(t, "rsa1024.pem")), []key.Weakness{key.ShortRSA}},
		{"RSA 2047", one(t, spki(t, &rsa.PublicKey{N: odd(2047), E: 65537})), []key.Weakness{key.ShortRSA}},
		{"ROCA", one(t, spki(t, &rsa.PublicKey{N: rocaModulus(2048), E: 65537})), []key.Weakness{key.ROCA}},
		{"ROCA and short", one(t, spki(t, &rsa.PublicKey{N: rocaModulus(1024), E: 65537})), []key.Weakness{key.ShortRSA, key.ROCA}},
		{"next to ROCA", one(t, spki(t, &rsa.PublicKey{N: new(big.Int).Add(rocaModulus(2048), big.NewInt(2)), E: 65537})), nil},
		{"P-256", one(t, file(t, "ec256.pem")), nil},
		{"Ed25519", one(t, file(t, "ed25519.pem")), nil},
	} {
		if got := row.key.Weaknesses(); !slices.Equal(got, row.want) {
			t.Errorf("%s has %v, want %v", row.name, got, row.want)
		}
	}
	// How long a secret must be is for the algorithm to say.
	if k, err := key.NewSecret([]byte("x")); err != nil || k.Weaknesses() != nil {
		t.Errorf("a secret: %v", err)
	}
}

// rocaModulus is a number of that many bits that is a power of 65537 modulo each
// small prime, as the generator of CVE-2017-15361 made them.
func rocaModulus(bits int) *big.Int {
	product := big.NewInt(1)
	for p := int64(3); p <= 167; p++ {
		if big.NewInt(p).ProbablyPrime(0) {
			product.Mul(product, big.NewInt(p))
		}
	}
	n := new(big.Int).Exp(big.NewInt(65537), big.NewInt(123456789), product)
	top := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	n.Add(n, top.Sub(top, new(big.Int).Mod(top, product)))
	n.Add(n, product) // above the top bit again
	if n.Bit(0) == 0 {
		n.Add(n, product)
	}
	return n
}

// odd is the number 2^(bits-1) + 1.
func odd(bits int) *big.Int {
	n := new(big.Int).Lsh(big.NewInt(1), uint(bits-1))
	return n.SetBit(n, 0, 1)
}

func TestSetIDs(t *testing.T) {
	set, err := key.Parse([]byte(`{"keys":[{"kty":"oct","k":"AAAA","kid":"b"},{"kty":"oct","k":"AAAB"},{"kty":"oct","k":"AAAC","kid":""},{"kty":"oct","k":"AAAD","kid":"b"},{"kty":"oct","k":"AAAE","kid":"a"}]}`))
	if err != nil || !slices.Equal(set.IDs(), []string{"b", "", "a"}) {
		t.Errorf("%q, %v", set.IDs(), err)
	}
	if ids := (key.Set{}).IDs(); len(ids) > 0 {
		t.Errorf("no keys have %q", ids)
	}
}
