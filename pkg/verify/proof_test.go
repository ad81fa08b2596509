package verify_test

import (
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// proof is a token that brings along a key, signed by another.
func proof(t *testing.T, signer key.Key, jwk, claims string) string {
	t.Helper()
	return signed(t, "EdDSA", signer, `{"alg":"EdDSA","typ":"dpop+jwt","jwk":`+jwk+`}`, claims)
}

// TestB5EmbeddedKey: the key that a token brings along counts only with the
// thumbprint that the policy has, and only if the policy has one.
func TestB5EmbeddedKey(t *testing.T) {
	private, public := pair(t, "ed25519.pem")
	_, otherPublic := pair(t, "ec256.pem")
	jwk, err := public.PublicJWK()
	if err != nil {
		t.Fatal(err)
	}
	otherJWK, err := otherPublic.PublicJWK()
	if err != nil {
		t.Fatal(err)
	}
	whole, err := private.Encode("jwk")
	if err != nil {
		t.Fatal(err)
	}
	const claims = `{"iat":1700000000}`
	mine := verify.Policy{Now: now, MaxAge: 60e9, Thumbprint: public.Thumbprint()}
	for _, tt := range []struct {
		name, token string
		keys        key.Set
		policy      verify.Policy
		outcome     verify.Outcome
		code        string
	}{
		{"the key", proof(t, private, string(jwk), claims), key.Set{}, mine, verify.Valid, ""},
		{"another key of the caller's counts for nothing", proof(t, private, string(jwk), claims), setOf(otherPublic), mine, verify.Valid, ""},
		{"another key", proof(t, private, string(otherJWK), claims), key.Set{}, mine, verify.NoKey, "wrong-jwk"},
		{"none, though the caller has it", signed(t, "EdDSA", private, `{"alg":"EdDSA"}`, claims), setOf(public), mine, verify.NoKey, "missing"},
		{"a private key", proof(t, private, string(whole), claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a set", proof(t, private, `{"keys":[`+string(jwk)+`,`+string(jwk)+`]}`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a set of one with another that cannot be used", proof(t, private, `{"keys":[`+string(jwk)+`,{"kty":"X"}]}`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a secret", proof(t, private, `{"kty":"oct","k":"MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY"}`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a key that is a set too", proof(t, private, strings.Replace(string(jwk), "{", `{"keys":[`+string(jwk)+`],`, 1), claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a set of one", proof(t, private, `{"keys":[`+string(jwk)+`]}`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a text", proof(t, private, `"`+public.Thumbprint()+`"`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"PEM in a text", proof(t, private, `"-----BEGIN PUBLIC KEY-----"`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"null", proof(t, private, `null`, claims), key.Set{}, mine, verify.NoKey, "unusable-key"},
		{"a key for encryption", proof(t, private, strings.Replace(string(jwk), "{", `{"use":"enc",`, 1), claims), key.Set{}, mine, verify.NoKey, ""},
		{"no thumbprint demanded", proof(t, private, string(jwk), claims), key.Set{}, verify.Policy{Now: now, MaxAge: 60e9}, verify.NoKey, ""},
	} {
		r := judge(t, tt.token, tt.keys, tt.policy)
		c, _ := find(t, r, "jwk")
		if r.Outcome() != tt.outcome || tt.policy.Thumbprint != "" && c.Code != tt.code {
			t.Errorf("%s: %q, %+v", tt.name, r.Outcome(), c)
		}
		if tt.outcome != verify.Valid && r.Verified() {
			t.Errorf("%s: the signature is taken for good", tt.name)
		}
	}
	// The signature is that of the key that is brought along, or it is none.
	cut := proof(t, private, string(jwk), claims)
	changed := cut[:strings.LastIndexByte(cut, '.')+1] + strings.Repeat("A", 86)
	if r := judge(t, changed, setOf(public), mine); r.Outcome() != verify.BadSignature {
		t.Errorf("a changed signature: %q", r.Outcome())
	}
}

// TestProofRequest: the request that a proof is for (RFC 9449 §4.3, rules 8 to 12).
func TestProofRequest(t *testing.T) {
	private, public := pair(t, "ed25519.pem")
	jwk, err := public.PublicJWK()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, claims       string
		method, uri, token string
		id, code, near     string // of the check that fails; no id: none does
	}{
		{"nothing is demanded", `{"htm":"GET","htu":"https://a.example/b"}`, "", "", "", "", "", ""},
		{"the same", `{"htm":"GET","htu":"https://a.example/b"}`, "GET", "https://a.example/b", "", "", "", ""},
		{"another method", `{"htm":"GET"}`, "POST", "", "", "htm", "wrong-htm", ""},
		{"a method in lower case", `{"htm":"get"}`, "GET", "", "", "htm", "wrong-htm", verify.NearCase},
		{"no method", `{}`, "GET", "", "", "htm", "missing", ""},
		{"a method that is no text", `{"htm":["GET"]}`, "GET", "", "", "htm", "claim-type", ""},
		{"no URL", `{}`, "", "https://a.example/b", "", "htu", "missing", ""},
		{"a URL that is no text", `{"htu":1}`, "", "https://a.example/b", "", "htu", "claim-type", ""},
		{"a URL that is no text, and none is demanded", `{"htu":1}`, "", "", "", "htu", "claim-type", ""},
		{"no http URL", `{"htu":"/b"}`, "", "https://a.example/b", "", "htu", "claim-type", ""},
		{"nor is this", `{"htu":"https://u:p@a.example/b"}`, "", "https://a.example/b", "", "htu", "claim-type", ""},
		{"the caller's is no URL", `{"htu":"https://a.example/b"}`, "", "b", "", "htu", "wrong-htu", ""},
		{"query and fragment do not count", `{"htu":"https://a.example/b?c=d#e"}`, "", "https://a.example/b?x", "", "", "", ""},
		{"case of scheme and host", `{"htu":"HTTPS://A.Example/b"}`, "", "https://a.example/b", "", "", "", ""},
		{"case of the path", `{"htu":"https://a.example/B"}`, "", "https://a.example/b", "", "htu", "wrong-htu", verify.NearCase},
		{"the default port", `{"htu":"https://a.example:443/b"}`, "", "https://a.example/b", "", "", "", ""},
		{"an empty port", `{"htu":"http://a.example:/b"}`, "", "http://a.example:80/b", "", "", "", ""},
		{"another scheme's port", `{"htu":"https://a.example:80/b"}`, "", "https://a.example/b", "", "htu", "wrong-htu", ""},
		{"an empty path", `{"htu":"https://a.example"}`, "", "https://a.example/", "", "", "", ""},
		{"a slash at the end", `{"htu":"https://a.example/b/"}`, "", "https://a.example/b", "", "htu", "wrong-htu", verify.NearSlash},
		{"dots", `{"htu":"https://a.example/x/../b/./c"}`, "", "https://a.example/b/c", "", "", "", ""},
		{"escaped dots", `{"htu":"https://a.example/x/%2e%2E/b"}`, "", "https://a.example/b", "", "", "", ""},
		{"a host that folds to another", `{"htu":"https://\u212a.example/b"}`, "", "https://k.example/b", "", "htu", "wrong-htu", verify.NearCase},
		{"a host that folds to another with a dot", `{"htu":"https://ap\u0130.example/b"}`, "", "https://api.example/b", "", "htu", "wrong-htu", ""},
		{"two slashes are not one", `{"htu":"https://a.example//b"}`, "", "https://a.example/b", "", "htu", "wrong-htu", ""},
		{"an escape that is none", `{"htu":"https://a.example/%62%2d"}`, "", "https://a.example/b-", "", "", "", ""},
		{"an escape in lower case", `{"htu":"https://a.example/a%2fb"}`, "", "https://a.example/a%2Fb", "", "", "", ""},
		{"an escaped slash is none", `{"htu":"https://a.example/a%2Fb"}`, "", "https://a.example/a/b", "", "htu", "wrong-htu", ""},
		{"an escaped percent sign stays", `{"htu":"https://a.example/%2541"}`, "", "https://a.example/A", "", "htu", "wrong-htu", ""},
		{"http for https", `{"htu":"http://a.example/b"}`, "", "https://a.example/b", "", "htu", "wrong-htu", verify.NearScheme},
		{"an IPv6 address", `{"htu":"http://[::1]:5000/b"}`, "", "http://[::1]:5000/b", "", "", "", ""},
		{"the access token (RFC 9449 §7.1)", `{"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}`, "", "", "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU", "", "", ""},
		{"another access token", `{"ath":"fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"}`, "", "", "other", "ath", "wrong-ath", ""},
		{"no access token", `{}`, "", "", "other", "ath", "missing", ""},
		{"the access token itself", `{"ath":"other"}`, "", "", "other", "ath", "wrong-ath", ""},
	} {
		claims := strings.Replace(strings.Replace(tt.claims, "{", `{"iat":1700000000,`, 1), ",}", "}", 1)
		policy := verify.Policy{Now: now, MaxAge: 60e9, Thumbprint: public.Thumbprint(), Method: tt.method, URI: tt.uri, AccessToken: tt.token}
		r := judge(t, proof(t, private, string(jwk), claims), key.Set{}, policy)
		failed := failures(r)
		switch {
		case tt.id == "" && r.Outcome() != verify.Valid:
			t.Errorf("%s: %+v", tt.name, failed)
		case tt.id != "" && (len(failed) != 1 || failed[0].ID != tt.id || failed[0].Code != tt.code || failed[0].Near != tt.near || r.Outcome() != verify.ClaimMismatch):
			t.Errorf("%s: %q, %+v", tt.name, r.Outcome(), failed)
		}
	}
	// A token that is no proof may use the names for anything.
	if r := judge(t, signed(t, "EdDSA", private, `{"alg":"EdDSA"}`, `{"iat":1700000000,"exp":1700003600,"htm":1,"htu":2,"ath":3}`), setOf(public), verify.Policy{Now: now}); r.Outcome() != verify.Valid {
		t.Errorf("%+v", r.Checks)
	}
}
