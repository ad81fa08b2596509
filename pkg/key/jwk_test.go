package key_test

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
	"github.com/jwt-toolkit/jwt/pkg/strict"
)

func TestJWK(t *testing.T) {
	r, e, d := rsaKey(t), ecKey(t, "ec256.pem"), edKey(t)
	for _, row := range []struct {
		name    string
		jwk     members
		kind    key.Kind
		canSign bool
	}{
		{"RSA", rsaJWK(r), key.RSA, false},
		{"RSA private", rsaPrivateJWK(r), key.RSA, true},
		{"RSA private without dp, dq, qi", rsaPrivateJWK(r).with("dp", nil).with("dq", nil).with("qi", nil), key.RSA, true},
		{"P-256", ecJWK(t, &e.PublicKey), key.P256, false},
		{"P-256 private", ecPrivateJWK(t, e), key.P256, true},
		{"P-384 private", ecPrivateJWK(t, ecKey(t, "ec384.pem")), key.P384, true},
		{"P-521 private", ecPrivateJWK(t, ecKey(t, "ec521.pem")), key.P521, true},
		{"secp256k1", secp256k1JWK().with("d", nil), key.Secp256k1, false},
		{"secp256k1 private", secp256k1JWK(), key.Secp256k1, true},
		{"Ed25519", edJWK(d.Public().(ed25519.PublicKey)), key.Ed25519, false},
		{"Ed25519 private", edJWK(d.Public().(ed25519.PublicKey)).with("d", b64(d.Seed())), key.Ed25519, true},
		{"ML-DSA-44", mldsaJWK(t).with("priv", nil), key.MLDSA44, false},
		{"ML-DSA-44 private", mldsaJWK(t), key.MLDSA44, true},
		{"secret", members{"kty": "oct", "k": b64([]byte("secret"))}, key.Secret, true},
		{"secret of one byte", members{"kty": "oct", "k": "AA"}, key.Secret, true},
		{"a member of another type is no matter", members{"kty": "oct", "k": "AA", "n": 1, "crv": "P-256"}, key.Secret, true},
		{"unknown members are no matter", ecJWK(t, &e.PublicKey).with("x5t", 1).with("ext", true).with("x-own", members{}), key.P256, false},
	} {
		k := one(t, marshal(row.jwk))
		if k.Kind() != row.kind || k.CanSign() != row.canSign || k.Form != "JWK" {
			t.Errorf("%s is a %v in %s", row.name, k, k.Form)
		}
	}

	k := one(t, marshal(members{"kty": "oct", "k": b64([]byte("secret\x00"))}))
	if string(k.Secret()) != "secret\x00" {
		t.Errorf("the secret is %q", k.Secret())
	}
	// The same key, whatever it was read from.
	if got := one(t, marshal(rsaPrivateJWK(r))); !r.Equal(got.Private()) {
		t.Error("the RSA key changed")
	}
	if got := one(t, marshal(ecPrivateJWK(t, e))); !e.Equal(got.Private()) {
		t.Error("the EC key changed")
	}
	if got := one(t, marshal(edJWK(d.Public().(ed25519.PublicKey)).with("d", b64(d.Seed())))); !d.Equal(got.Private()) {
		t.Error("the Ed25519 key changed")
	}
}

func TestJWKSaysHowItMayBeUsed(t *testing.T) {
	base := members{"kty": "oct", "k": "c2VjcmV0"}
	k := one(t, marshal(base.with("kid", "a\x00/../b").with("alg", "HS512").with("use", "sig").with("key_ops", []string{"verify", "sign"})))
	if k.ID != "a\x00/../b" || !k.HasID || k.Alg != "HS512" || k.Use != "sig" || !slices.Equal(k.Ops, []string{"verify", "sign"}) {
		t.Errorf("it says %q %t %q %q %q", k.ID, k.HasID, k.Alg, k.Use, k.Ops)
	}
	if k := one(t, marshal(base)); k.ID != "" || k.HasID || k.Alg != "" || k.Use != "" || k.Ops != nil {
		t.Errorf("without any of them it says %q %t %q %q %q", k.ID, k.HasID, k.Alg, k.Use, k.Ops)
	}
	if k := one(t, marshal(base.with("kid", ""))); k.ID != "" || !k.HasID {
		t.Error("an empty kid is not a missing one (B3)")
	}
	if k := one(t, marshal(base.with("key_ops", []string{}))); k.Ops == nil {
		t.Error("key_ops that allow nothing are not missing ones")
	}
}

// TestF2F6JWKRefused: each is refused with its reason, and none brings the
// library behind down.
func TestF2F6JWKRefused(t *testing.T) {
	r, e, d := rsaKey(t), &ecKey(t, "ec256.pem").PublicKey, edKey(t).Public().(ed25519.PublicKey)
	otherRSA := one(t, file(t, "rsa1024.pem")).Private().(*rsa.PrivateKey)
	otherEC, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), big.NewInt(7).FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	number := func(n *big.Int) string { return b64(n.Bytes()) }
	power := func(bits uint) *big.Int { return new(big.Int).Lsh(big.NewInt(1), bits) }
	secret, pq := members{"kty": "oct", "k": "c2VjcmV0"}, mldsaJWK(t)

	for _, row := range []struct {
		name string
		jwk  members
		says string
	}{
		{"a kty of another case", secret.with("kty", "OCT"), `has kty "OCT", which`},
		{"a kty that is a number", secret.with("kty", 1), `has a member "kty" that is no string`},
		{"a kty that is null", secret.with("kty", json.RawMessage("null")), `has a member "kty" that is no string`},
		{"a foreign kty (F5)", secret.with("kty", "XYZ"), `has kty "XYZ", which`},
		{"no crv", ecJWK(t, e).with("crv", nil), `has crv "", which`},
		{"a foreign crv (F5)", ecJWK(t, e).with("crv", "BP-256"), `has crv "BP-256", which`},
		{"a curve of the other type", ecJWK(t, e).with("crv", "Ed25519"), `has crv "Ed25519", which`},
		{"Ed448 (A7)", edJWK(d).with("crv", "Ed448"), `has crv "Ed448", which`},
		{"X25519", edJWK(d).with("crv", "X25519"), `has crv "X25519", which`},
		{"a kid that is a number (B2)", secret.with("kid", 123), `has a member "kid" that is no string`},
		{"a kid that is an object (B2)", secret.with("kid", members{"$ne": ""}), `has a member "kid" that is no string`},
		{"an alg that is null", secret.with("alg", json.RawMessage("null")), `has a member "alg" that is no string`},
		{"a use that is a list", secret.with("use", []string{"sig"}), `has a member "use" that is no string`},
		{"key_ops that are a string (F2)", secret.with("key_ops", "verify"), `"key_ops" that is no array`},
		{"key_ops that are null (F2)", secret.with("key_ops", json.RawMessage("null")), `"key_ops" that is no array`},
		{"key_ops with a number (F2)", secret.with("key_ops", []any{"verify", 1}), `"key_ops" that is no array`},
		{"key_ops twice the same (F2)", secret.with("key_ops", []string{"verify", "sign", "verify"}), `same operation twice`},

		{"no k", secret.with("k", nil), `has no member "k"`},
		{"an empty k (A10)", secret.with("k", ""), `has an empty member "k"`},
		{"a k that is a number", secret.with("k", 1), `has a member "k" that is no string`},
		{"a k that is null", secret.with("k", json.RawMessage("null")), `has a member "k" that is no string`},
		{"a padded k", secret.with("k", "c2VjcmV0MQ=="), "padded"},
		{"a k in the standard alphabet", secret.with("k", "++//"), "character"},
		{"a k with a line break", secret.with("k", "c2Vj\ncmV0"), "character"},
		{"a k with unused bits", secret.with("k", "AB"), "canonical"},
		{"a k cut short", secret.with("k", "c2VjcmV0M"), "cut"},
		{"a public key in k (A3)", secret.with("k", b64(file(t, "rsa.pub.pem"))), "holds a key in PEM as its secret"},
		{"a public key in k, in DER (A3)", secret.with("k", b64(bare(t, file(t, "rsa.pub.pem")))), "holds a key in DER as its secret"},
		{"a public key in k, as JWK (A3)", secret.with("k", b64(marshal(edJWK(d)))), "holds a JWK or JWK Set as its secret"},

		{"no n", rsaJWK(r).with("n", nil), `has no member "n"`},
		{"no e", rsaJWK(r).with("e", nil), `has no member "e"`},
		{"n = 0", rsaJWK(r).with("n", "AA"), "has 0 bits"},
		{"n padded", rsaJWK(r).with("n", number(r.N)+"="), "padded"},
		{"n even (A11)", rsaJWK(r).with("n", number(power(2047))), "even modulus"},
		{"512 bits (A11)", rsaJWK(r).with("n", number(odd(512))), "has 512 bits"},
		{"1023 bits (A11)", rsaJWK(r).with("n", number(odd(1023))), "has 1023 bits"},
		{"16385 bits (F6)", rsaJWK(r).with("n", number(odd(16385))), "has 16385 bits"},
		{"100,000 bits (F6)", rsaJWK(r).with("n", number(odd(100_000))), "too long"},
		{"4,000,000 bits (F6)", rsaJWK(r).with("n", number(odd(4_000_000))), "too long"},
		{"e = 0", rsaJWK(r).with("e", "AA"), "exponent 0;"},
		{"e = 1 (A11)", rsaJWK(r).with("e", "AQ"), "exponent 1;"},
		{"e = 2 (A11)", rsaJWK(r).with("e", "Ag"), "exponent 2;"},
		{"e even (A11)", rsaJWK(r).with("e", number(big.NewInt(65536))), "exponent 65536;"},
		{"e of 32 bits", rsaJWK(r).with("e", number(big.NewInt(1<<32-1))), "exponent 4294967295;"},
		{"e of 33 bits", rsaJWK(r).with("e", number(big.NewInt(1<<32+1))), `"e" of 5 bytes`},
		{"e as large as n", rsaJWK(r).with("e", number(r.N)), `"e" of 256 bytes`},
		{"e empty", rsaJWK(r).with("e", ""), `empty member "e"`},
		{"e a number", rsaJWK(r).with("e", 65537), `"e" that is no string`},

		{"d of another key", rsaPrivateJWK(r).with("d", number(otherRSA.D)), "does not belong"},
		{"p and q of another key", rsaPrivateJWK(r).with("p", number(otherRSA.Primes[0])).with("q", number(otherRSA.Primes[1])), "does not belong"},
		{"n of another key", rsaPrivateJWK(r).with("n", number(otherRSA.N)), "does not belong"},
		{"d = 0", rsaPrivateJWK(r).with("d", "AA"), "does not belong"},
		{"d = 1", rsaPrivateJWK(r).with("d", "AQ"), "does not belong"},
		{"p = 0", rsaPrivateJWK(r).with("p", "AA"), "does not belong"},
		{"p = 1, q = n", rsaPrivateJWK(r).with("p", "AQ").with("q", number(r.N)), "does not belong"},
		{"p = q = 1", rsaPrivateJWK(r).with("p", "AQ").with("q", "AQ"), "does not belong"},
		{"p even", rsaPrivateJWK(r).with("p", number(power(1023))), "does not belong"},
		{"p as long as the longest modulus, which takes many seconds to compute with (F6)", rsaPrivateJWK(r).with("p", number(odd(16384))), "does not belong"},
		{"p = q", rsaPrivateJWK(r).with("q", number(r.Primes[0])), "does not belong"},
		{"d without p", rsaPrivateJWK(r).with("p", nil), `no member "p"`},
		{"d without q", rsaPrivateJWK(r).with("q", nil), `no member "q"`},
		{"p and q without d", rsaPrivateJWK(r).with("d", nil), `has the private member "p", but no "d"`},
		{"dp alone", rsaPrivateJWK(r).with("d", nil).with("p", nil).with("q", nil), `has the private member "dp", but no "d"`},
		{"d empty", rsaPrivateJWK(r).with("d", ""), `empty member "d"`},
		{"d a number", rsaPrivateJWK(r).with("d", 1), `"d" that is no string`},
		{"d huge", rsaPrivateJWK(r).with("d", number(odd(100_000))), "too long"},
		{"a private key of 16385 bits", rsaPrivateJWK(r).with("n", number(odd(16385))), "has 16385 bits"},

		{"no x", ecJWK(t, e).with("x", nil), `no member "x"`},
		{"no y", ecJWK(t, e).with("y", nil), `no member "y"`},
		{"x of 31 bytes", ecJWK(t, e).with("x", b64(make([]byte, 31))), "31 bytes instead of 32"},
		{"x of 33 bytes", ecJWK(t, e).with("x", b64(make([]byte, 33))), "33 bytes instead of 32"},
		{"x of another curve", ecJWK(t, e).with("crv", "P-384"), "32 bytes instead of 48"},
		{"off the curve", ecJWK(t, e).with("y", b64(make([]byte, 32))), "not on it at all"},
		{"x and y exchanged", ecJWK(t, e).with("x", ecJWK(t, e)["y"]).with("y", ecJWK(t, e)["x"]), "not on it at all"},
		{"x beyond the field", ecJWK(t, e).with("x", b64(slices.Repeat([]byte{0xff}, 32))), "not on it at all"},
		{"the point 0, 0", ecJWK(t, e).with("x", b64(make([]byte, 32))).with("y", b64(make([]byte, 32))), "not on it at all"},
		{"off P-521, whose last byte has one bit", ecJWK(t, &ecKey(t, "ec521.pem").PublicKey).with("x", b64(slices.Repeat([]byte{0xff}, 66))), "not on it at all"},
		{"d of another key", ecPrivateJWK(t, otherEC).with("x", ecJWK(t, e)["x"]).with("y", ecJWK(t, e)["y"]), "does not belong"},
		{"d = 0", ecJWK(t, e).with("d", b64(make([]byte, 32))), "does not belong"},
		{"d = the order", ecJWK(t, e).with("d", b64(elliptic.P256().Params().N.Bytes())), "does not belong"},
		{"d of 31 bytes", ecJWK(t, e).with("d", b64(make([]byte, 31))), "31 bytes instead of 32"},

		{"P-256 called secp256k1", ecJWK(t, e).with("crv", "secp256k1"), "not on the curve secp256k1"},
		{"secp256k1 called P-256", secp256k1JWK().with("d", nil).with("crv", "P-256"), "not on it at all"},
		{"no y of secp256k1", secp256k1JWK().with("y", nil), `no member "y"`},
		{"x of 31 bytes on secp256k1", secp256k1JWK().with("x", b64(make([]byte, 31))), "31 bytes instead of 32"},
		{"y of 33 bytes on secp256k1", secp256k1JWK().with("y", b64(make([]byte, 33))), "33 bytes instead of 32"},
		{"x and y exchanged on secp256k1", secp256k1JWK().with("x", secp256k1JWK()["y"]).with("y", secp256k1JWK()["x"]), "not on the curve secp256k1"},
		{"x beyond the field of secp256k1", secp256k1JWK().with("x", b64(slices.Repeat([]byte{0xff}, 32))), "not on the curve secp256k1"},
		{"the point 0, 0 on secp256k1", secp256k1JWK().with("x", b64(make([]byte, 32))).with("y", b64(make([]byte, 32))), "not on the curve secp256k1"},
		{"d of another key on secp256k1", secp256k1JWK().with("d", b64(append(make([]byte, 31), 7))), "does not belong"},
		{"d = 0 on secp256k1", secp256k1JWK().with("d", b64(make([]byte, 32))), "0 or not less than the curve's order"},
		{"d = the order of secp256k1", secp256k1JWK().with("d", number(secp256k1Order())), "0 or not less than the curve's order"},
		{"d beyond the order of secp256k1, of the same key", secp256k1JWK().with("d", number(new(big.Int).Add(secp256k1Order(), big.NewInt(1)))), "0 or not less than the curve's order"},
		{"d empty on secp256k1", secp256k1JWK().with("d", ""), `empty member "d"`},

		{"no x", edJWK(d).with("x", nil), `no member "x"`},
		{"x of 0 bytes", edJWK(d).with("x", ""), `empty member "x"`},
		{"x of 3 bytes", edJWK(d).with("x", "AAAA"), "3 bytes instead of 32"},
		{"x of 31 bytes", edJWK(d).with("x", b64(d[:31])), "31 bytes instead of 32"},
		{"x of 33 bytes", edJWK(d).with("x", b64(append(d[:32:32], 0))), "33 bytes instead of 32"},
		{"d of another key", edJWK(d).with("d", b64(make([]byte, 32))), ""},
		{"d of 31 bytes", edJWK(d).with("d", b64(make([]byte, 31))), "31 bytes instead of 32"},
		{"d of 64 bytes, as Go has it", edJWK(d).with("d", b64(edKey(t))), "64 bytes instead of 32"},
		{"d empty", edJWK(d).with("d", ""), `empty member "d"`},

		{"AKP without alg", pq.with("alg", nil), `has alg "", which`},
		{"AKP with an alg that is a number", pq.with("alg", -48), `has a member "alg" that is no string`},
		{"AKP with another alg (F5)", pq.with("alg", "ML-DSA-45"), `has alg "ML-DSA-45", which`},
		{"AKP with the alg of another type", pq.with("alg", "EdDSA"), `has alg "EdDSA", which`},
		{"AKP with the alg of a longer key", pq.with("alg", "ML-DSA-65"), "1312 bytes instead of 1952"},
		{"no pub", pq.with("pub", nil), `no member "pub"`},
		{"pub empty", pq.with("pub", ""), `empty member "pub"`},
		{"pub too short", pq.with("pub", b64(make([]byte, 1311))), "1311 bytes instead of 1312"},
		{"pub too long", pq.with("pub", b64(make([]byte, 1313))), "1313 bytes instead of 1312"},
		{"pub padded", pq.with("pub", pq["pub"].(string)+"="), "padded"},
		{"pub of another key", pq.with("pub", b64(make([]byte, 1312))), "does not belong"},
		{"priv empty", pq.with("priv", ""), `empty member "priv"`},
		{"priv of 31 bytes", pq.with("priv", b64(make([]byte, 31))), "31 bytes instead of 32"},
		{"priv expanded", pq.with("priv", b64(make([]byte, 2560))), "2560 bytes instead of 32"},
		{"priv of another key", pq.with("priv", b64(append(make([]byte, 31), 1))), "does not belong"},
	} {
		t.Run(row.name, func(t *testing.T) {
			set, err := key.Parse(marshal(row.jwk))
			wantUnusable(t, err, row.says)
			if len(set.Keys) > 0 {
				t.Errorf("it gives %v", set.Keys)
			}
			// In a set it spoils nothing (F5, RFC 7517 §5).
			set, err = key.Parse(marshal(members{"keys": []members{row.jwk, secret.with("kid", "good")}}))
			if err != nil || len(set.Keys) != 1 || set.Keys[0].ID != "good" || len(set.Unusable) != 1 || set.Unusable[0].Index != 0 {
				t.Errorf("in a set it leaves %v, %v: %v", set.Keys, set.Unusable, err)
			} else if !strings.Contains(set.Unusable[0].Why, row.says) && !strings.Contains("JWK "+set.Unusable[0].Why, row.says) {
				t.Errorf("in a set it says %q", set.Unusable[0].Why)
			}
		})
	}
}

// TestJWKNumbersNotBelieved: dp, dq and qi follow from the others. Wrong ones
// could be used to fault a signature, and with it to find the key.
func TestJWKNumbersNotBelieved(t *testing.T) {
	r := rsaKey(t)
	for _, name := range []string{"dp", "dq", "qi", "oth"} {
		for _, wrong := range []any{"AQ", "AA", "", "!", 1, []any{}, b64(r.D.Bytes()), json.RawMessage("null")} {
			set, err := key.Parse(marshal(rsaPrivateJWK(r).with(name, wrong)))
			if err != nil || len(set.Keys) != 1 {
				t.Errorf("%s = %v: %v", name, wrong, err)
				continue
			}
			got := set.Keys[0].Private().(*rsa.PrivateKey)
			if err := got.Validate(); err != nil || !r.Equal(got) ||
				got.Precomputed.Dp.Cmp(r.Precomputed.Dp) != 0 || got.Precomputed.Dq.Cmp(r.Precomputed.Dq) != 0 || got.Precomputed.Qinv.Cmp(r.Precomputed.Qinv) != 0 {
				t.Errorf("%s = %v is believed: %v", name, wrong, err)
			}
		}
	}
}

// TestJWKErrorsNeverQuote: not a private number, nor a secret.
func TestJWKErrorsNeverQuote(t *testing.T) {
	r := rsaPrivateJWK(rsaKey(t))
	for _, jwk := range []members{
		{"kty": "oct", "k": "aHVudGVyMg=="}, {"kty": "oct", "k": "hunter2!"}, {"kty": "oct", "k": []string{"hunter2"}},
		{"kty": "RSA", "n": "hunter2", "e": "hunter2", "d": "hunter2"}, {"kty": "OKP", "crv": "Ed25519", "x": "hunter2", "d": "hunter2"},
		r.with("p", r["d"]), r.with("d", r["p"]), r.with("e", r["d"]), r.with("q", r["d"].(string)+"="),
	} {
		_, err := key.Parse(marshal(jwk))
		if err == nil {
			t.Errorf("%s is accepted", marshal(jwk))
			continue
		}
		for _, secret := range []string{"hunter2", "aHVudGVyMg", r["d"].(string)[:10], r["p"].(string)[:10]} {
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%s: %v", marshal(jwk), err)
			}
		}
	}
}

func TestJWKText(t *testing.T) {
	good := string(marshal(members{"kty": "oct", "k": "c2VjcmV0"}))
	for _, text := range []string{good, " \r\n\t" + good + "\n", "\ufeff" + good, strings.ReplaceAll(good, ",", " ,\n\t"), strings.Replace(good, "kty", `\u006bty`, 1)} {
		if k := one(t, []byte(text)); string(k.Secret()) != "secret" {
			t.Errorf("%q is %v", text, k)
		}
	}
	for text, want := range map[string]strict.Reason{
		`{"kty":"oct","k":"AA","k":"AB"}`:                                             strict.Duplicate, // D1
		`{"kty":"oct","\u006b":"AA","k":"AB"}`:                                        strict.Duplicate,
		`{"kty":"oct","k":"AA","x":{"a":1,"a":2}}`:                                    strict.Duplicate,
		"{\"kty\":\"oct\",\"k\":\"AA\",\"kid\":\"\xff\"}":                             strict.UTF8, // D5
		`{"kty":"oct","k":"AA","kid":"\ud83d"}`:                                       strict.Surrogate,
		`{"kty":"oct","k":"AA"} {}`:                                                   strict.Trailing, // D3
		`{"kty":"oct","k":"AA"`:                                                       strict.Syntax,
		`{"kty":"oct","k":"AA",}`:                                                     strict.Syntax,
		`{"kty":"oct","a":` + strings.Repeat("[", 64) + strings.Repeat("]", 64) + `}`: strict.Depth, // D6
	} {
		if set, err := key.Parse([]byte(text)); strict.ReasonOf(err) != want || len(set.Keys) > 0 {
			t.Errorf("%.60q: %v, %v; want %s", text, set.Keys, err, want)
		}
	}
}

// TestF5OneKeyNeverSpoilsASet: what is published beside a good key.
func TestF5OneKeyNeverSpoilsASet(t *testing.T) {
	good := string(marshal(ecJWK(t, &ecKey(t, "ec256.pem").PublicKey).with("kid", "good")))
	for bad, says := range map[string]string{
		`{"kty":"AKP","alg":"ML-DSA-44","kid":"pq","pub":"AA"}`:          "1 bytes instead of 1312",
		`{"kty":"AKP","alg":"ML-DSA-99","kid":"pq","pub":"AA"}`:          `alg "ML-DSA-99"`,
		`{"kty":"OKP","crv":"Ed448","kid":"pq","x":"AA"}`:                `crv "Ed448"`,
		`{"kty":"EC","crv":"secp256k1","kid":"pq","x":"AA","y":"AA"}`:    "1 bytes instead of 32",
		`{"kty":"oct","kid":"pq","k":"AA","k":"AB"}`:                     "twice",
		`{"kty":"oct","kid":"pq","k":"AA","a":{"b":1,"b":2}}`:            "twice",
		"{\"kty\":\"oct\",\"kid\":\"pq\",\"k\":\"AA\",\"use\":\"\xff\"}": "UTF-8",
		`{"kty":"oct","kid":"pq","k":"AA","use":"\ud83d"}`:               "surrogate",
		`{"kid":"pq"}`: `kty ""`,
	} {
		for index, keys := range []string{bad + "," + good, good + "," + bad} {
			set, err := key.Parse([]byte(`{"keys":[` + keys + `]}`))
			if err != nil || len(set.Keys) != 1 || set.Keys[0].ID != "good" || len(set.Unusable) != 1 {
				t.Errorf("%s leaves %v, %v: %v", bad, set.Keys, set.Unusable, err)
				continue
			}
			if u := set.Unusable[0]; u.Index != index || u.ID != "pq" || !strings.Contains(u.Why, says) {
				t.Errorf("%s is listed as %+v, want %q at %d", bad, u, says, index)
			}
		}
	}
	for _, bad := range []string{`null`, `1`, `"x"`, `[]`, `{}`} { // no keys at all
		set, err := key.Parse([]byte(`{"keys":[` + bad + `,` + good + `]}`))
		if err != nil || len(set.Keys) != 1 || len(set.Unusable) != 1 {
			t.Errorf("%s leaves %v, %v: %v", bad, set.Keys, set.Unusable, err)
		}
	}
}

func TestJWKSet(t *testing.T) {
	for text, want := range map[string]int{
		`{"keys":[]}`:  0,
		`{"keys":[ ]}`: 0,
		`{"keys":[{"kty":"oct","k":"AA"},{"kty":"oct","k":"AA"}]}`: 2, // whether two of one kid are one too many is for verify
		`{"x":1,"keys":[{"kty":"oct","k":"AA"}],"y":{"keys":[]}}`:  1,
		`{"kty":"oct","k":"AA","keys":[]}`:                         0,
		"\ufeff \n{\"keys\":[{\"kty\":\"oct\",\"k\":\"AA\"}]}\n":   1,
		`{"\u006beys":[{"kty":"oct","k":"AA"}]}`:                   1,
		`{"x":1,"x":2,"keys":[{"kty":"oct","k":"AA"}]}`:            1, // a duplicate that no key is in
		`{"Keys":1,"keys":[{"kty":"oct","k":"AA"}],"KEYS":2}`:      1, // D2
		`{"keys":[{"kty":"oct","k":"AA","x":[{"a":1},{"a":1}]}]}`:  1,
	} {
		set, err := key.Parse([]byte(text))
		if err != nil || len(set.Keys) != want || len(set.Unusable) > 0 {
			t.Errorf("%s holds %v, %v: %v", text, set.Keys, set.Unusable, err)
		}
	}
	for _, value := range []string{`{}`, `null`, `"[]"`, `1`, `{"0":{"kty":"oct","k":"AA"}}`} {
		_, err := key.Parse([]byte(`{"keys":` + value + `}`))
		wantUnusable(t, err, `"keys" that is no array`)
	}
	for text, want := range map[string]strict.Reason{
		`{"keys":[],"keys":[]}`:                            strict.Duplicate, // D1: which of the two?
		`{"keys":[],"\u006beys":[{"kty":"oct","k":"AA"}]}`: strict.Duplicate,
		`{"keys":[{"kty":"oct","k":"AA"}]}{"keys":[]}`:     strict.Trailing,
		`{"keys":[{"kty":"oct","k":"AA"}`:                  strict.Syntax,
	} {
		if set, err := key.Parse([]byte(text)); strict.ReasonOf(err) != want || len(set.Keys) > 0 {
			t.Errorf("%s: %v, %v; want %s", text, set.Keys, err, want)
		}
	}
}

// TestF7SetLimit: a set may hold 1,000 keys.
func TestF7SetLimit(t *testing.T) {
	set := func(n int) []byte {
		return []byte(`{"keys":[` + strings.TrimSuffix(strings.Repeat(`{"kty":"oct","k":"AA"},`, n), ",") + `]}`)
	}
	if got, err := key.Parse(set(key.MaxSetKeys)); err != nil || len(got.Keys) != key.MaxSetKeys {
		t.Errorf("%d keys: %v", key.MaxSetKeys, err)
	}
	got, err := key.Parse(set(key.MaxSetKeys + 1))
	wantUnusable(t, err, fmt.Sprintf("has %d keys", key.MaxSetKeys+1))
	if len(got.Keys) > 0 {
		t.Errorf("of too many keys, %d are used", len(got.Keys))
	}
}

func TestNotAJWK(t *testing.T) {
	for _, text := range []string{"", " ", "{}", "{", `{"a":1}`, `[{"kty":"oct","k":"AA"}]`, `"kty"`, "null", "hello"} {
		if set, err := key.Parse([]byte(text)); !errors.Is(err, key.ErrUnknownFormat) || len(set.Keys) > 0 {
			t.Errorf("%q: %v, %v", text, set.Keys, err)
		}
	}
}
