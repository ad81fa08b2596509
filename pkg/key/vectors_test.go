package key_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"

	"github.com/jwt-toolkit/jwt/pkg/key"
)

// vectors are all keys that came with the test vectors of others, and what they
// are. The password of the one that has one is "password".
var vectors = map[string]string{
	"golang-jwt/test/ec256-private.pem":                 "P-256 private key",
	"golang-jwt/test/ec256-public.pem":                  "P-256 public key",
	"golang-jwt/test/ec384-private.pem":                 "P-384 private key",
	"golang-jwt/test/ec384-public.pem":                  "P-384 public key",
	"golang-jwt/test/ec512-private.pem":                 "P-521 private key",
	"golang-jwt/test/ec512-public.pem":                  "P-521 public key",
	"golang-jwt/test/ed25519-private.pem":               "Ed25519 private key",
	"golang-jwt/test/ed25519-public.pem":                "Ed25519 public key",
	"golang-jwt/test/examplePaddedKey-public.pem":       "P-256 public key",
	"golang-jwt/test/hmacTestKey":                       "no key: neither PEM, DER, JWK nor OpenSSH",
	"golang-jwt/test/privateSecure.pem":                 "RSA 2048 private key",
	"golang-jwt/test/sample_key":                        "RSA 2048 private key",
	"golang-jwt/test/sample_key.pub":                    "RSA 2048 public key",
	"pyjwt/tests/keys/jwk_ec_key_P-256.json":            "P-256 private key",
	"pyjwt/tests/keys/jwk_ec_key_P-384.json":            "P-384 private key",
	"pyjwt/tests/keys/jwk_ec_key_P-521.json":            "P-521 private key",
	"pyjwt/tests/keys/jwk_ec_key_secp256k1.json":        "secp256k1 private key",
	"pyjwt/tests/keys/jwk_ec_pub_P-256.json":            "P-256 public key",
	"pyjwt/tests/keys/jwk_ec_pub_P-384.json":            "P-384 public key",
	"pyjwt/tests/keys/jwk_ec_pub_P-521.json":            "P-521 public key",
	"pyjwt/tests/keys/jwk_ec_pub_secp256k1.json":        "secp256k1 public key",
	"pyjwt/tests/keys/jwk_empty.json":                   "no key: neither PEM, DER, JWK nor OpenSSH",
	"pyjwt/tests/keys/jwk_hmac.json":                    "secret of 32 bytes",
	"pyjwt/tests/keys/jwk_keyset_only_unknown_alg.json": "RSA 2048 public key",
	"pyjwt/tests/keys/jwk_keyset_with_unknown_alg.json": "RSA 2048 public key; RSA 2048 public key",
	"pyjwt/tests/keys/jwk_okp_key_Ed25519.json":         "Ed25519 private key",
	"pyjwt/tests/keys/jwk_okp_key_Ed448.json":           "JWK has crv \"Ed448\", which is not supported",
	"pyjwt/tests/keys/jwk_okp_pub_Ed25519.json":         "Ed25519 public key",
	"pyjwt/tests/keys/jwk_okp_pub_Ed448.json":           "JWK has crv \"Ed448\", which is not supported",
	"pyjwt/tests/keys/jwk_rsa_key.json":                 "RSA 2048 private key",
	"pyjwt/tests/keys/jwk_rsa_pub.json":                 "RSA 2048 public key",
	"pyjwt/tests/keys/testkey2_rsa.pub.pem":             "RSA 2048 public key",
	"pyjwt/tests/keys/testkey_ec.priv":                  "P-256 private key",
	"pyjwt/tests/keys/testkey_ec.pub":                   "P-256 public key",
	"pyjwt/tests/keys/testkey_ec_secp192r1.priv":        "PKCS#8 private key is on a curve that is not supported",
	"pyjwt/tests/keys/testkey_ec_ssh.pub":               "P-256 public key",
	"pyjwt/tests/keys/testkey_ed25519":                  "Ed25519 private key",
	"pyjwt/tests/keys/testkey_ed25519.pem":              "Ed25519 private key",
	"pyjwt/tests/keys/testkey_ed25519.pub":              "Ed25519 public key",
	"pyjwt/tests/keys/testkey_ed25519.pub.pem":          "Ed25519 public key",
	"pyjwt/tests/keys/testkey_pkcs1.pub.pem":            "RSA 1024 public key",
	"pyjwt/tests/keys/testkey_rsa.cer":                  "RSA 2048 public key",
	"pyjwt/tests/keys/testkey_rsa.priv":                 "RSA 2048 private key",
	"pyjwt/tests/keys/testkey_rsa.pub":                  "RSA 2048 public key",
	"pyjwt/tests/test_advisory/0.pub":                   "Ed25519 public key",
	"pyjwt/tests/test_advisory/1.pub":                   "P-256 public key",
}

func TestVectorKeys(t *testing.T) {
	files := os.DirFS("../../testdata/vectors/keys")
	read := 0
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "LICENSE" {
			return err
		}
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return err
		}
		var asked int
		set, err := key.ParseEncrypted(data, password("password", &asked))
		got := []string{}
		for _, k := range set.Keys {
			got = append(got, k.String())
		}
		if err != nil {
			got = append(got, err.Error())
		}
		if got := strings.Join(got, "; "); got != vectors[name] {
			t.Errorf("%s is %q, want %q", name, got, vectors[name])
		}
		read++
		return nil
	})
	if err != nil || read != len(vectors) {
		t.Errorf("%d files, want %d: %v", read, len(vectors), err)
	}
}
