package verify_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/alg"
	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
	"github.com/jwt-toolkit/jwt/pkg/verify"
)

const (
	allHMAC = "HS256, HS384, HS512"
	allRSA  = "RS256, RS384, RS512, PS256, PS384, PS512"
)

func refused(code, want, got string) verify.Check {
	return fail(verify.AlgRefused, "alg", code, want, got, "")
}

func badSignature(code, near string) verify.Check {
	return fail(verify.BadSignature, "signature", code, "", "", near)
}

func noKey(code, want, got string) verify.Check {
	return fail(verify.NoKey, "key", code, want, got, "")
}

// otherKID is the check of a token that names none of the keys, and that one of
// them has signed.
func otherKID(want, got string) verify.Check {
	return fail(verify.NoKey, "key", "unknown-kid", want, got, verify.NearKID)
}

// withSignature is the token with another signature.
func withSignature(compact string, signature []byte) string {
	return compact[:strings.LastIndexByte(compact, '.')+1] + strict.EncodeBase64URL(signature)
}

// each runs the tokens, all of which must fail in the same way.
func each(t *testing.T, tokens map[string]string, keys key.Set, policy verify.Policy, want verify.Check) {
	t.Helper()
	for name, compact := range tokens {
		t.Run(name, func(t *testing.T) {
			t.Helper()
			row{want: want}.hold(t, judge(t, compact, keys, policy))
		})
	}
}

func TestA1AlgNone(t *testing.T) {
	hs := secret(t, secretText)
	private, public := pair(t, "rsa.pem")
	sign := map[string]func(header string) string{
		"not signed":            func(header string) string { return withSignature(signed(t, "HS256", hs, header, plainClaims), nil) },
		"with a signature":      func(header string) string { return signed(t, "HS256", hs, header, plainClaims) },
		"with an RSA signature": func(header string) string { return signed(t, "RS256", private, header, plainClaims) },
		"with another signature": func(header string) string {
			return withSignature(signed(t, "HS256", hs, header, plainClaims), []byte("x"))
		},
	}
	sets := map[string]struct {
		keys    key.Set
		allowed string
	}{"a secret": {setOf(hs), allHMAC}, "an RSA key": {setOf(public), allRSA}, "no key": {key.Set{}, ""}}
	for value, tt := range map[string]struct{ code, got string }{
		`"none"`: {"alg-none", "none"}, `"None"`: {"alg-none", "None"}, `"NONE"`: {"alg-none", "NONE"}, `"nOnE"`: {"alg-none", "nOnE"},
		`"noNE"`: {"alg-none", "noNE"}, `"\u006eone"`: {"alg-none", "none"},
		`""`: {"alg-unknown", ""}, `" none"`: {"alg-unknown", " none"}, `"none "`: {"alg-unknown", "none "},
		`"none\u0000"`: {"alg-unknown", "none\x00"}, `"n\u006fn\u0435"`: {"alg-unknown", "non\u0435"},
		`null`: {"alg-missing", ""}, `["none"]`: {"alg-missing", ""}, `["HS256"]`: {"alg-missing", ""}, `256`: {"alg-missing", ""}, `{}`: {"alg-missing", ""},
	} {
		for how, sign := range sign {
			for which, set := range sets {
				for name, policy := range map[string]verify.Policy{"": {}, ", demanded": {Algorithms: []string{tt.got}}} {
					allowed := set.allowed
					if policy.Algorithms != nil {
						allowed = ""
					}
					t.Run(fmt.Sprintf("%s %s, %s%s", value, how, which, name), func(t *testing.T) {
						r := judge(t, sign(`{"alg":`+value+`}`), set.keys, policy)
						row{want: refused(tt.code, allowed, tt.got)}.hold(t, r)
						if _, unchecked, _ := ids(r); !slices.Equal(unchecked, []string{"signature"}) || r.Verified() {
							t.Errorf("not checked: %q", unchecked)
						}
					})
				}
			}
		}
	}
	row{name: "no alg", header: `{"typ":"JWT"}`, want: refused("alg-missing", allHMAC, "")}.run(t)
	row{name: "another name", header: `{"ALG":"HS256"}`, want: refused("alg-missing", allHMAC, "")}.run(t)
}

func TestA2EmptySignature(t *testing.T) {
	k := secret(t, secretText)
	good := signed(t, "HS256", k, plainHeader, plainClaims)
	mac := parse(t, good).Signature
	each(t, map[string]string{"empty": withSignature(good, nil)}, setOf(k), verify.Policy{}, badSignature("no-signature", ""))
	each(t, map[string]string{
		"null":          good[:strings.LastIndexByte(good, '.')] + ".null",
		"one byte":      withSignature(good, mac[:1]),
		"half":          withSignature(good, mac[:16]),
		"all but one":   withSignature(good, mac[:31]),
		"one more":      withSignature(good, append(slices.Clone(mac), 0)),
		"zero":          withSignature(good, make([]byte, 32)),
		"one bit":       withSignature(good, append([]byte{mac[0] ^ 1}, mac[1:]...)),
		"of the hash":   withSignature(good, make([]byte, 64)),
		"other claims":  withSignature(signed(t, "HS256", k, plainHeader, `{"exp":1700003601}`), mac),
		"other header":  strict.EncodeBase64URL([]byte(`{"alg":"HS256" }`)) + good[strings.IndexByte(good, '.'):],
		"another space": withSignature(signed(t, "HS256", k, plainHeader, `{"exp": 1700003600}`), mac),
	}, setOf(k), verify.Policy{}, badSignature("bad-signature", ""))
	// Of other algorithms too.
	for file, algorithm := range map[string]string{"rsa.pem": "PS256", "ec256.pem": "ES256", "ec256k.pem": "ES256K", "ed25519.pem": "Ed25519", "mldsa44.pem": "ML-DSA-44"} {
		private, public := pair(t, file)
		good := signed(t, algorithm, private, `{"alg":"`+algorithm+`"}`, plainClaims)
		each(t, map[string]string{algorithm + " empty": withSignature(good, nil)}, setOf(public), verify.Policy{}, badSignature("no-signature", ""))
		length := len(parse(t, good).Signature)
		each(t, map[string]string{
			algorithm + " zero":        withSignature(good, make([]byte, length)),
			algorithm + " all but one": withSignature(good, parse(t, good).Signature[:length-1]),
			algorithm + " one more":    withSignature(good, append(parse(t, good).Signature, 0)),
		}, setOf(public), verify.Policy{}, badSignature("bad-signature", ""))
	}
}

// TestA3Confusion: an HMAC keyed with the text of a public key that is no secret,
// in every form in which it is published.
func TestA3Confusion(t *testing.T) {
	for file, allowed := range map[string]string{"rsa.pem": allRSA, "ec256.pem": "ES256", "ed25519.pem": "EdDSA, Ed25519"} {
		_, public := pair(t, file)
		der := spki(t, public)
		text := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
		for name, bytesOfKey := range map[string][]byte{
			"PEM":                    text,
			"PEM without a newline":  bytes.TrimRight(text, "\n"),
			"PEM with two":           append(slices.Clone(text), '\n'),
			"PEM of Windows":         bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n")),
			"PEM behind a mark":      append([]byte("\ufeff"), text...),
			"DER":                    der,
			"DER in base64":          []byte(base64.StdEncoding.EncodeToString(der)),
			"a JWK with white space": []byte(" {\n \"kty\": \"RSA\", \"n\": \"AQAB\", \"e\": \"AQAB\" }\n"),
		} {
			input := strict.EncodeBase64URL([]byte(plainHeader)) + "." + strict.EncodeBase64URL([]byte(plainClaims))
			mac := hmac.New(sha256.New, bytesOfKey)
			mac.Write([]byte(input))
			compact := input + "." + strict.EncodeBase64URL(mac.Sum(nil))
			each(t, map[string]string{file + " as " + name: compact}, setOf(public), verify.Policy{}, refused("alg-not-for-key", allowed, "HS256"))
			each(t, map[string]string{file + " as " + name + ", demanded": compact}, setOf(public), verify.Policy{Algorithms: []string{"HS256"}},
				refused("alg-not-for-key", "", "HS256"))
			if _, err := key.NewSecret(bytesOfKey); !errors.As(err, new(*key.NotSecretError)) {
				t.Errorf("%s as %s is a secret: %v", file, name, err)
			}
		}
	}
}

// TestA6MLDSA: a key is for one of the three, and no signature is one of another.
func TestA6MLDSA(t *testing.T) {
	own := map[string]string{"mldsa44.pem": "ML-DSA-44", "mldsa65.pem": "ML-DSA-65", "mldsa87.pem": "ML-DSA-87"}
	for file, fits := range own {
		private, public := pair(t, file)
		for _, algorithm := range []string{"ML-DSA-44", "ML-DSA-65", "ML-DSA-87", "EdDSA", "HS256"} {
			want := pass("signature", fits)
			if algorithm != fits {
				want = refused("alg-not-for-key", fits, algorithm)
			}
			compact := signed(t, fits, private, `{"alg":"`+algorithm+`"}`, plainClaims)
			each(t, map[string]string{algorithm + " with " + file: compact}, setOf(public), verify.Policy{}, want)
		}
	}
}

// TestA4Psychic is CVE-2022-21449 and its kin.
func TestA4Psychic(t *testing.T) {
	private, public := pair(t, "ec256.pem")
	order := elliptic.P256().Params().N
	good := signed(t, "ES256", private, `{"alg":"ES256"}`, plainClaims)
	signature := parse(t, good).Signature
	both := func(r, s *big.Int) []byte {
		return append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...)
	}
	edges := []*big.Int{
		big.NewInt(0), big.NewInt(1), new(big.Int).Sub(order, big.NewInt(1)), order, new(big.Int).Add(order, big.NewInt(1)),
		new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1)),
	}
	tokens := map[string]string{}
	for _, r := range edges {
		for _, s := range edges {
			tokens[fmt.Sprintf("%x %x", r, s)] = withSignature(good, both(r, s))
		}
	}
	r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
	der, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		t.Fatal(err)
	}
	tokens["DER"] = withSignature(good, der)
	tokens["the halves swapped"] = withSignature(good, both(s, r))
	tokens["a zero before each"] = withSignature(good, slices.Concat([]byte{0}, signature[:32], []byte{0}, signature[32:]))
	each(t, tokens, setOf(public), verify.Policy{}, badSignature("bad-signature", ""))

	// The other half of the order is no attack: JWS does not ask for the lower one.
	row{want: pass("signature", "ES256")}.hold(t, judge(t, withSignature(good, both(r, new(big.Int).Sub(order, s))), setOf(public), verify.Policy{}))
}

// TestA5HeaderAlg: what the header says is what is verified.
func TestA5HeaderAlg(t *testing.T) {
	k := secret(t, secretText+secretText)
	for header, want := range map[string]verify.Check{
		"HS256": pass("signature", "HS256"),
		"HS384": badSignature("bad-signature", ""),
		"HS512": badSignature("bad-signature", ""),
		"RS256": refused("alg-not-for-key", allHMAC, "RS256"),
		"ES256": refused("alg-not-for-key", allHMAC, "ES256"),
		"EdDSA": refused("alg-not-for-key", allHMAC, "EdDSA"),
		"hs256": refused("alg-unknown", allHMAC, "hs256"),
		"HS1":   refused("alg-unknown", allHMAC, "HS1"),
		"dir":   refused("alg-unknown", allHMAC, "dir"),
		"A\x1b": refused("alg-unknown", allHMAC, "A\x1b"),
	} {
		quoted, err := json.Marshal(header)
		if err != nil {
			t.Fatal(err)
		}
		each(t, map[string]string{header: signed(t, "HS256", k, `{"alg":`+string(quoted)+`}`, plainClaims)}, setOf(k), verify.Policy{}, want)
	}
	// A policy can narrow what the key allows, and cannot widen it.
	token := map[string]string{"": signed(t, "HS256", k, plainHeader, plainClaims)}
	each(t, token, setOf(k), verify.Policy{Algorithms: []string{"HS512", "HS256"}}, pass("alg", "HS256"))
	each(t, token, setOf(k), verify.Policy{Algorithms: []string{"HS384", "HS512"}}, refused("alg-not-allowed", "HS384, HS512", "HS256"))
	each(t, token, setOf(k), verify.Policy{Algorithms: []string{"RS256"}}, refused("alg-not-allowed", "", "HS256"))
	each(t, token, setOf(k), verify.Policy{Algorithms: []string{"hs256"}}, refused("alg-not-allowed", "", "HS256"))
	_, public := pair(t, "rsa.pem")
	each(t, token, setOf(public), verify.Policy{Algorithms: []string{"HS256", "RS256"}}, refused("alg-not-for-key", "RS256", "HS256"))
}

// TestA6Curve: each curve has its algorithm, whatever the length of the signature.
func TestA6Curve(t *testing.T) {
	own := map[string]string{"ec256.pem": "ES256", "ec384.pem": "ES384", "ec521.pem": "ES512", "ec256k.pem": "ES256K"}
	for file, fits := range own {
		private, public := pair(t, file)
		for _, algorithm := range own {
			compact := signed(t, fits, private, `{"alg":"`+algorithm+`"}`, plainClaims)
			want := pass("signature", fits)
			if algorithm != fits {
				want = refused("alg-not-for-key", fits, algorithm)
			}
			name := algorithm + " with " + file
			each(t, map[string]string{name: compact}, setOf(public), verify.Policy{}, want)
			if algorithm != fits {
				length := map[string]int{"ES256": 64, "ES384": 96, "ES512": 132, "ES256K": 64}[algorithm]
				padded := append(make([]byte, max(0, length-len(parse(t, compact).Signature))), parse(t, compact).Signature...)
				each(t, map[string]string{name + " in its length": withSignature(compact, padded[:length])}, setOf(public), verify.Policy{}, want)
			}
		}
	}
}

// TestA7EdDSA: one algorithm with two names (RFC 9864), written just so.
func TestA7EdDSA(t *testing.T) {
	private, public := pair(t, "ed25519.pem")
	for header, want := range map[string]verify.Check{
		"EdDSA": pass("signature", "EdDSA"), "Ed25519": pass("signature", "Ed25519"),
		"ED25519": refused("alg-unknown", "EdDSA, Ed25519", "ED25519"),
		"eddsa":   refused("alg-unknown", "EdDSA, Ed25519", "eddsa"),
		"Ed448":   refused("alg-unknown", "EdDSA, Ed25519", "Ed448"),
	} {
		tokens := map[string]string{header: signed(t, "EdDSA", private, `{"alg":"`+header+`"}`, plainClaims)}
		each(t, tokens, setOf(public), verify.Policy{}, want)
		// A JWK's "alg" of either name allows both; a policy means the name it has.
		if want.Status == verify.Pass {
			for _, name := range []string{"EdDSA", "Ed25519"} {
				k := public
				k.Alg = name
				each(t, tokens, setOf(k), verify.Policy{}, want)
				policyWant := want
				if name != header {
					policyWant = refused("alg-not-allowed", name, header)
				}
				each(t, tokens, setOf(public), verify.Policy{Algorithms: []string{name}}, policyWant)
			}
		}
	}
}

// TestA10WeakSecret: as long as the hash is long enough.
func TestA10WeakSecret(t *testing.T) {
	for algorithm, enough := range map[string]int{"HS256": 32, "HS384": 48, "HS512": 64} {
		for _, length := range []int{1, enough - 1, enough, enough + 1} {
			k := secret(t, strings.Repeat("s", length))
			r := judge(t, signed(t, algorithm, k, `{"alg":"`+algorithm+`"}`, plainClaims), setOf(k), verify.Policy{})
			if _, _, warnings := ids(r); r.Outcome() != verify.Valid || slices.Contains(warnings, "short-secret") != (length < enough) {
				t.Errorf("%s with %d bytes is %q: %q", algorithm, length, r.Outcome(), warnings)
			}
		}
	}
}

// TestA12NothingLeaks: no answer holds the secret, or the signature that would
// have been right.
func TestA12NothingLeaks(t *testing.T) {
	const hidden = "correct horse battery staple bat"
	k := secret(t, hidden)
	good := signed(t, "HS256", k, plainHeader, plainClaims)
	right := parse(t, good).Signature
	for name, compact := range map[string]string{
		"no signature": withSignature(good, nil), "another": withSignature(good, make([]byte, 32)), "right": good,
		"none": signed(t, "HS256", k, `{"alg":"none"}`, plainClaims), "kid": signed(t, "HS256", k, `{"alg":"HS256","kid":"a"}`, plainClaims),
	} {
		for _, keys := range []key.Set{setOf(k), setOf(named(k, "b")), setOf(k, k)} {
			r := judge(t, compact, keys, verify.Policy{Strict: true})
			text := fmt.Sprintf("%v %+v %#v", r, r, r)
			asJSON, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			text += string(asJSON)
			for _, leak := range []string{
				hidden, hex.EncodeToString([]byte(hidden)), base64.StdEncoding.EncodeToString([]byte(hidden)),
				string(right), strict.EncodeBase64URL(right), base64.StdEncoding.EncodeToString(right), hex.EncodeToString(right), fmt.Sprint(right), fmt.Sprint([]byte(hidden)),
			} {
				if strings.Contains(text, leak) {
					t.Errorf("%s: the answer holds %q", name, leak)
				}
			}
		}
	}
}

// TestNearSecret: which other reading of the secret would have matched. It is said
// and never accepted.
func TestNearSecret(t *testing.T) {
	plus := []byte("\xfb\xef\xbe\xff 32 bytes in all, so enough") // "++++" or "----" in base64
	std, url := base64.StdEncoding.EncodeToString(plus), base64.URLEncoding.EncodeToString(plus)
	if std == url || !strings.HasSuffix(std, "=") {
		t.Fatalf("%s and %s do not tell the two alphabets apart", std, url)
	}
	either := base64.StdEncoding.EncodeToString([]byte(secretText)) // the same in both
	for _, tt := range []struct{ name, signer, given, near string }{
		{"a newline too many", secretText, secretText + "\n", verify.NearWithoutNewline},
		{"a newline of Windows too many", secretText, secretText + "\r\n", verify.NearWithoutNewline},
		{"newlines too many", secretText, secretText + "\n\n", verify.NearWithoutNewline},
		{"a newline missing", secretText + "\n", secretText, verify.NearWithNewline},
		{"base64", string(plus), std, verify.NearBase64},
		{"base64 without its padding", string(plus), strings.TrimRight(std, "="), verify.NearBase64},
		{"base64 and a newline", string(plus), std + "\n", verify.NearBase64},
		{"base64 of both alphabets", secretText, either, verify.NearBase64},
		{"base64url", string(plus), url, verify.NearBase64URL},
		{"base64url without its padding", string(plus), strings.TrimRight(url, "="), verify.NearBase64URL},
		{"base64url and a newline", string(plus), url + "\n", verify.NearBase64URL},
		{"hex", secretText, hex.EncodeToString([]byte(secretText)), verify.NearHex},
		{"hex in capitals", secretText, strings.ToUpper(hex.EncodeToString([]byte(secretText))), verify.NearHex},
		{"hex and a newline", secretText, hex.EncodeToString([]byte(secretText)) + "\n", verify.NearHex},
		{"another", secretText, strings.ToUpper(secretText), ""},
		{"a space", secretText, secretText + " ", ""},
		{"another case", "Secret", "secret", ""},
		{"nothing but a newline", secretText, "\n", ""},
	} {
		for _, algorithm := range []string{"HS256", "HS384", "HS512"} {
			t.Run(algorithm+" "+tt.name, func(t *testing.T) {
				compact := signed(t, algorithm, secret(t, tt.signer), `{"alg":"`+algorithm+`"}`, plainClaims)
				row{want: badSignature("bad-signature", tt.near)}.hold(t, judge(t, compact, setOf(secret(t, tt.given)), verify.Policy{}))
			})
		}
	}
	// The right reading is no near miss of itself, and a token that is not signed is none.
	compact := signed(t, "HS256", secret(t, either), plainHeader, plainClaims)
	row{want: pass("signature", "HS256")}.hold(t, judge(t, compact, setOf(secret(t, either)), verify.Policy{}))
	row{want: badSignature("no-signature", "")}.hold(t, judge(t, withSignature(compact, nil), setOf(secret(t, either)), verify.Policy{}))
}

// TestB1KIDIsNoPath: a kid is a text to be found among those of the set. It opens
// nothing, and matches nothing but itself.
func TestB1KIDIsNoPath(t *testing.T) {
	keys := setOf(named(secret(t, secretText), "k1"), named(secret(t, strings.ToUpper(secretText)), "k2"))
	for _, kid := range []string{
		"../../../../dev/null", "/dev/null", "/etc/passwd", "file:///dev/null", `..\..\dev\null`, "k1\x00../../dev/null", "/proc/self/environ",
		"' OR '1'='1' --", "' UNION SELECT 'key' --", "$(id)", "{{7*7}}", "*)(uid=*))(|(uid=*", "k1\r\nX: y", strings.Repeat("k", 10_000),
		"*", "%", "default", "K1", "k1 ", " k1", "k1/", "k", "", "k\u0131", "http://127.0.0.1:1/keys", "k1, k2",
	} {
		quoted, err := json.Marshal(kid)
		if err != nil {
			t.Fatal(err)
		}
		// Signed with a good key, and with what a path would lead to.
		for _, signer := range []string{secretText, "\n", "x"} {
			want := noKey("unknown-kid", "k1, k2", kid)
			if signer == secretText { // said, and refused all the same
				want.Near = verify.NearKID
			}
			each(t, map[string]string{kid: signed(t, "HS256", secret(t, signer), `{"alg":"HS256","kid":`+string(quoted)+`}`, plainClaims)},
				keys, verify.Policy{}, want)
		}
	}
}

func TestB2HeaderMemberTypes(t *testing.T) {
	for _, name := range []string{"kid", "typ", "cty"} {
		for _, value := range []string{`null`, `1`, `true`, `[]`, `["k1"]`, `{"$ne":null}`} {
			row{
				name: name + " " + value, header: `{"alg":"HS256","` + name + `":` + value + `}`,
				want: fail(verify.Malformed, "header", "member-type", "a string", value, ""),
			}.run(t)
		}
		row{name: name + " in another case", header: `{"alg":"HS256","` + strings.ToUpper(name) + `":1}`, want: verify.Check{ID: "header"}}.run(t)
		row{name: name + " empty", header: `{"alg":"HS256","` + name + `":""}`, want: verify.Check{ID: "header"}}.run(t)
	}
	// Each says so for itself.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, `{"alg":"HS256","kid":1,"typ":2,"cty":3}`, plainClaims), setOf(k), verify.Policy{})
	if f := failures(r); len(f) != 3 || r.Outcome() != verify.Malformed || !r.Verified() {
		t.Errorf("%q: %+v", r.Outcome(), f)
	}
}

// A kidRow is a token, the keys there are, and what becomes of it and of them.
type kidRow struct {
	name     string
	header   string
	signer   key.Key
	keys     []key.Key
	policy   verify.Policy
	want     verify.Check
	matched  int // the place of the key, from 1; 0: none
	skipped  []int
	warnings []string
}

func (w kidRow) run(t *testing.T) {
	t.Helper()
	t.Run(w.name, func(t *testing.T) {
		t.Helper()
		var header struct{ Alg string }
		if err := json.Unmarshal([]byte(w.header), &header); err != nil {
			t.Fatal(err)
		}
		r := judge(t, signed(t, header.Alg, w.signer, w.header, plainClaims), setOf(w.keys...), w.policy)
		row{want: w.want}.hold(t, r)
		var skipped []int
		matched := 0
		for i, trial := range r.Trials {
			if trial.Skipped != "" {
				skipped = append(skipped, i+1)
			}
			if trial.Matched {
				if matched != 0 || trial.Skipped != "" {
					t.Errorf("key %d matched too, or was skipped: %q", i+1, trial.Skipped)
				}
				matched = i + 1
			}
		}
		if matched != w.matched || !slices.Equal(skipped, w.skipped) || len(r.Trials) != len(w.keys) {
			t.Errorf("key %d matched and %v were skipped, of %d; want %d and %v: %+v", matched, skipped, len(r.Trials), w.matched, w.skipped, r.Trials)
		}
		_, unchecked, warnings := ids(r)
		if !slices.Equal(warnings, w.warnings) {
			t.Errorf("warnings %+v, want %q", r.Warnings, w.warnings)
		}
		if got, ok := r.Key(); ok != (w.matched > 0) || ok && got.Thumbprint() != w.keys[w.matched-1].Thumbprint() {
			t.Errorf("the key is %v, %t", got, ok)
		}
		if w.want.ID == "key" && w.want.Status == verify.Fail && !slices.Equal(unchecked, []string{"signature"}) {
			t.Errorf("not checked: %q", unchecked)
		}
	})
}

func TestB3KID(t *testing.T) {
	private1, public1 := newPair(t)
	private2, public2 := newPair(t)
	privateRSA, publicRSA := pair(t, "rsa.pem")
	const header, headerA, headerB, headerC = `{"alg":"ES256"}`, `{"alg":"ES256","kid":"a"}`, `{"alg":"ES256","kid":"b"}`, `{"alg":"ES256","kid":"c"}`
	const rsaHeader, rsaHeaderA = `{"alg":"RS256"}`, `{"alg":"RS256","kid":"a"}`
	a, b, c := named(public1, "a"), named(public2, "b"), named(public2, "c")
	choice := []string{"key-choice"}
	for _, w := range []kidRow{
		{name: "the named one", header: headerB, signer: private2, keys: []key.Key{a, b}, want: pass("key", "b"), matched: 2, skipped: []int{1}},
		{
			name: "another than the named one", header: headerA, signer: private2, keys: []key.Key{a, b},
			want: badSignature("bad-signature", ""), skipped: []int{2},
		},
		{name: "an unknown one", header: headerC, signer: private1, keys: []key.Key{a, b}, want: otherKID("a, b", "c"), skipped: []int{1, 2}},
		{name: "an unknown one of one", header: headerC, signer: private1, keys: []key.Key{a}, want: otherKID("a", "c"), skipped: []int{1}},

		// The empty text is a kid, and not the lack of one.
		{name: "the empty one", header: `{"alg":"ES256","kid":""}`, signer: private1, keys: []key.Key{named(public1, ""), b}, want: pass("key", ""),
			matched: 1, skipped: []int{2}},
		{name: "the empty one, unknown", header: `{"alg":"ES256","kid":""}`, signer: private1, keys: []key.Key{a, b},
			want: otherKID("a, b", ""), skipped: []int{1, 2}},
		{name: "the empty one is known only", header: headerA, signer: private1, keys: []key.Key{named(public1, "")},
			want: noKey("unknown-kid", "", "a"), skipped: []int{1}},
		{name: "the empty one and keys without", header: `{"alg":"ES256","kid":""}`, signer: private2, keys: []key.Key{named(public1, ""), public2},
			want: badSignature("bad-signature", ""), skipped: []int{2}},

		// No kid in the token: all that fit are tried, and a choice is said.
		{name: "none, of one", header: header, signer: private1, keys: []key.Key{a}, want: pass("key", "a"), matched: 1},
		{name: "none, the first", header: header, signer: private1, keys: []key.Key{a, b}, want: pass("key", "a"), matched: 1, skipped: []int{2}, warnings: choice},
		{name: "none, the second", header: header, signer: private2, keys: []key.Key{a, b}, want: pass("key", "b"), matched: 2, warnings: choice},
		{name: "none, of two kinds", header: rsaHeader, signer: privateRSA, keys: []key.Key{a, named(publicRSA, "r")}, want: pass("key", "r"), matched: 2, skipped: []int{1}},
		{name: "none, and none matches", header: header, signer: private1, keys: []key.Key{b, named(public2, "c")}, want: badSignature("bad-signature", "")},

		// A set whose author used none.
		{name: "one, of one without", header: headerA, signer: private1, keys: []key.Key{public1}, want: pass("key", ""), matched: 1},
		{name: "one, of two without", header: headerA, signer: private2, keys: []key.Key{public1, public2}, want: pass("key", ""), matched: 2, warnings: choice},
		{name: "one, of two without, and none matches", header: headerA, signer: private1, keys: []key.Key{public2, public2}, want: badSignature("bad-signature", "")},

		// Keys without one beside keys with one: nothing falls back to them.
		{name: "the named one beside one without", header: headerA, signer: private1, keys: []key.Key{public2, a}, want: pass("key", "a"), matched: 2, skipped: []int{1}},
		{name: "one without beside the named one", header: headerA, signer: private2, keys: []key.Key{public2, a}, want: badSignature("bad-signature", ""), skipped: []int{1}},
		{name: "one without, and the named one is unknown", header: headerC, signer: private2, keys: []key.Key{public2, a}, want: noKey("unknown-kid", "a", "c"), skipped: []int{1, 2}},
		{name: "one without, and the named one is of another kind", header: rsaHeaderA, signer: privateRSA, keys: []key.Key{publicRSA, a}, want: noKey("no-key", "", ""), skipped: []int{1, 2}},
		{name: "none, beside one without", header: header, signer: private2, keys: []key.Key{a, public2}, want: pass("key", ""), matched: 2, warnings: choice},

		// The caller's word counts for more than the token's.
		{name: "demanded, none in the token", header: header, signer: private2, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "b"}, want: pass("key", "b"), matched: 2, skipped: []int{1}},
		{name: "demanded, and the other has signed", header: header, signer: private1, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "b"},
			want: badSignature("bad-signature", ""), skipped: []int{1}},
		{name: "demanded, the same in the token", header: headerB, signer: private2, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "b"}, want: pass("key", "b"), matched: 2, skipped: []int{1}},
		{name: "demanded, another in the token", header: headerA, signer: private2, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "b"}, want: pass("key", "b"), matched: 2, skipped: []int{1},
			warnings: []string{"kid-differs"}},
		{name: "demanded, another in the token, which has signed", header: headerA, signer: private1, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "b"},
			want: badSignature("bad-signature", ""), skipped: []int{1}, warnings: []string{"kid-differs"}},
		{name: "demanded, but unknown", header: headerA, signer: private1, keys: []key.Key{a, b}, policy: verify.Policy{KeyID: "c"}, want: otherKID("a, b", "c"),
			skipped: []int{1, 2}, warnings: []string{"kid-differs"}},
		{name: "demanded, beside one without", header: header, signer: private1, keys: []key.Key{public1, c}, policy: verify.Policy{KeyID: "c"},
			want: badSignature("bad-signature", ""), skipped: []int{1}},
	} {
		w.run(t)
	}

	// An unknown one is answered with those there are, each once, and not with pages.
	many := []key.Key{a, a}
	for i := range 20 {
		many = append(many, named(public2, fmt.Sprintf("k%d", i)))
	}
	r := judge(t, signed(t, "ES256", private1, headerC, plainClaims), setOf(many...), verify.Policy{})
	check, _ := find(t, r, "key")
	for _, part := range []string{`"c"`, `"a"`, `"k0"`, `"k8"`, "and 11 more"} {
		if !strings.Contains(check.Detail, part) {
			t.Errorf("%s is not in %s", part, check.Detail)
		}
	}
	if ids := strings.Split(check.Want, ", "); len(ids) != 21 {
		t.Errorf("%d are wanted: %s", len(ids), check.Want)
	}
}

// TestB5NothingOfTheTokenIsUsed: a key, an address or a certificate in the header
// is not used, whether the signature is its own or not.
func TestB5NothingOfTheTokenIsUsed(t *testing.T) {
	attacker, theirs := newPair(t)
	private, public := newPair(t)
	point, err := theirs.Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKIXPublicKey(theirs.Public())
	if err != nil {
		t.Fatal(err)
	}
	jwk := fmt.Sprintf(`{"kty":"EC","crv":"P-256","x":"%s","y":"%s"}`, strict.EncodeBase64URL(point[1:33]), strict.EncodeBase64URL(point[33:]))
	for _, member := range []string{
		`"jwk":` + jwk, `"jku":"https://attacker.example/keys"`, `"jku":"file:///dev/null"`, `"x5u":"http://169.254.169.254/"`,
		`"x5c":["` + base64.StdEncoding.EncodeToString(der) + `"]`, `"x5t":"` + theirs.Thumbprint() + `"`, `"x5t#S256":"x"`, `"zip":"DEF"`,
	} {
		header := `{"alg":"ES256",` + member + `}`
		each(t, map[string]string{"theirs " + member: signed(t, "ES256", attacker, header, plainClaims)}, setOf(public), verify.Policy{}, badSignature("bad-signature", ""))
		each(t, map[string]string{"ours " + member: signed(t, "ES256", private, header, plainClaims)}, setOf(public), verify.Policy{}, pass("signature", "ES256"))
		each(t, map[string]string{"no key " + member: signed(t, "ES256", attacker, header, plainClaims)}, key.Set{}, verify.Policy{}, noKey("no-key", "", ""))
	}
}

func TestB7Crit(t *testing.T) {
	for _, value := range []string{
		`["http://example.com/UNDEFINED"]`, `["exp"]`, `["alg"]`, `["b64"]`, `["foo","foo"]`, `[""]`, `[1]`, `[]`, `""`, `"exp"`, `null`, `true`, `{}`, `0`,
	} {
		row{
			name: value, header: `{"alg":"HS256","crit":` + value + `,"http://example.com/UNDEFINED":true}`,
			want: fail(verify.AlgRefused, "crit", "crit", "", value, ""),
		}.run(t)
	}
	row{name: "in another case", header: `{"alg":"HS256","CRIT":["exp"]}`, want: verify.Check{ID: "crit"}}.run(t)
	row{name: "in the claims", claims: `{"crit":["exp"],"exp":1700003600}`, want: verify.Check{ID: "crit"}}.run(t)
	// What is not understood is named.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, `{"alg":"HS256","crit":["x","y"]}`, plainClaims), setOf(k), verify.Policy{})
	if c, _ := find(t, r, "crit"); !strings.Contains(c.Detail, `["x","y"]`) || !r.Verified() {
		t.Errorf("%+v", c)
	}
}

func TestB8UnencodedPayload(t *testing.T) {
	for _, value := range []string{`false`, `"false"`, `"true"`, `null`, `0`, `1`, `[]`, `{}`} {
		row{
			name: value, header: `{"alg":"HS256","b64":` + value + `}`,
			want: fail(verify.AlgRefused, "b64", "b64", "true", value, ""),
		}.run(t)
	}
	row{name: "true", header: `{"alg":"HS256","b64":true}`, want: verify.Check{ID: "b64"}}.run(t)
	// With the "crit" that RFC 7797 asks for, both are refused.
	k := secret(t, secretText)
	r := judge(t, signed(t, "HS256", k, `{"alg":"HS256","b64":false,"crit":["b64"]}`, plainClaims), setOf(k), verify.Policy{})
	if got, _, _ := ids(verify.Result{Checks: failures(r)}); !slices.Equal(got, []string{"crit", "b64"}) || r.Outcome() != verify.AlgRefused {
		t.Errorf("%q: %q", r.Outcome(), got)
	}
}

func TestF1DuplicateKID(t *testing.T) {
	private1, public1 := newPair(t)
	private2, public2 := newPair(t)
	privateRSA, publicRSA := pair(t, "rsa.pem")
	const headerA = `{"alg":"ES256","kid":"a"}`
	use := func(k key.Key, use string) key.Key {
		k.Use = use
		return k
	}
	a1, a2, aRSA := named(public1, "a"), named(public2, "a"), named(publicRSA, "a")
	for _, w := range []kidRow{
		{name: "first", header: headerA, signer: private1, keys: []key.Key{a1, a2}, want: noKey("duplicate-kid", "", "a")},
		{name: "second", header: headerA, signer: private2, keys: []key.Key{a1, a2}, want: noKey("duplicate-kid", "", "a")},
		{name: "the same key twice", header: headerA, signer: private1, keys: []key.Key{a1, a1}, want: noKey("duplicate-kid", "", "a")},
		{name: "among others", header: headerA, signer: private1, keys: []key.Key{named(public2, "b"), a1, public2, a2}, want: noKey("duplicate-kid", "", "a"), skipped: []int{1, 3}},
		{name: "of the empty one", header: `{"alg":"ES256","kid":""}`, signer: private1, keys: []key.Key{named(public1, ""), named(public2, "")}, want: noKey("duplicate-kid", "", "")},
		{name: "demanded", header: `{"alg":"ES256"}`, signer: private1, keys: []key.Key{a1, a2}, policy: verify.Policy{KeyID: "a"}, want: noKey("duplicate-kid", "", "a")},
		{name: "for what is not asked", header: `{"alg":"ES256","kid":"b"}`, signer: private1, keys: []key.Key{a2, a2, named(public1, "b")},
			want: pass("key", "b"), matched: 3, skipped: []int{1, 2}},
		// Only one of them can be meant.
		{name: "of two kinds", header: headerA, signer: private1, keys: []key.Key{aRSA, a1}, want: pass("key", "a"), matched: 2, skipped: []int{1}},
		{name: "of two kinds, the other", header: `{"alg":"RS256","kid":"a"}`, signer: privateRSA, keys: []key.Key{aRSA, a1}, want: pass("key", "a"), matched: 1, skipped: []int{2}},
		{name: "of two uses", header: headerA, signer: private1, keys: []key.Key{use(a2, "enc"), a1}, want: pass("key", "a"), matched: 2, skipped: []int{1}},
		// Without a kid in the token they are keys like others.
		{name: "not asked for", header: `{"alg":"ES256"}`, signer: private2, keys: []key.Key{a1, a2}, want: pass("key", "a"), matched: 2, warnings: []string{"key-choice"}},
	} {
		w.run(t)
	}
}

// TestF2Use: what a JWK says of its use is honoured.
func TestF2Use(t *testing.T) {
	private, public := newPair(t)
	otherPrivate, other := newPair(t)
	const header, headerA = `{"alg":"ES256"}`, `{"alg":"ES256","kid":"a"}`
	with := func(use string, ops ...string) key.Key {
		k := named(public, "a")
		k.Use, k.Ops = use, ops
		return k
	}
	none := with("")
	none.Ops = []string{}
	for _, w := range []kidRow{
		{name: "use sig", keys: []key.Key{with("sig")}, want: pass("key", "a"), matched: 1},
		{name: "use enc", keys: []key.Key{with("enc")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "use SIG", keys: []key.Key{with("SIG")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "use of ours", keys: []key.Key{with("https://example.com/use")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "to verify", keys: []key.Key{with("", "verify")}, want: pass("key", "a"), matched: 1},
		{name: "to sign and verify", keys: []key.Key{with("sig", "sign", "verify")}, want: pass("key", "a"), matched: 1},
		{name: "to sign", keys: []key.Key{with("", "sign")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "to encrypt", keys: []key.Key{with("sig", "encrypt")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "to do nothing", keys: []key.Key{none}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "to verify, use enc", keys: []key.Key{with("enc", "verify")}, want: noKey("no-key", "", ""), skipped: []int{1}},
		{name: "beside another", keys: []key.Key{with("enc"), named(other, "b")}, want: noKey("no-key", "", ""), skipped: []int{1, 2}},
	} {
		w.header, w.signer = headerA, private
		w.run(t)
	}
	kidRow{name: "without a kid, the other is taken", header: header, signer: otherPrivate, keys: []key.Key{with("enc"), other},
		want: pass("key", ""), matched: 2, skipped: []int{1}}.run(t)

	// Read from a JWK too, and named in the answer.
	for _, member := range []string{`"use":"enc"`, `"key_ops":["encrypt"]`, `"key_ops":[]`} {
		k := oneKey(t, []byte(`{"kty":"oct","k":"`+strict.EncodeBase64URL([]byte(secretText))+`",`+member+`}`))
		r := judge(t, signed(t, "HS256", secret(t, secretText), plainHeader, plainClaims), setOf(k), verify.Policy{})
		row{want: noKey("no-key", "", "")}.hold(t, r)
		if c, _ := find(t, r, "key"); !strings.Contains(c.Detail, strings.Split(member, `"`)[1]) {
			t.Errorf("%s: %q", member, c.Detail)
		}
	}
}

// TestF3KeyAlg: a JWK with an "alg" is for that one (RFC 8725 §3.1).
func TestF3KeyAlg(t *testing.T) {
	private, public := pair(t, "rsa.pem")
	with := func(name string) key.Key {
		k := public
		k.Alg = name
		return k
	}
	for keyAlg, tokens := range map[string]map[string]verify.Check{
		"RS256": {"RS256": pass("alg", "RS256"), "RS384": refused("alg-not-for-key", "RS256", "RS384"), "PS256": refused("alg-not-for-key", "RS256", "PS256")},
		"PS384": {"PS384": pass("alg", "PS384"), "PS256": refused("alg-not-for-key", "PS384", "PS256"), "RS384": refused("alg-not-for-key", "PS384", "RS384")},
		"HS256": {"HS256": refused("alg-not-for-key", "", "HS256"), "RS256": refused("alg-not-for-key", "", "RS256")},
		"ES521": {"RS256": refused("alg-not-for-key", "", "RS256")},
		"rs256": {"RS256": refused("alg-not-for-key", "", "RS256")},
		"none":  {"none": refused("alg-none", "", "none"), "RS256": refused("alg-not-for-key", "", "RS256")},
	} {
		for algorithm, want := range tokens {
			signer := algorithm
			if a, ok := alg.Lookup(algorithm); !ok || a.Kind != key.RSA {
				signer = "RS256"
			}
			compact := signed(t, signer, private, `{"alg":"`+algorithm+`"}`, plainClaims)
			r := judge(t, compact, setOf(with(keyAlg)), verify.Policy{})
			row{want: want}.hold(t, r)
			if c, _ := find(t, r, "alg"); strings.HasSuffix(c.Detail, " ") {
				t.Errorf("%s for %s: %q ends in the middle", algorithm, keyAlg, c.Detail)
			}
		}
	}
	// Of two, the one that says the token's.
	kidRow{name: "of two", header: `{"alg":"PS256"}`, signer: private, keys: []key.Key{with("RS256"), with("PS256")},
		want: pass("key", ""), matched: 2, skipped: []int{1}}.run(t)
	kidRow{name: "of two with one kid", header: `{"alg":"PS256","kid":"a"}`, signer: private, keys: []key.Key{named(with("RS256"), "a"), named(with("PS256"), "a")},
		want: pass("key", "a"), matched: 2, skipped: []int{1}}.run(t)
	// Which of them the kid means is another question than what the set allows.
	kidRow{name: "of the named one", header: `{"alg":"PS256","kid":"a"}`, signer: private, keys: []key.Key{named(with("RS256"), "a"), named(with("PS256"), "b")},
		want: noKey("no-key", "", ""), skipped: []int{1, 2}}.run(t)
}

// TestF5UnusableKeys: keys that cannot be used neither spoil a set nor make one.
func TestF5UnusableKeys(t *testing.T) {
	private, public := newPair(t)
	point, err := public.Public().(*ecdsa.PublicKey).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	bad := `{"kty":"XYZ","kid":"x"},{"kty":"OKP","crv":"Ed448","x":"AA","kid":"y"},{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"z"}`
	good := fmt.Sprintf(`{"kty":"EC","crv":"P-256","kid":"a","x":"%s","y":"%s"}`, strict.EncodeBase64URL(point[1:33]), strict.EncodeBase64URL(point[33:]))
	set, err := key.Parse([]byte(`{"keys":[` + bad + `,` + good + `]}`))
	if err != nil || len(set.Unusable) != 3 {
		t.Fatalf("%+v, %v", set, err)
	}
	compact := signed(t, "ES256", private, `{"alg":"ES256","kid":"a"}`, plainClaims)
	row{want: pass("key", "a")}.hold(t, judge(t, compact, set, verify.Policy{}))
	row{want: noKey("unusable-key", "", "x")}.hold(t, judge(t, signed(t, "ES256", private, `{"alg":"ES256","kid":"x"}`, plainClaims), set, verify.Policy{}))

	if set, err = key.Parse([]byte(`{"keys":[` + bad + `]}`)); err != nil {
		t.Fatal(err)
	}
	row{want: noKey("no-key", "", "")}.hold(t, judge(t, compact, set, verify.Policy{}))
	row{want: noKey("no-key", "", "")}.hold(t, judge(t, compact, key.Set{}, verify.Policy{}))
}
