package cmd

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/preset"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// kindRows are tokens of all kinds, and the checks that keep each from being taken
// for one of another.
// What keeps them from being taken for a DPoP proof is the same for most: they bring
// no key along.
var kindRows = []struct {
	name, is       string // the kind that accepts it, if one does
	header, claims string
	fails          map[string]string // the others
}{
	{
		"an access token (RFC 9068 §2.2)", "access-token",
		`{"typ":"at+jwt","alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"api","exp":1700003600,"iat":1700000000,"jti":"1","client_id":"app","scope":"openid"}`,
		map[string]string{
			"id-token": "typ", "logout-token": "typ claim:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "typ claim:type", "flask-pyjwt-refresh": "typ claim:type",
		},
	},
	{
		"an ID token (OpenID Connect Core §2)", "id-token",
		`{"alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"app","exp":1700003600,"iat":1700000000,"nonce":"n"}`,
		map[string]string{
			"access-token": "typ require:client_id require:jti", "logout-token": "require:jti forbid:nonce claim:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "typ claim:type", "flask-pyjwt-refresh": "typ claim:type",
		},
	},
	{
		"an ID token that has all claims of an access token", "id-token",
		`{"typ":"JWT","alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"app","exp":1700003600,"iat":1700000000,"jti":"1","client_id":"app"}`,
		map[string]string{
			"access-token": "typ", "logout-token": "claim:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "claim:type", "flask-pyjwt-refresh": "claim:type",
		},
	},
	{
		"a logout token (OpenID Connect Back-Channel Logout §2.4)", "logout-token",
		`{"typ":"logout+jwt","alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"app","exp":1700000120,"iat":1700000000,"jti":"1","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`,
		map[string]string{
			"access-token": "typ require:client_id", "id-token": "typ forbid:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "typ claim:type", "flask-pyjwt-refresh": "typ claim:type",
		},
	},
	{
		"a logout token without typ", "logout-token",
		`{"alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"app","exp":1700000120,"iat":1700000000,"jti":"1","events":{"http://schemas.openid.net/event/backchannel-logout":{"a":1},"b":{}}}`,
		map[string]string{
			"access-token": "typ require:client_id", "id-token": "forbid:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "typ claim:type", "flask-pyjwt-refresh": "typ claim:type",
		},
	},
	{
		"a logout token of a session", "logout-token",
		`{"typ":"JWT","alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sid":"s","aud":"app","exp":1700000120,"iat":1700000000,"jti":"1","events":{"http://schemas.openid.net/event/backchannel-logout":{}}}`,
		map[string]string{
			"access-token": "typ require:sub require:client_id", "id-token": "require:sub forbid:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "require:sub claim:type", "flask-pyjwt-refresh": "require:sub claim:type",
		},
	},
	{
		"another security event token (RFC 8417 §2)", "",
		`{"typ":"secevent+jwt","alg":"HS256"}`,
		`{"iss":"https://id.example.com/","sub":"alice","aud":"app","exp":1700000120,"iat":1700000000,"jti":"1","events":{"urn:example:event":{},"http://schemas.openid.net/event/backchannel-logout":[]}}`,
		map[string]string{
			"access-token": "typ require:client_id", "id-token": "typ forbid:events", "logout-token": "typ claim:events",
			"flask-jwt": "require:nbf require:identity", "flask-pyjwt-auth": "typ claim:type", "flask-pyjwt-refresh": "typ claim:type",
		},
	},
	{
		"of Flask-JWT", "flask-jwt",
		`{"typ":"JWT","alg":"HS256"}`,
		`{"exp":1700000300,"iat":1700000000,"nbf":1700000000,"identity":1}`,
		map[string]string{
			"access-token": "typ require:iss require:aud require:sub require:client_id require:jti",
			"id-token":     "require:iss require:sub require:aud",
			"logout-token": "require:iss require:aud require:jti require:sub|sid claim:events",

			"flask-pyjwt-auth": "require:iss require:sub claim:type", "flask-pyjwt-refresh": "require:iss require:sub claim:type",
		},
	},
	{
		"an auth token of Flask_PyJWT", "flask-pyjwt-auth",
		`{"typ":"JWT","alg":"HS256"}`,
		`{"iss":"app","iat":1700000000,"exp":1700003600,"sub":"alice","type":"auth","scope":{"admin":true}}`,
		map[string]string{
			"access-token": "typ require:aud require:client_id require:jti", "id-token": "require:aud",
			"logout-token": "require:aud require:jti claim:events",
			"flask-jwt":    "require:nbf require:identity", "flask-pyjwt-refresh": "claim:type",
		},
	},
	{
		"a DPoP proof (RFC 9449 §4.2)", "dpop",
		`{"typ":"dpop+jwt","alg":"EdDSA","jwk":` + proofPublic + `}`,
		`{"jti":"1","htm":"GET","htu":"https://api.example.com/me","iat":1700000000}`,
		map[string]string{
			"access-token": "typ require:iss require:exp require:aud require:sub require:client_id",
			"id-token":     "typ require:iss require:sub require:aud require:exp", "logout-token": "typ require:iss require:aud require:exp require:sub|sid claim:events",
			"flask-jwt": "alg require:exp require:nbf require:identity", "flask-pyjwt-auth": "alg typ require:exp require:iss require:sub claim:type",
			"flask-pyjwt-refresh": "alg typ require:exp require:iss require:sub claim:type",
		},
	},
	{
		"a refresh token of Flask_PyJWT", "flask-pyjwt-refresh",
		`{"typ":"JWT","alg":"HS256"}`,
		`{"rid":"r","iss":"app","iat":1700000000,"exp":1700604800,"sub":"alice","type":"refresh"}`,
		map[string]string{
			"access-token": "typ require:aud require:client_id require:jti", "id-token": "require:aud",
			"logout-token": "require:aud require:jti claim:events",
			"flask-jwt":    "require:nbf require:identity", "flask-pyjwt-auth": "claim:type",
		},
	},
}

// proofKey is the key of RFC 8037 §A.1, with its public members as a proof has them.
const (
	proofKey    = `{"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
	proofPublic = `{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`
)

// asKind judges a token as one of a kind. One that brings a key along is signed by
// it, any other by a secret.
func asKind(t *testing.T, id, header, claims string) verify.Result {
	t.Helper()
	kind, err := preset.Lookup(id)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := key.NewSecret([]byte("0123456789abcdef0123456789abcdef"))
	if err != nil {
		t.Fatal(err)
	}
	proof, err := key.Parse([]byte(proofKey))
	if err != nil {
		t.Fatal(err)
	}
	algorithm, _ := alg.Lookup("HS256")
	if strings.Contains(header, `"jwk"`) {
		signer = proof.Keys[0]
		algorithm, _ = alg.Lookup("EdDSA")
	}
	compact, err := token.Encode([]byte(header), []byte(claims), func(input []byte) ([]byte, error) { return algorithm.Sign(signer, input) })
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := token.Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	policy := verify.Policy{Now: time.Unix(1_700_000_060, 0)}
	demandKind(&policy, *kind.Verify, false)
	if kind.Verify.Proof {
		policy.Thumbprint = proof.Keys[0].Thumbprint()
	}
	return verify.Token(parsed, key.Set{Keys: []key.Key{signer}}, policy)
}

// failedChecks are the IDs of the checks that failed, the JSON Pointer of an event
// left out.
func failedChecks(r verify.Result) string {
	var ids []string
	for _, c := range r.Checks {
		if c.Status != verify.Pass {
			id, _, _ := strings.Cut(strings.Replace(c.ID, "claim:/", "claim:", 1), "/")
			ids = append(ids, id)
		}
	}
	return strings.Join(ids, " ")
}

// TestE6Kinds: no kind of token is taken for another (RFC 8725 §2.8, §3.12).
func TestE6Kinds(t *testing.T) {
	for _, w := range kindRows {
		for _, id := range kinds(verifies) {
			want, said := w.fails[id]
			if !said && id == "dpop" && id != w.is {
				want, said = "jwk typ require:jti require:htm require:htu", true
				if strings.Contains(w.claims, `"jti"`) {
					want = "jwk typ require:htm require:htu"
				}
			}
			if said == (id == w.is) {
				t.Errorf("%s: nothing is said of it as %s", w.name, id)
			}
			outcome := verify.ClaimMismatch
			switch {
			case id == w.is:
				outcome = verify.Valid
			case strings.HasPrefix(want, "alg"):
				outcome = verify.AlgRefused
			case strings.HasPrefix(want, "jwk"):
				outcome = verify.NoKey
			}
			r := asKind(t, id, w.header, w.claims)
			if got := failedChecks(r); got != want || r.Outcome() != outcome {
				t.Errorf("%s as %s is %q: %q failed, want %q", w.name, id, r.Outcome(), got, want)
			}
		}
	}
}

// TestKindNeedsItsClaims: a token without one of the claims of its kind is none.
func TestKindNeedsItsClaims(t *testing.T) {
	seen := map[string]bool{}
	for _, w := range kindRows {
		if w.is == "" {
			continue
		}
		seen[w.is] = true
		kind, err := preset.Lookup(w.is)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range kind.Verify.Require {
			claims, err := strict.ParseObject([]byte(w.claims))
			if err != nil {
				t.Fatal(err)
			}
			var rest []string
			for _, m := range claims.Members() {
				if m.Name != name {
					rest = append(rest, string(strict.Quote(m.Name))+":"+string(m.Value))
				}
			}
			r := asKind(t, w.is, w.header, "{"+strings.Join(rest, ",")+"}")
			if got := strings.Fields(failedChecks(r)); !slices.Contains(got, "require:"+name) || r.Outcome() != verify.ClaimMismatch {
				t.Errorf("%s without %s is %q: %q", w.name, name, r.Outcome(), got)
			}
		}
	}
	for _, id := range kinds(verifies) {
		if !seen[id] {
			t.Errorf("there is no token that %s accepts", id)
		}
		if !strings.Contains(flagRowOf("as").usage, id) {
			t.Errorf("the help of --as leaves %s out", id)
		}
	}
}

// TestDemandKind: what wins, and what adds up.
func TestDemandKind(t *testing.T) {
	kind := preset.Verify{
		Algorithms: []string{"HS256"}, Type: "a", Untyped: true, Require: []string{"exp", "iat"},
		Claims: []preset.Claim{{Name: "type", Value: []byte(`"auth"`)}}, Leeway: preset.Duration{Duration: 10 * time.Second},
	}
	var p verify.Policy
	demandKind(&p, kind, false)
	if !slices.Equal(p.Algorithms, kind.Algorithms) || p.Type != "a" || !p.Untyped || p.Leeway != 10*time.Second || len(p.Claims) != 1 || !p.Claims[0].Firm {
		t.Errorf("%+v", p)
	}
	p = verify.Policy{Algorithms: []string{"HS512"}, Type: "b", Require: []string{"iat", "sub"}}
	demandKind(&p, kind, true)
	if !slices.Equal(p.Algorithms, []string{"HS512"}) || p.Type != "b" || p.Untyped || p.Leeway != 0 || !slices.Equal(p.Require, []string{"exp", "iat", "sub"}) {
		t.Errorf("%+v", p)
	}
	if !slices.Equal(kind.Require, []string{"exp", "iat"}) {
		t.Errorf("the preset has changed: %q", kind.Require)
	}
}
