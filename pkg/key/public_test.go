package key_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// TestPublicJWK: what is published of a private key is its public half, the same
// key when it is read again, and nothing else.
func TestPublicJWK(t *testing.T) {
	for _, test := range []struct {
		file string
		want []string
	}{
		{"rsa.pem", []string{"kty", "n", "e"}},
		{"ec256.pem", []string{"kty", "crv", "x", "y"}},
		{"ec384.pem", []string{"kty", "crv", "x", "y"}},
		{"ec521.pem", []string{"kty", "crv", "x", "y"}},
		{"ec256k.pem", []string{"kty", "crv", "x", "y"}},
		{"ed25519.pem", []string{"kty", "crv", "x"}},
		{"mldsa44.pem", []string{"kty", "alg", "pub"}},
		{"mldsa65.pem", []string{"kty", "alg", "pub"}},
		{"mldsa87.pem", []string{"kty", "alg", "pub"}},
	} {
		k := one(t, file(t, test.file))
		if got := memberNames(t, k); !cmp.Equal(got, test.want) {
			t.Errorf("%s: members %v, want %v", test.file, got, test.want)
		}
		k.ID, k.HasID, k.Alg, k.Use = `a "name" <of> ours`, true, "X", "sig"
		want := append(test.want, "kid", "alg", "use")
		if slices.Contains(test.want, "alg") { // it is of the type
			k.Alg, want = string(k.Kind()), append(test.want, "kid", "use")
		}
		if got := memberNames(t, k); !cmp.Equal(got, want) {
			t.Errorf("%s: members %v, want %v", test.file, got, want)
		}
		text, err := k.PublicJWK()
		if err != nil {
			t.Fatal(err)
		}
		again := one(t, text)
		if again.CanSign() || again.Thumbprint() != k.Thumbprint() || again.ID != k.ID || again.Alg != k.Alg || again.Use != k.Use {
			t.Errorf("%s was published as %s", test.file, text)
		}
	}
}

// TestPublicJWKOfSecret: a secret has no public half, and an empty kid is one.
func TestPublicJWKOfSecret(t *testing.T) {
	secret, err := key.NewSecret([]byte("not for publication"))
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range []key.Key{secret, {}} {
		if text, err := k.PublicJWK(); text != nil || !errors.As(err, new(*key.UnusableError)) {
			t.Errorf("%v was published as %s, %v", k, text, err)
		}
	}
	k := one(t, file(t, "ed25519.pem"))
	k.HasID = true
	if got := memberNames(t, k); !cmp.Equal(got, []string{"kty", "crv", "x", "kid"}) {
		t.Errorf("members %v", got)
	}
}

func memberNames(t *testing.T, k key.Key) []string {
	t.Helper()
	text, err := k.PublicJWK()
	if err != nil {
		t.Fatal(err)
	}
	jwk, err := strict.ParseObject(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var list []string
	for _, m := range jwk.Members() {
		list = append(list, m.Name)
	}
	return list
}
