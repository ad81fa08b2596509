package key_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"maps"
	"math/big"
	"testing"

	"filippo.io/mldsa"

	"github.com/jwt-toolkit/jwt/pkg/strict"
)

// What the tests make keys with: JWKs as maps, so that one member can be changed.

type members map[string]any

// with is a copy with one member set; nil takes it away.
func (m members) with(name string, value any) members {
	m = maps.Clone(m)
	if m[name] = value; value == nil {
		delete(m, name)
	}
	return m
}

func marshal(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

func b64(data []byte) string { return strict.EncodeBase64URL(data) }

func rsaKey(t testing.TB) *rsa.PrivateKey {
	return one(t, file(t, "rsa.pem")).Private().(*rsa.PrivateKey)
}

func rsaJWK(k *rsa.PrivateKey) members {
	return members{"kty": "RSA", "n": b64(k.N.Bytes()), "e": b64(big.NewInt(int64(k.E)).Bytes())}
}

func rsaPrivateJWK(k *rsa.PrivateKey) members {
	m := rsaJWK(k)
	for name, n := range map[string]*big.Int{
		"d": k.D, "p": k.Primes[0], "q": k.Primes[1], "dp": k.Precomputed.Dp, "dq": k.Precomputed.Dq, "qi": k.Precomputed.Qinv,
	} {
		m[name] = b64(n.Bytes())
	}
	return m
}

func ecKey(t testing.TB, name string) *ecdsa.PrivateKey {
	return one(t, file(t, name)).Private().(*ecdsa.PrivateKey)
}

func ecJWK(t testing.TB, k *ecdsa.PublicKey) members {
	t.Helper()
	point, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	half := len(point) / 2
	return members{"kty": "EC", "crv": k.Curve.Params().Name, "x": b64(point[1 : half+1]), "y": b64(point[half+1:])}
}

func ecPrivateJWK(t testing.TB, k *ecdsa.PrivateKey) members {
	t.Helper()
	d, err := k.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return ecJWK(t, &k.PublicKey).with("d", b64(d))
}

// secp256k1JWK is the private key 1, whose public half is the curve's base point
// (SEC 2 §2.4.1).
func secp256k1JWK() members {
	return members{
		"kty": "EC", "crv": "secp256k1", "d": b64(append(make([]byte, 31), 1)),
		"x": "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g", "y": "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg",
	}
}

func secp256k1Order() *big.Int {
	n, _ := new(big.Int).SetString("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16)
	return n
}

func secp256k1Prime() *big.Int { // SEC 2 §2.4.1
	return new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), 256), big.NewInt(1<<32+977))
}

// mldsaJWK is the private key of RFC 9964's examples, whose seed is zero.
func mldsaJWK(t testing.TB) members {
	t.Helper()
	k, err := mldsa.NewPrivateKey(mldsa.MLDSA44(), make([]byte, mldsa.PrivateKeySize))
	if err != nil {
		t.Fatal(err)
	}
	return members{"kty": "AKP", "alg": "ML-DSA-44", "pub": b64(k.PublicKey().Bytes()), "priv": b64(k.Bytes())}
}

func edKey(t testing.TB) ed25519.PrivateKey {
	return one(t, file(t, "ed25519.pem")).Private().(ed25519.PrivateKey)
}

func edJWK(k ed25519.PublicKey) members {
	return members{"kty": "OKP", "crv": "Ed25519", "x": b64(k)}
}

func spki(t testing.TB, k crypto.PublicKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func pkcs8(t testing.TB, k crypto.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func block(label string, der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: label, Bytes: der})
}

// bare is the last block of a PEM file: openssl writes a curve's name before a key.
func bare(t testing.TB, data []byte) []byte {
	t.Helper()
	var der []byte
	for block, rest := pem.Decode(data); block != nil; block, rest = pem.Decode(rest) {
		der = block.Bytes
	}
	if der == nil {
		t.Fatalf("no PEM: %.60q", data)
	}
	return der
}
