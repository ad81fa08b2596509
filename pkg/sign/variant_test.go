package sign_test

import (
	"errors"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/sign"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// TestVariants: each token is refused for its own fault, and the one that they are
// made from is not.
func TestVariants(t *testing.T) {
	now := time.Unix(1700000000, 0)
	ec, err := key.New(key.P256, 0)
	if err != nil {
		t.Fatal(err)
	}
	ec.ID, ec.HasID = "mine", true
	secret, err := key.NewSecret([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	policy := verify.Policy{Now: now, Issuer: "me", Audience: []string{"api"}, Require: []string{"exp"}}
	for _, claims := range []string{
		`{"iss":"me","aud":"api","iat":1700000000,"exp":1700003600}`,
		`{"iss":"me","aud":["api"],"iat":1699990000,"nbf":1699990000,"exp":1800000000}`,
		`{"iss":"me","aud":"api"}`,
	} {
		for name, k := range map[string]key.Key{"ES256": ec, "HS256": secret} {
			algorithm, _ := alg.Lookup(name)
			header := `{"alg":"` + name + `"}`
			if k.HasID {
				header = `{"alg":"` + name + `","kid":"mine"}`
			}
			d := sign.Draft{Algorithm: algorithm, Key: k, Header: object(t, header), Claims: object(t, claims), Now: now}
			wants := map[string]verify.Outcome{
				"expired": verify.Expired, "not-yet": verify.NotYetValid, "bad-signature": verify.BadSignature,
				"wrong-aud": verify.ClaimMismatch, "wrong-iss": verify.ClaimMismatch, "alg-none": verify.AlgRefused,
				"unknown-kid": verify.NoKey, "hs-with-public-key": verify.AlgRefused, "no-exp": verify.ClaimMismatch,
			}
			if name == "HS256" {
				wants["unknown-kid"] = verify.Valid // a secret has no kid: nobody looks at it
			}
			for _, v := range sign.Variants() {
				compact, err := v.Make(d)
				if name == "HS256" && v.Name == "hs-with-public-key" {
					if !errors.Is(err, sign.ErrNoVariant) {
						t.Errorf("%s of a secret: %v", v.Name, err)
					}
					continue
				}
				parsed, parseErr := token.Parse(compact)
				if err != nil || parseErr != nil {
					t.Errorf("%s: %v, %v", v.Name, err, parseErr)
					continue
				}
				p := policy
				if _, found := d.Claims.Get("exp"); !found && v.Name != "no-exp" {
					p.Require = nil
				}
				if got := verify.Token(parsed, key.Set{Keys: []key.Key{k.PublicOnly()}}, p).Outcome(); got != wants[v.Name] {
					t.Errorf("%s by %s of %s is %q, want %q", v.Name, name, claims, got, wants[v.Name])
				}
			}
			if string(d.Claims.Raw()) != claims {
				t.Errorf("the claims have changed: %s", d.Claims.Raw())
			}
		}
	}
}

// TestVariantExpired: an expired token is as the good one was, an hour after its end.
func TestVariantExpired(t *testing.T) {
	secret, err := key.NewSecret([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	hs256, _ := alg.Lookup("HS256")
	d := sign.Draft{Algorithm: hs256, Key: secret, Header: object(t, `{"alg":"HS256"}`), Claims: object(t, `{"iat":1700000000,"nbf":1700000060,"exp":1700000300,"a":1.0}`), Now: time.Unix(1700000000, 0)}
	compact, err := sign.Variants()[0].Make(d)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := token.Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"iat":1699996100,"nbf":1699996160,"exp":1699996400,"a":1.0}`; string(parsed.Payload) != want {
		t.Errorf("%s, want %s", parsed.Payload, want)
	}
	if _, err := strict.ParseObject(parsed.Payload); err != nil {
		t.Error(err)
	}
}
