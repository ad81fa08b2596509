package verify_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/token"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

// Tests named TestA1…, TestB7… are about the attacks that go by that number: A is
// about algorithms and signatures, B about header members that pick the key, E
// about claims, F about keys and sets of them.

const (
	nowSeconds = 1_700_000_000
	nowText    = "2023-11-14 22:13:20 UTC"
	secretText = "0123456789abcdef0123456789abcdef" // as long as the hash of HS256

	plainHeader = `{"alg":"HS256"}`
	plainClaims = `{"exp":1700003600}` // an hour later
)

var now = time.Unix(nowSeconds, 0)

// Keys.

func secret(t testing.TB, text string) key.Key {
	t.Helper()
	k, err := key.NewSecret([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// keyFile is a file of testdata/keys.
func keyFile(t testing.TB, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("..", "..", "testdata", "keys", name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func oneKey(t testing.TB, data []byte) key.Key {
	t.Helper()
	set, err := key.Parse(data)
	if err != nil || len(set.Keys) != 1 {
		t.Fatalf("%d keys, %v", len(set.Keys), err)
	}
	return set.Keys[0]
}

// pair is the private and the public key of a file of testdata/keys.
func pair(t testing.TB, name string) (private, public key.Key) {
	t.Helper()
	private = oneKey(t, keyFile(t, name))
	return private, private.PublicOnly()
}

func spki(t testing.TB, k key.Key) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k.Public())
	if err != nil {
		t.Fatal(err)
	}
	return der
}

// newPair is a new pair of keys for ES256.
func newPair(t testing.TB) (private, public key.Key) {
	t.Helper()
	made, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(made)
	if err != nil {
		t.Fatal(err)
	}
	private = oneKey(t, der)
	return private, oneKey(t, spki(t, private))
}

func setOf(keys ...key.Key) key.Set { return key.Set{Keys: keys} }

func named(k key.Key, kid string) key.Key {
	k.ID, k.HasID = kid, true
	return k
}

// Tokens.

// signed is a token with this very header and payload, signed with the algorithm,
// whatever the header says.
func signed(t testing.TB, algorithm string, k key.Key, header, payload string) string {
	t.Helper()
	a, ok := alg.Lookup(algorithm)
	if !ok {
		t.Fatalf("no algorithm %s", algorithm)
	}
	compact, err := token.Encode([]byte(header), []byte(payload), func(input []byte) ([]byte, error) { return a.Sign(k, input) })
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func parse(t testing.TB, compact string) *token.Token {
	t.Helper()
	parsed, err := token.Parse(compact)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// judge is the result for a token, now.
func judge(t testing.TB, compact string, keys key.Set, policy verify.Policy) verify.Result {
	t.Helper()
	if policy.Now.IsZero() {
		policy.Now = now
	}
	return verify.Token(parse(t, compact), keys, policy)
}

// Results.

// find is the check with this ID, which is there no more than once.
func find(t testing.TB, r verify.Result, id string) (verify.Check, bool) {
	t.Helper()
	var found []verify.Check
	for _, c := range r.Checks {
		if c.ID == id {
			found = append(found, c)
		}
	}
	if len(found) > 1 {
		t.Errorf("%d checks %q: %+v", len(found), id, found)
	}
	if len(found) == 0 {
		return verify.Check{}, false
	}
	return found[0], true
}

func failures(r verify.Result) []verify.Check {
	return slices.DeleteFunc(slices.Clone(r.Checks), func(c verify.Check) bool { return c.Status == verify.Pass })
}

func ids(r verify.Result) (checks, unchecked, warnings []string) {
	for _, c := range r.Checks {
		checks = append(checks, c.ID)
	}
	for _, n := range r.NotChecked {
		unchecked = append(unchecked, n.ID)
	}
	for _, w := range r.Warnings {
		warnings = append(warnings, w.ID)
	}
	return checks, unchecked, warnings
}

// fail and pass make the checks that tests expect.

func fail(outcome verify.Outcome, id, code, want, got, near string) verify.Check {
	return verify.Check{ID: id, Status: verify.Fail, Code: code, Want: want, Got: got, Near: near, Outcome: outcome}
}

func pass(id, got string) verify.Check { return verify.Check{ID: id, Status: verify.Pass, Got: got} }

// A row of a table is one check. If it fails it is the only one that does, and the
// outcome is its own; if it passes the token is valid. A check of which only the
// ID is given is not there.
type row struct {
	name           string
	header, claims string // empty: the plain ones
	policy         verify.Policy
	want           verify.Check
}

func (w row) run(t *testing.T) {
	t.Helper()
	t.Run(w.name, func(t *testing.T) {
		t.Helper()
		header, claims := w.header, w.claims
		if header == "" {
			header = plainHeader
		}
		if claims == "" {
			claims = plainClaims
		}
		k := secret(t, secretText)
		w.hold(t, judge(t, signed(t, "HS256", k, header, claims), setOf(k), w.policy))
	})
}

func (w row) hold(t *testing.T, r verify.Result) {
	t.Helper()
	got, found := find(t, r, w.want.ID)
	if found && got.Status == verify.Fail && got.Detail == "" {
		t.Errorf("the failure says nothing to people: %+v", got)
	}
	detail := got.Detail
	got.Detail = ""
	if want := w.want; found != (want.Status != verify.NotRun) || found && got != want {
		t.Errorf("got  %+v (%s)\nwant %+v", got, detail, want)
	}
	outcome, failed := verify.Valid, 0
	if w.want.Status == verify.Fail {
		outcome, failed = w.want.Outcome, 1
	}
	if r.Outcome() != outcome {
		t.Errorf("the outcome is %q, want %q", r.Outcome(), outcome)
	}
	if f := failures(r); len(f) != failed {
		t.Errorf("%d checks failed: %+v", len(f), f)
	}
}

func TestZeroIsNotValid(t *testing.T) {
	signature := pass("signature", "HS256")
	for _, tt := range []struct {
		name   string
		checks []verify.Check
		want   verify.Outcome
	}{
		{"nothing", nil, verify.None},
		{"no signature", []verify.Check{pass("alg", "HS256"), pass("exp", "")}, verify.None},
		{"a signature that was not run", []verify.Check{{ID: "signature"}}, verify.None},
		{"another check that was not run", []verify.Check{signature, {ID: "exp"}}, verify.None},
		{"a failure without an outcome", []verify.Check{signature, {ID: "exp", Status: verify.Fail}}, verify.None},
		{"a failure with an outcome that is none", []verify.Check{signature, {ID: "exp", Status: verify.Fail, Outcome: "late"}}, verify.None},
		{"a failure that is called valid", []verify.Check{signature, {ID: "exp", Status: verify.Fail, Outcome: verify.Valid}}, verify.None},
		{"a failure and a check that was not run", []verify.Check{{ID: "iss"}, fail(verify.Expired, "exp", "expired", "", "", "")}, verify.Expired},
		{"a signature", []verify.Check{signature}, verify.Valid},
	} {
		r := verify.Result{Checks: tt.checks}
		if r.Outcome() != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, r.Outcome(), tt.want)
		}
		if _, ok := r.Key(); ok {
			t.Errorf("%s: has a key", tt.name)
		}
	}
	if (verify.Result{}).Verified() {
		t.Error("the zero Result is verified")
	}
	// Neither is what the zero values of everything else make.
	if o := judge(t, signed(t, "HS256", secret(t, secretText), plainHeader, plainClaims), key.Set{}, verify.Policy{}).Outcome(); o != verify.NoKey {
		t.Errorf("without keys: %q", o)
	}
	if o := judge(t, signed(t, "HS256", secret(t, secretText), plainHeader, plainClaims), setOf(key.Key{}), verify.Policy{}).Outcome(); o != verify.AlgRefused {
		t.Errorf("with the zero key: %q", o)
	}
}

// The order in which one failure of several gives its name to the outcome. Expired
// is last: it means that all else is right.
var precedence = []verify.Outcome{
	verify.Malformed, verify.AlgRefused, verify.BadSignature, verify.NoKey, verify.ClaimMismatch, verify.NotYetValid, verify.Expired,
}

func TestPrecedence(t *testing.T) {
	of := func(outcomes ...verify.Outcome) verify.Result {
		r := verify.Result{Checks: []verify.Check{pass("signature", "")}}
		for _, o := range outcomes {
			r.Checks = append(r.Checks, verify.Check{ID: string(o), Status: verify.Fail, Outcome: o})
		}
		return r
	}
	for i, first := range precedence {
		for _, second := range precedence[i:] {
			for _, pair := range [][2]verify.Outcome{{first, second}, {second, first}} {
				if got := of(pair[0], pair[1]).Outcome(); got != first {
					t.Errorf("%v is %q, want %q", pair, got, first)
				}
				if got := verify.Worse(pair[0], pair[1]); got != first {
					t.Errorf("Worse%q is %q, want %q", pair, got, first)
				}
			}
		}
		// Over several tokens: one that is valid makes nothing better, and one that
		// was not judged makes all of them not judged.
		for _, pair := range [][2]verify.Outcome{{first, verify.Valid}, {verify.Valid, first}} {
			if got := verify.Worse(pair[0], pair[1]); got != first {
				t.Errorf("Worse%q is %q", pair, got)
			}
		}
		if a, b := verify.Worse(first, verify.None), verify.Worse(verify.None, first); a != verify.None || b != verify.None {
			t.Errorf("Worse of %q and none is %q, %q", first, a, b)
		}
	}
	if got := verify.Worse(verify.Valid, verify.Valid); got != verify.Valid {
		t.Errorf("Worse of valid twice is %q", got)
	}
}

func TestUnreadable(t *testing.T) {
	good := signed(t, "HS256", secret(t, secretText), plainHeader, plainClaims)
	header, rest, _ := strings.Cut(good, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for name, tt := range map[string]struct {
		compact string
		code    string
	}{
		"nothing":        {"", "empty"},
		"no dots":        {header, "segments"},
		"no signature":   {header + "." + payload, "no-signature"},
		"white space":    {good + "\n", "white-space"},
		"JSON":           {`{"payload":"` + payload + `"}`, "json-form"},
		"padding":        {header + "." + payload + "=." + signature, "padding"},
		"an SD-JWT":      {good + "~", "sd-jwt"},
		"header twice":   {signed(t, "HS256", secret(t, secretText), `{"alg":"none","alg":"HS256"}`, plainClaims), "duplicate"},
		"claims twice":   {signed(t, "HS256", secret(t, secretText), plainHeader, `{"exp":1,"exp":1700003600}`), "duplicate"},
		"an array":       {signed(t, "HS256", secret(t, secretText), plainHeader, `[1]`), "not-object"},
		"a token inside": {signed(t, "HS256", secret(t, secretText), plainHeader, good), "nested"},
	} {
		_, err := token.Parse(tt.compact)
		problem, ok := errors.AsType[*token.ParseError](err)
		if !ok {
			t.Errorf("%s: %v", name, err)
			continue
		}
		r := verify.Unreadable(problem)
		want := fail(verify.Malformed, "format", tt.code, "", "", "")
		want.Detail = problem.Error()
		if len(r.Checks) != 1 || r.Checks[0] != want || r.Outcome() != verify.Malformed || r.Verified() {
			t.Errorf("%s is %q: %+v, want %+v", name, r.Outcome(), r.Checks, want)
		}
	}
}

// everything is a policy that asks for all there is, and a token that has it.
var (
	everything = verify.Policy{
		Algorithms: []string{"HS256"}, KeyID: "k1", Issuer: "https://id.example.com/", Audience: []string{"web", "api"}, Subject: "alice",
		Type: "at+jwt", Require: []string{"jti", "/realm/roles/0"}, Claims: []verify.Claim{{Name: "role", Value: []byte(`"admin"`)}},
		Leeway: time.Minute, Scopes: []string{"read"}, Unless: []verify.Claim{{Name: "role", Value: []byte(`"root"`)}},
		MaxAge: time.Hour, MinTTL: time.Hour,
	}
	everythingHeader = `{"typ":"at+jwt","alg":"HS256","kid":"k1"}`
	everythingClaims = `{"iss":"https://id.example.com/","aud":["api"],"sub":"alice","jti":"1","role":"admin","realm":{"roles":["a"]},"scope":"read",` +
		`"iat":1699999990,"nbf":1699999995,"exp":1700003600}`
)

func TestAllChecks(t *testing.T) {
	k := named(secret(t, secretText), "k1")
	want := []verify.Check{
		pass("alg", "HS256"), pass("key", "k1"), pass("signature", "HS256"), pass("typ", "at+jwt"),
		pass("iss", "https://id.example.com/"), pass("aud", `["api"]`), pass("sub", "alice"),
		pass("require:jti", ""), pass("require:/realm/roles/0", ""), pass("claim:role", "admin"), pass("scope:read", "read"),
		pass("iat", "2023-11-14 22:13:10 UTC"), pass("max-age", "2023-11-14 22:13:10 UTC"), pass("nbf", "2023-11-14 22:13:15 UTC"),
		pass("exp", "2023-11-14 23:13:20 UTC"), pass("min-ttl", "2023-11-14 23:13:20 UTC"),
	}
	hold := func(r verify.Result, want []verify.Check) {
		t.Helper()
		got := slices.Clone(r.Checks)
		for i := range got {
			got[i].Detail = ""
		}
		if !slices.Equal(got, want) {
			t.Errorf("got  %+v\nwant %+v", got, want)
		}
	}
	strictly := everything
	strictly.Strict = true
	for _, policy := range []verify.Policy{everything, strictly} {
		r := judge(t, signed(t, "HS256", k, everythingHeader, everythingClaims), setOf(k), policy)
		hold(r, want)
		if r.Outcome() != verify.Valid || !r.Verified() || len(r.NotChecked)+len(r.Warnings) != 0 {
			t.Errorf("%q, not checked %v, warnings %v", r.Outcome(), r.NotChecked, r.Warnings)
		}
		if matched, ok := r.Key(); !ok || matched.ID != "k1" {
			t.Errorf("the key is %v", matched)
		}
	}

	// With another signature the same questions get the same answers, which then
	// are about what somebody wrote.
	other := named(secret(t, strings.ToUpper(secretText)), "k1")
	r := judge(t, signed(t, "HS256", other, everythingHeader, everythingClaims), setOf(k), everything)
	want[1].Got = "" // no key has been found
	want[2] = fail(verify.BadSignature, "signature", "bad-signature", "", "", "")
	hold(r, want)
	if r.Outcome() != verify.BadSignature || r.Verified() {
		t.Errorf("%q, verified %t", r.Outcome(), r.Verified())
	}
	if _, ok := r.Key(); ok {
		t.Error("has a key all the same")
	}
	// So too where there was nothing to try a signature with.
	for name, tt := range map[string]struct {
		header string
		keys   key.Set
		want   verify.Outcome
	}{
		"alg none":  {`{"typ":"at+jwt","alg":"none","kid":"k1"}`, setOf(k), verify.AlgRefused},
		"no key":    {everythingHeader, key.Set{}, verify.NoKey},
		"two keys":  {everythingHeader, setOf(k, k), verify.NoKey},
		"other kid": {everythingHeader, setOf(named(k, "k2")), verify.NoKey},
	} {
		r := judge(t, signed(t, "HS256", k, tt.header, everythingClaims), tt.keys, everything)
		if r.Outcome() != tt.want || r.Verified() {
			t.Errorf("%s: %q, verified %t", name, r.Outcome(), r.Verified())
		}
		for _, id := range []string{"typ", "iss", "aud", "sub", "require:jti", "claim:role", "scope:read", "iat", "max-age", "nbf", "exp", "min-ttl"} {
			if c, _ := find(t, r, id); c.Status != verify.Pass {
				t.Errorf("%s: %+v", name, c)
			}
		}
		if _, unchecked, _ := ids(r); !slices.Contains(unchecked, "signature") {
			t.Errorf("%s: the signature is not among what was not checked, %q", name, unchecked)
		}
	}

	// And when all of them fail, each says so.
	r = judge(t, signed(t, "HS256", other, `{"typ":"JWT","alg":"HS256","kid":"k1","cty":1,"crit":["x"],"b64":false}`,
		`{"iss":"a","aud":"b","sub":"c","role":"d","iat":1800000000,"nbf":1800000000,"exp":1}`), setOf(k), everything)
	failed := slices.DeleteFunc(r.Checks, func(c verify.Check) bool { return c.Status != verify.Fail })
	got, _, _ := ids(verify.Result{Checks: failed})
	wantIDs := []string{
		"header", "crit", "b64", "signature", "typ", "iss", "aud", "sub", "require:jti", "require:/realm/roles/0", "claim:role", "scope:read", "iat", "nbf", "exp",
		"min-ttl",
	}
	if !slices.Equal(got, wantIDs) {
		t.Errorf("failed: %q\nwant    %q", got, wantIDs)
	}
}

func TestNotChecked(t *testing.T) {
	k := secret(t, secretText)
	compact := signed(t, "HS256", k, plainHeader, `{"iss":"a","aud":["b","c"],"sub":"d","exp":1700003600}`)
	r := judge(t, compact, setOf(k), verify.Policy{IgnoreExp: true})
	if _, got, _ := ids(r); !slices.Equal(got, []string{"iss", "aud", "exp"}) || r.Outcome() != verify.Valid {
		t.Errorf("%q: not checked: %q", r.Outcome(), got)
	}
	for _, n := range r.NotChecked {
		if n.Why == "" {
			t.Errorf("no reason for %q", n.ID)
		}
	}
	r = judge(t, signed(t, "HS256", k, plainHeader, plainClaims), setOf(k), verify.Policy{})
	if len(r.NotChecked) > 0 {
		t.Errorf("not checked: %+v", r.NotChecked)
	}
}

// A token of a key with the fingerprint of CVE-2017-15361, made for this test.
const (
	rocaModulus = "xrCnw0n5Tg9sBGnqXmvMm8gbOZyLWSxMb8w_b9Uudz72eAX6T5I3nRMzSxq_nsOFUP7ooiYof7lv-OFE_fC1ljKj9I7WL5zlGQVGB6UeYACShlojaIsec0qMD__" +
		"Sr1-GoaSfvbWDdwvPjkwo7jN8Np01U3a7X3CID2yOvWbvFQkLcTItsh-OybcbkjMg0BsZSaTv7V9xYULAhMk_rKdFyZZvf9C885t0AD7q5CFnBX5rRFmahYnD-nSjqvxlua1lfgnq" +
		"Pp1io6xdGGBIkzT9b6cm9PALGZeAcrdGd2FWjelGDuqm0e3gRfWivmL5u8301G-RZk81OdEh-LHCK87mdw"
	rocaToken = "eyJhbGciOiJSUzI1NiJ9.eyJleHAiOjE3MDAwMDM2MDB9.UcfofWOofoTtfCe4E1-y8_3fkh8FbffCdC3pul5xNEmapacsnoxRZ07Vop2B77uyicjJVb7DXER4" +
		"V3hwGHBbVtuv62uKidSywEmhMyWBgdkeFBKkZxBCbqEm_SK-xWKyT9YrNYkevPdQVYhtVvF64w7759iAlxhCDWcXgWn_whXr0-BPdLkSDKkI_qwChPt6nLr0axCT8i4ErLnh85Wv" +
		"3Io7q7oJPI8vEilfEyBY2fHfFK2C8FnIAMI2sC2NMH_WxE2ji4Coo2eq-rf1o65E-CrofhjVXoD2fiqHYx0OGSYM-NLIM2be6F1l6tdVvywxKfujB4rhWaVX1_VW2BaD_g"
)

// TestStrict: each warning lets a token pass, and is a failure of the same name
// under a strict policy.
func TestStrict(t *testing.T) {
	long, short := secret(t, secretText), secret(t, secretText[:31])
	weak, weakPublic := pair(t, "rsa1024.pem")
	private, public := pair(t, "ec256.pem")
	roca := oneKey(t, []byte(`{"kty":"RSA","e":"AQAB","n":"`+rocaModulus+`"}`))
	_, otherPublic := newPair(t)
	ec := `{"alg":"ES256"}`
	for _, tt := range []struct {
		id      string
		compact string
		keys    key.Set
		policy  verify.Policy
		want    verify.Outcome
	}{
		{"no-exp", signed(t, "HS256", long, plainHeader, `{}`), setOf(long), verify.Policy{}, verify.ClaimMismatch},
		{"short-secret", signed(t, "HS256", short, plainHeader, plainClaims), setOf(short), verify.Policy{}, verify.NoKey},
		{"short-rsa", signed(t, "RS256", weak, `{"alg":"RS256"}`, plainClaims), setOf(weakPublic), verify.Policy{}, verify.NoKey},
		{"roca", rocaToken, setOf(roca), verify.Policy{}, verify.NoKey},
		{"private-key", signed(t, "ES256", private, ec, plainClaims), setOf(private), verify.Policy{}, verify.NoKey},
		{"key-choice", signed(t, "ES256", private, ec, plainClaims), setOf(otherPublic, public), verify.Policy{}, verify.NoKey},
		{
			"kid-differs", signed(t, "ES256", private, `{"alg":"ES256","kid":"a"}`, plainClaims),
			setOf(named(public, "b")), verify.Policy{KeyID: "b"}, verify.NoKey,
		},
	} {
		t.Run(tt.id, func(t *testing.T) {
			r := judge(t, tt.compact, tt.keys, tt.policy)
			if _, _, warnings := ids(r); !slices.Equal(warnings, []string{tt.id}) || r.Warnings[0].Detail == "" || r.Outcome() != verify.Valid {
				t.Errorf("%q with the warnings %+v", r.Outcome(), r.Warnings)
			}
			tt.policy.Strict = true
			r = judge(t, tt.compact, tt.keys, tt.policy)
			row{want: fail(tt.want, tt.id, tt.id, "", "", "")}.hold(t, r)
			if len(r.Warnings) > 0 || !r.Verified() {
				t.Errorf("verified %t, warnings %+v", r.Verified(), r.Warnings)
			}
		})
	}

	// What is not checked for want of an expectation is one more, in the case of aud.
	compact := signed(t, "HS256", long, plainHeader, `{"aud":["a","b"],"iss":"c","exp":1700003600}`)
	row{want: fail(verify.ClaimMismatch, "aud", "aud-not-expected", "", `["a","b"]`, "")}.hold(t,
		judge(t, compact, setOf(long), verify.Policy{Strict: true}))

	// A signature that does not match says nothing about the key.
	r := judge(t, signed(t, "HS256", long, plainHeader, plainClaims), setOf(short), verify.Policy{Strict: true})
	row{want: fail(verify.BadSignature, "signature", "bad-signature", "", "", "")}.hold(t, r)
}

// TestRawPayload: a payload of any bytes, of which nothing is asked, and
// that is said.
func TestRawPayload(t *testing.T) {
	k := secret(t, secretText)
	for _, payload := range []string{"", "text", "1", "\x00\xff", "[]", "{"} {
		compact := signed(t, "HS256", k, plainHeader, payload)
		parsed, err := token.ParseRaw(compact)
		if err != nil {
			t.Errorf("%q: %v", payload, err)
			continue
		}
		r := verify.Token(parsed, setOf(k), verify.Policy{Now: now, RawPayload: true, Strict: true})
		checks, unchecked, warnings := ids(r)
		if r.Outcome() != verify.Valid || !slices.Equal(checks, []string{"alg", "key", "signature"}) || !slices.Equal(unchecked, []string{"claims"}) || len(warnings) > 0 {
			t.Errorf("%q is %q: %q, not checked %q, warnings %q", payload, r.Outcome(), checks, unchecked, warnings)
		}
		// What is demanded all the same is not met.
		r = verify.Token(parsed, setOf(k), verify.Policy{
			Now: now, RawPayload: true, Issuer: "a", Subject: "b", Audience: []string{"c"}, Require: []string{"d"},
			Claims: []verify.Claim{{Name: "e", Value: []byte("1")}}, Scopes: []string{"f"}, MaxAge: 1, MinTTL: 1,
		})
		if f := failures(r); r.Outcome() != verify.ClaimMismatch || len(f) != 8 {
			t.Errorf("%q is %q: %+v", payload, r.Outcome(), f)
		}
	}
}

func BenchmarkToken(b *testing.B) {
	files := map[key.Kind]string{
		key.RSA: "rsa.pem", key.P256: "ec256.pem", key.P384: "ec384.pem", key.P521: "ec521.pem", key.Secp256k1: "ec256k.pem", key.Ed25519: "ed25519.pem",
		key.MLDSA44: "mldsa44.pem", key.MLDSA65: "mldsa65.pem", key.MLDSA87: "mldsa87.pem",
	}
	for _, a := range alg.All() {
		b.Run(a.Name, func(b *testing.B) {
			private := secret(b, secretText+secretText)
			public := private
			if a.Kind != key.Secret {
				if files[a.Kind] == "" {
					b.Skipf("there is no key of kind %s in testdata", a.Kind)
				}
				private, public = pair(b, files[a.Kind])
			}
			parsed := parse(b, signed(b, a.Name, private, `{"alg":"`+a.Name+`","typ":"at+jwt","kid":"k1"}`, everythingClaims))
			keys, policy := setOf(named(public, "k1")), everything
			policy.Algorithms, policy.Now = nil, now
			if r := verify.Token(parsed, keys, policy); r.Outcome() != verify.Valid {
				b.Fatalf("%q: %+v", r.Outcome(), failures(r))
			}
			b.ReportAllocs()
			for b.Loop() {
				verify.Token(parsed, keys, policy)
			}
		})
	}
}
